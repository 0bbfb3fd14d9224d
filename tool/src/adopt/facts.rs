//! What a module's files say that matters for adopting lre: dependencies, extensions, repositories
//! and the names that are in use. It must not know what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context, Result, bail};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use starlark::syntax::ast::AstExpr;

use super::calls::{Call, Constants, Parsed, Statement, identifier, nested, string};
use super::text::UserFile;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Utf8PathBuf,
    /// Counted from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A `bazel_dep`.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The module.
    pub name: String,
    /// Its version; empty where an override says which one is taken.
    pub version: String,
    /// Its repository, as this module calls it; `None` where it has no name.
    pub repository: Option<String>,
    /// Whether it counts in the root module only.
    pub dev: bool,
    /// Where it is.
    pub at: Place,
}

/// A `use_extension`.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The file that defines it.
    pub label: String,
    /// Its name there.
    pub name: String,
    /// The variable that stands for it.
    pub variable: Option<String>,
    /// The last line of this file in which something is done with it.
    pub until: usize,
}

/// A repository of an extension, of a `use_repo`.
#[derive(Clone, Debug)]
pub struct Import {
    /// Of which of the extensions.
    pub extension: usize,
    /// What the extension calls it.
    pub exported: String,
    /// What this module calls it.
    pub local: String,
    /// Where it is.
    pub at: Place,
}

/// What a MODULE.bazel says, with all files that it includes.
#[derive(Debug, Default)]
pub struct Facts {
    /// The module's own name.
    pub module: Option<String>,
    /// All dependencies.
    pub dependencies: Vec<Dependency>,
    /// All uses of extensions.
    pub extensions: Vec<Extension>,
    /// All repositories of extensions.
    pub imports: Vec<Import>,
    /// Names of repositories, with what has them first.
    pub repositories: BTreeMap<String, Place>,
    /// Modules that overrides are about.
    pub overridden: BTreeSet<String>,
    /// Calls that are about names which the text does not say.
    pub computed: Vec<Place>,
    /// Variables of MODULE.bazel itself.
    pub variables: BTreeSet<String>,
    /// The lines of all statements of MODULE.bazel itself.
    pub statements: Vec<(usize, usize)>,
    /// The last of these that new dependencies go behind.
    pub dependencies_end: Option<usize>,
}

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
struct Reader<'a> {
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
    fn new(facts: &'a mut Facts, file: &'a Utf8Path, main: bool) -> Self {
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

    /// Gives the labels of what is included.
    fn read(mut self, text: &str) -> Result<Vec<(String, Place)>> {
        let parsed = Parsed::new(self.file.as_str(), text)?;
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
            (variable, _) => {
                if let Some(extension) = self.proxies.get(variable) {
                    self.facts.extensions[*extension].until = statement.lines.1;
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

    /// What is said of a dependency right behind it belongs to it.
    fn overridden(&mut self, call: &Call<'_>, statement: &Statement<'_>) {
        let module = self.text(call.argument(usize::MAX, "module_name"));
        let last = self.facts.dependencies.last().map(|last| &last.name);
        let adjacent = self.facts.dependencies_end.map(|end| end + 1) == Some(statement.lines.0);
        if module.is_some() && module.as_ref() == last && adjacent {
            self.ends(statement);
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
