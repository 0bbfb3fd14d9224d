//! What MODULE.bazel lacks: the dependency, the extension, its repository, each only where it is
//! not there. How the file is read, and how lines are put into it, is not known here.

use anyhow::{Context, Result, bail};
use camino::Utf8Path;

use super::facts::{Dependency, Extension, Facts, LRE};
use super::text::{Insertion, UserFile, insert};
use super::{Completion, FileName};
use crate::agreement::VERSION;
use crate::render::REPOSITORY;

/// What to put into MODULE.bazel.
///
/// # Errors
/// It is not there, is no Starlark, or has names that stand in the way.
pub fn complete(root: &Utf8Path, file: &UserFile) -> Result<Completion> {
    if file.found.is_none() {
        bail!("{}", no_module_file(root));
    }
    let completion = completion(&Facts::read(root, &file.path, &file.text())?)?;
    if !completion.insertions.is_empty() {
        let new = insert(file.bytes(), &completion.insertions);
        check(root, file, &String::from_utf8_lossy(&new))?;
    }
    Ok(completion)
}

fn no_module_file(root: &Utf8Path) -> String {
    let old = ["WORKSPACE.bazel", "WORKSPACE"];
    match old.iter().find(|name| root.join(name).exists()) {
        Some(old) => format!(
            "{root}: this workspace has a {old} and no MODULE.bazel, and lre is a module: its \
             extension needs Bazel 7.1 or later with Bzlmod. Make an empty MODULE.bazel beside the \
             {old}, which Bazel 7 goes on to read, see that the project builds, and run this again"
        ),
        None => format!(
            "{root}: there is no MODULE.bazel here or in a folder above; run this in a Bazel \
             workspace, or make an empty MODULE.bazel where it is to start"
        ),
    }
}

/// The new text has to be complete, and as readable as the old one.
fn check(root: &Utf8Path, file: &UserFile, new: &str) -> Result<()> {
    let new = new.strip_prefix('\u{feff}').unwrap_or(new);
    let again = Facts::read(root, &file.path, new).and_then(|facts| completion(&facts));
    if again.is_ok_and(|again| again.insertions.is_empty()) {
        return Ok(());
    }
    bail!(
        "{}: lre cannot find where to put its lines; add these yourself:\n\n{}\n{}\n{}",
        file.path,
        dependency(LRE),
        extension(LRE, LRE, false),
        import(LRE)
    )
}

fn completion(facts: &Facts) -> Result<Completion> {
    if facts.module.as_deref() == Some(LRE) {
        bail!(
            "{}: this is the module lre itself, which needs no lre",
            FileName::MODULE
        );
    }
    let there = facts.lre();
    let repository = repository(facts, there)?;
    let ours = |extension: &Extension| facts.is_ours(extension);

    let mut insertions = Vec::new();
    let mut block = Vec::new();
    if there.is_none() {
        block.push(dependency(&repository));
    }
    if !is_imported(facts, &ours)? {
        let mut in_reach = facts.extensions.iter().filter(|extension| ours(extension));
        match in_reach.find_map(|e| Some((e.variable.as_deref()?, e.until))) {
            Some((variable, until)) => insertions.push(Insertion {
                after: end(facts, until),
                lines: vec![import(variable)],
                apart_before: false,
                apart_after: false,
            }),
            None => {
                let variable = free(LRE, "lre_extension", |name| facts.variables.contains(name));
                if !block.is_empty() {
                    block.push(String::new());
                }
                let dev = there.is_some_and(|there| there.dev);
                block.push(extension(&variable, &repository, dev));
                block.push(import(&variable));
            }
        }
    }
    if !block.is_empty() {
        insertions.push(behind_dependencies(facts, block, there.is_none()));
        insertions.sort_by_key(|insertion| insertion.after);
    }
    Ok(Completion {
        insertions,
        notes: notes(facts, there),
    })
}

