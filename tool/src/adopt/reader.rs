//! Reads the files of a module, statement by statement, with the variables that each sets on the way. What
//! is made of them is not known here.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use starlark::syntax::ast::AstExpr;

use super::facts::{Dependency, Extension, Facts, Import, Place, Tag};
use super::text::UserFile;
use crate::module_file::{
    Call, Constants, Parsed, Statement, dictionary, identifier, nested, string,
};

impl Facts {
    /// Reads `file`, the MODULE.bazel in `root`, which says `text`, and what it includes.
    ///
    /// # Errors
    /// One of them cannot be read, or is no Starlark.
    pub fn read(root: &Utf8Path, file: &Utf8Path, text: &str) -> Result<Facts> {
        let mut facts = Facts::default();
        let mut open = Reader::new(&mut facts, file, true).read(text)?;
        let mut seen = BTreeSet::new();
        while let Some((label, at)) = open.pop() {
            let Some(file) = included(&label) else {
                bail!(
                    "{at}: include({label:?}) names no file of this repository, as \
                     \"//folder:name.MODULE.bazel\" does"
                );
            };
            if seen.insert(file.clone()) {
                let read = UserFile::read(root, file.as_str())?;
                if read.found.is_none() {
                    bail!("{at}: include({label:?}): there is no {}", root.join(&file));
                }
                let more = Reader::new(&mut facts, &file, false).read(&read.text());
                open.extend(more.with_context(|| format!("included at {at}"))?);
            }
        }
        Ok(facts)
    }
}

/// The file of this repository that a label names.
fn included(label: &str) -> Option<Utf8PathBuf> {
    let rest = label
        .strip_prefix("@//")
        .or_else(|| label.strip_prefix("//"))?;
    let (folder, name) = rest.split_once(':')?;
    let file = Utf8Path::new(folder).join(name);
    let mut components = file.components();
    components
        .all(|component| matches!(component, Utf8Component::Normal(_)))
        .then_some(file)
}

/// Reads one file; variables are its own.
pub struct Reader<'a> {
    facts: &'a mut Facts,
    file: &'a Utf8Path,
    /// Whether it is MODULE.bazel itself.
    main: bool,
    constants: Constants,
    /// Variables that stand for one of the extensions.
    proxies: BTreeMap<String, usize>,
    /// Variables that stand for a repository rule.
    rules: BTreeSet<String>,
    includes: Vec<(String, Place)>,
}

impl<'a> Reader<'a> {
    /// Of `file`, for `facts`; `main` where it is MODULE.bazel itself.
    pub fn new(facts: &'a mut Facts, file: &'a Utf8Path, main: bool) -> Self {
        Reader {
            facts,
            file,
            main,
            constants: Constants::new(),
            proxies: BTreeMap::new(),
            rules: BTreeSet::new(),
            includes: Vec::new(),
        }
    }

    /// Reads `text`; gives the labels of what it includes.
    ///
    /// # Errors
    /// It is no Starlark.
    pub fn read(mut self, text: &str) -> Result<Vec<(String, Place)>> {
        let parsed = Parsed::new(self.file.as_str(), text)
            .map_err(|error| anyhow!("{error}; Bazel cannot read it either, so mend it first"))?;
        for statement in parsed.statements() {
            if self.main {
                self.facts.statements.push(statement.lines);
                self.facts
                    .variables
                    .extend(statement.variable.map(str::to_owned));
            }
            self.statement(&statement);
        }
        Ok(self.includes)
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        let at = self.place(statement);
        if let Some(variable) = statement.variable {
            self.proxies.remove(variable);
            self.constants.remove(variable);
            if let Some(text) = string(statement.value, &self.constants) {
                self.constants.insert(variable.to_owned(), text);
            }
        }
        let Some(call) = Call::of(statement.value) else {
            let computed = ["bazel_dep", "use_extension", "use_repo", "include"];
            if nested(statement.value)
                .iter()
                .any(|call| computed.contains(&call.name))
            {
                self.facts.computed.push(at);
            }
            return;
        };
        match (call.name, call.method) {
            ("module", None) => self.module(&call, &at, statement),
            ("bazel_dep", None) => self.dependency(&call, at, statement),
            ("include", None) => match self.text(call.argument(0, "label")) {
                Some(label) => self.includes.push((label, at)),
                None => self.facts.computed.push(at),
            },
            ("use_extension", None) => {
                self.extension(&call, statement);
            }
            ("use_repo", None) => self.imports(&call, statement),
            ("use_repo_rule", None) => self.rules.extend(statement.variable.map(str::to_owned)),
            (name, None) if name.ends_with("_override") => self.overridden(&call, statement),
            (variable, class) => {
                if let Some(extension) = self.proxies.get(variable).copied() {
                    self.facts.extensions[extension].until = statement.lines.1;
                    self.tag(extension, class.unwrap_or_default(), &call);
                } else if self.rules.contains(variable)
                    && let Some(name) = self.text(call.argument(0, "name"))
                {
                    self.named(name, at);
                }
            }
        }
    }

