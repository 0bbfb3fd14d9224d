//! Evaluates the Starlark files of a tree, each in the dialect that Bazel gives it.
//! It knows loading and globals; it must not know what any rule or label means.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, anyhow};
use camino::Utf8Path;
use starlark::environment::FrozenModule;
use starlark::eval::FileLoader;
use starlark::syntax::Dialect;

use super::dialect::{BUILD, BZL, MODULE, Scope, evaluate};
use super::label::Label;
use super::record::{Log, Package, Rules};
use super::stubs::{self, Builtins, Dialects, Prelude};
use super::{Fault, FileTree, resolve};

/// Everything that the files of `tree` declare by package, and what is wrong with each file by
/// itself, where files find these `builtins`.
///
/// # Errors
/// Only what is wrong with our own stubs.
pub fn packages(
    tree: &FileTree,
    builtins: Builtins,
    prelude: &Prelude,
) -> Result<(BTreeMap<String, Package>, Vec<Fault>)> {
    let (log, mut rules) = (Log::default(), Rules::default());
    let loading = Loading {
        tree,
        dialects: Dialects::new(builtins, prelude, &log),
        log: &log,
        modules: RefCell::default(),
    };
    let (mut packages, mut faults) = (BTreeMap::new(), Vec::new());
    for (path, content) in tree.iter() {
        let Some(result) = loading.file(path, &content.text) else {
            continue;
        };
        let (mut package, own) = rules.read(&log)?;
        package.file = path.to_string();
        package.incomplete = result.is_err();
        let fault = |line, text| Fault {
            file: path.to_string(),
            line,
            text,
        };
        faults.extend(own.into_iter().map(|(line, text)| fault(Some(line), text)));
        if let Err(error) = result {
            let span = error.span().filter(|span| span.filename() == path);
            let line = span.map(|span| span.resolve_span().begin.line + 1);
            faults.push(fault(line, error.to_string().trim_end().to_owned()));
        }
        if is_build(path) {
            resolve::settle(tree, folder(path), &mut package);
        }
        if is_build(path) && packages.insert(folder(path).to_owned(), package).is_some() {
            let text = "BUILD and BUILD.bazel of one folder: Bazel ignores the former";
            faults.push(fault(None, text.to_owned()));
        }
    }
    Ok((packages, faults))
}

fn is_build(path: &Utf8Path) -> bool {
    matches!(path.file_name(), Some("BUILD" | "BUILD.bazel"))
}

fn folder(path: &Utf8Path) -> &str {
    path.parent().map_or("", Utf8Path::as_str)
}

/// What all files of a tree share while they are evaluated.
struct Loading<'a> {
    tree: &'a FileTree,
    dialects: Dialects<'a>,
    log: &'a Log,
    /// By label or path; `None` while the module is being evaluated.
    modules: RefCell<HashMap<String, Option<FrozenModule>>>,
}

impl Loading<'_> {
    /// Evaluates the file; `None` where it is no Starlark.
    fn file(&self, path: &Utf8Path, text: &str) -> Option<starlark::Result<FrozenModule>> {
        let dialects = &self.dialects;
        let loader = Loader {
            loading: self,
            package: folder(path),
        };
        Some(if is_build(path) {
            loader.evaluate(path, text, &BUILD, dialects.build())
        } else if path.file_name() == Some("MODULE.bazel") {
            loader.evaluate(path, text, &MODULE, dialects.module())
        } else if path.extension() == Some("bzl") {
            // Kept only once it is loaded: there may be many that nobody loads.
            let loaded = self.modules.borrow().get(path.as_str()).cloned().flatten();
            loaded.map_or_else(|| loader.evaluate(path, text, &BZL, dialects.bzl()), Ok)
        } else {
            return None;
        })
    }
}

/// Loads for the files of one package.
struct Loader<'a> {
    loading: &'a Loading<'a>,
    package: &'a str,
}

impl Loader<'_> {
    fn evaluate(
        &self,
        path: &Utf8Path,
        text: &str,
        dialect: &Dialect,
        scope: &Scope,
    ) -> starlark::Result<FrozenModule> {
        evaluate(path.as_str(), text, dialect, scope, self, self.loading.log)
    }

    /// The module `key`, evaluated when it is first asked for.
    fn module(
        &self,
        key: &str,
        evaluate: impl FnOnce() -> starlark::Result<FrozenModule>,
    ) -> starlark::Result<FrozenModule> {
        let modules = &self.loading.modules;
        if let Some(known) = modules.borrow().get(key) {
            return known
                .clone()
                .with_context(|| format!("{key} is loaded while it is being loaded itself"))
                .map_err(starlark::Error::new_other);
        }
        modules.borrow_mut().insert(key.to_owned(), None);
        let result = evaluate();
        match &result {
            Ok(module) => modules
                .borrow_mut()
                .insert(key.to_owned(), Some(module.clone())),
            Err(_) => modules.borrow_mut().remove(key),
        };
        result
    }
}

impl FileLoader for Loader<'_> {
    fn load(&self, label: &str) -> starlark::Result<FrozenModule> {
        let Loading { tree, dialects, .. } = self.loading;
        if label.starts_with('@') {
            return self.module(label, || {
                let stub = stubs::find(label).map_err(starlark::Error::new_other)?;
                let (file, text) = stub.open(self.loading.log);
                self.evaluate(file.into(), &text, &BZL, dialects.stub())
            });
        }
        let file = Label::parse(label, self.package)
            .map(|label| (label.package, Utf8Path::new(label.package).join(label.name)))
            .filter(|(_, path)| path.extension() == Some("bzl"))
            .and_then(|(package, path)| Some((package, tree.get(&path)?, path)));
        let Some((package, content, path)) = file else {
            let error = anyhow!("{label:?} is no .bzl file of the tree");
            return Err(starlark::Error::new_other(error));
        };
        self.module(path.as_str(), || {
            let loader = Loader { package, ..*self };
            loader.evaluate(&path, &content.text, &BZL, dialects.bzl())
        })
    }
}