/// What this module calls, or can call, the repository of the module lre.
fn repository(facts: &Facts, there: Option<&Dependency>) -> Result<String> {
    let taken = |name: &str| facts.repositories.contains_key(name);
    match there {
        None => Ok(free(LRE, "lre_module", taken)),
        Some(there) => there.repository.clone().with_context(|| {
            format!(
                "{}: repo_name = None hides lre from this module; remove it, so that \
                 @lre//:extensions.bzl can be named",
                there.at
            )
        }),
    }
}

/// Puts `block` where the dependencies end; one that begins with a dependency is one of them.
fn behind_dependencies(facts: &Facts, block: Vec<String>, is_dependency: bool) -> Insertion {
    let own = |dependency: &Dependency| dependency.at.file == FileName::MODULE;
    let joins = is_dependency && facts.dependencies.iter().any(own);
    let line = facts.dependencies_end;
    Insertion {
        after: line.map_or(usize::MAX, |line| end(facts, line)),
        apart_before: !joins,
        apart_after: block.len() > 1 || !joins,
        lines: block,
    }
}

fn notes(facts: &Facts, there: Option<&Dependency>) -> Vec<String> {
    let computed = facts.computed.iter().map(|at| {
        format!(
            "{at}: the names here are computed, so they were not looked at; lre may be among them"
        )
    });
    let differs = |there: &&Dependency| {
        let named = !there.version.is_empty() && !facts.overridden.contains(LRE);
        named && there.version != VERSION
    };
    let version = there.filter(differs).map(|there| {
        format!(
            "{}: it asks for lre {}, and this helper is version {VERSION}; Bazel needs a helper of \
             the version that it resolves to",
            there.at, there.version
        )
    });
    computed.chain(version).collect()
}

/// Whether the repository is there under the name by which `.bazelrc.lre` calls it.
fn is_imported(facts: &Facts, ours: &dyn Fn(&Extension) -> bool) -> Result<bool> {
    let mut own = facts.imports.iter().filter(|import| {
        import.exported == REPOSITORY && ours(&facts.extensions[import.extension])
    });
    if let Some(import) = own.next() {
        if import.local != REPOSITORY {
            bail!(
                "{}: here {REPOSITORY} is called {}, and .bazelrc.lre calls it @{REPOSITORY}; \
                 write use_repo(…, \"{REPOSITORY}\")",
                import.at,
                import.local
            );
        }
        return Ok(true);
    }
    if let Some(at) = facts.repositories.get(REPOSITORY) {
        bail!(
            "{at}: @{REPOSITORY} is something else here, and .bazelrc.lre calls ours by that name; \
             give that one another name, or remove it (docs/migrating.md says what replaces \
             NativeLink's module)"
        );
    }
    Ok(false)
}

/// The first line from `line` on behind which no statement goes on.
fn end(facts: &Facts, line: usize) -> usize {
    let goes_on = |line: usize| {
        facts
            .statements
            .iter()
            .find(|(a, b)| *a <= line && line < *b)
    };
    let mut line = line;
    while let Some((_, until)) = goes_on(line) {
        line = *until;
    }
    line
}

/// `name`, or where that is taken `other`, or that with a number.
fn free(name: &str, other: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{other}_{number}"));
    let mut names = [name.to_owned(), other.to_owned()]
        .into_iter()
        .chain(numbered);
    names
        .find(|name| !taken(name))
        .expect("there is no end of them")
}

fn dependency(repository: &str) -> String {
    let renamed = match repository {
        LRE => String::new(),
        other => format!(", repo_name = \"{other}\""),
    };
    format!("bazel_dep(name = \"{LRE}\", version = \"{VERSION}\"{renamed})")
}

fn extension(variable: &str, repository: &str, dev: bool) -> String {
    // What only the root module has, no other may build on.
    let dev = if dev { ", dev_dependency = True" } else { "" };
    format!("{variable} = use_extension(\"@{repository}//:extensions.bzl\", \"{LRE}\"{dev})")
}

fn import(variable: &str) -> String {
    format!("use_repo({variable}, \"{REPOSITORY}\")")
}