    fn module(&mut self, call: &Call<'_>, at: &Place, statement: &Statement<'_>) {
        let name = self.text(call.argument(0, "name"));
        let repository = self.text(call.argument(usize::MAX, "repo_name"));
        if let Some(repository) = repository.or_else(|| name.clone()) {
            self.named(repository, at.clone());
        }
        self.facts.module = name;
        self.ends(statement);
    }

    fn dependency(&mut self, call: &Call<'_>, at: Place, statement: &Statement<'_>) {
        self.ends(statement);
        let text = |name| self.text(call.argument(usize::MAX, name));
        let Some(name) = text("name") else {
            self.facts.computed.push(at);
            return;
        };
        let renamed = call.argument(usize::MAX, "repo_name");
        let dev = call.argument(usize::MAX, "dev_dependency");
        let repository = text("repo_name").filter(|text| !text.is_empty());
        let repository = repository
            .or_else(|| (renamed.and_then(identifier) != Some("None")).then(|| name.clone()));
        let dependency = Dependency {
            version: text("version").unwrap_or_default(),
            repository: repository.clone(),
            dev: dev.and_then(identifier) == Some("True"),
            at: at.clone(),
            name,
        };
        self.facts.dependencies.push(dependency);
        if let Some(repository) = repository {
            self.named(repository, at);
        }
    }

    fn extension(&mut self, call: &Call<'_>, statement: &Statement<'_>) -> Option<usize> {
        let label = self.text(call.argument(0, "extension_bzl_file"));
        let name = self.text(call.argument(1, "extension_name"));
        let (Some(label), Some(name)) = (label, name) else {
            self.facts.computed.push(self.place(statement));
            return None;
        };
        let index = self.facts.extensions.len();
        if let Some(variable) = statement.variable {
            self.proxies.insert(variable.to_owned(), index);
        }
        self.facts.extensions.push(Extension {
            label,
            name,
            variable: statement.variable.filter(|_| self.main).map(str::to_owned),
            until: statement.lines.1,
        });
        Some(index)
    }

    fn imports(&mut self, call: &Call<'_>, statement: &Statement<'_>) {
        let at = self.place(statement);
        let mut positional = call.positional();
        let extension = positional.next().and_then(|proxy| match Call::of(proxy) {
            Some(call) if call.name == "use_extension" => self.extension(&call, statement),
            _ => self.proxies.get(identifier(proxy)?).copied(),
        });
        let Some(extension) = extension else {
            self.facts.computed.push(at);
            return;
        };
        self.facts.extensions[extension].until = statement.lines.1;
        let plain = positional.map(|repository| (None, repository));
        let renamed = call
            .named()
            .map(|(local, repository)| (Some(local), repository));
        for (local, repository) in plain.chain(renamed) {
            let Some(exported) = self.text(Some(repository)) else {
                self.facts.computed.push(at.clone());
                continue;
            };
            let local = local.map_or_else(|| exported.clone(), str::to_owned);
            self.named(local.clone(), at.clone());
            self.facts.imports.push(Import {
                extension,
                exported,
                local,
                at: at.clone(),
            });
        }
    }

    fn tag(&mut self, extension: usize, class: &str, call: &Call<'_>) {
        let argument = |name| call.argument(usize::MAX, name);
        let properties = argument("exec_properties");
        self.facts.tags.push(Tag {
            extension,
            class: class.to_owned(),
            file: self.text(argument("file")),
            exec_properties: properties
                .map(|properties| dictionary(properties, &self.constants))
                .unwrap_or_default(),
            on_demand: argument("on_demand").and_then(identifier) == Some("True"),
        });
    }

    /// What is said of a dependency right behind it belongs to it.
    fn overridden(&mut self, call: &Call<'_>, statement: &Statement<'_>) {
        let module = self.text(call.argument(usize::MAX, "module_name"));
        let last = self.facts.dependencies.last().map(|last| &last.name);
        let adjacent = self.facts.dependencies_end.map(|end| end + 1) == Some(statement.lines.0);
        if module.is_some() && module.as_ref() == last && adjacent {
            self.ends(statement);
        }
        if let Some(module) = &module
            && call.name == "local_path_override"
            && let Some(path) = self.text(call.argument(usize::MAX, "path"))
        {
            self.facts.local_paths.insert(module.clone(), path);
        }
        self.facts.overridden.extend(module);
    }

    fn ends(&mut self, statement: &Statement<'_>) {
        if self.main {
            self.facts.dependencies_end = Some(statement.lines.1);
        }
    }

    fn named(&mut self, repository: String, at: Place) {
        self.facts.repositories.entry(repository).or_insert(at);
    }

    fn text(&self, argument: Option<&AstExpr>) -> Option<String> {
        string(argument?, &self.constants)
    }

    fn place(&self, statement: &Statement<'_>) -> Place {
        Place {
            file: self.file.to_owned(),
            line: statement.lines.0,
        }
    }
}
