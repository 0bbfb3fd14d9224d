//! What a MODULE.bazel says of lre, read as syntax and never evaluated. It must not know whether that
//! is enough.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use starlark::syntax::ast::AstExpr;

use crate::module_file::{Call, Constants, Parsed, Statement, dictionary, identifier, string};
use crate::properties::Wanted;

/// The file's name.
pub const FILE_NAME: &str = "MODULE.bazel";

/// The repository that the extension makes.
pub const REPOSITORY: &str = "local-remote-execution";

/// What the files of the root module say.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Why one of them could not be read, with the place.
    pub fault: Option<String>,
    /// The root module's own name.
    pub name: Option<String>,
    /// `bazel_dep(name = "lre")`.
    pub dependency: Option<Dependency>,
    /// Where its sources are, by `local_path_override`.
    pub local_path: Option<Utf8PathBuf>,
    /// Whether another override says where it comes from.
    pub overridden: bool,
    /// Whether the extension is used.
    pub extension: bool,
    /// What `use_repo` calls the repository.
    pub repository: Option<String>,
    /// The files that `environment` tags name, as labels.
    pub environments: Vec<String>,
    /// What `platform` tags say.
    pub wanted: Wanted,
}

/// A dependency on lre.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// The version that is asked for.
    pub version: Option<String>,
    /// What the root module calls it.
    pub repository: Option<String>,
}

impl Module {
    /// Reads the one at `root`, and what it includes
    /// (<https://bazel.build/rules/lib/globals/module#include>).
    pub fn read(root: &Utf8Path) -> Module {
        let mut reader = Reader {
            root,
            module: Module::default(),
            extensions: Vec::new(),
            constants: Constants::new(),
            seen: Vec::new(),
        };
        reader.file(&root.join(FILE_NAME));
        reader.module
    }

    /// The path of each committed file; a label of another repository has none.
    pub fn committed(&self, root: &Utf8Path) -> Vec<Option<Utf8PathBuf>> {
        let labels = self.environments.iter();
        labels.map(|label| path_of(label, root)).collect()
    }
}

/// Where a label of the root module's own repository is.
fn path_of(label: &str, root: &Utf8Path) -> Option<Utf8PathBuf> {
    let own = label.strip_prefix("@@").or(label.strip_prefix('@'));
    let label = own.unwrap_or(label);
    let below = match label.strip_prefix("//") {
        Some(below) => below,
        None if label.starts_with(':') => label,
        None if !label.contains([':', '@']) && own.is_none() => return Some(root.join(label)),
        None => return None,
    };
    Some(match below.split_once(':') {
        Some((package, name)) => root.join(package).join(name),
        None => root.join(below).join(below.rsplit('/').next()?),
    })
}

struct Reader<'a> {
    root: &'a Utf8Path,
    module: Module,
    /// Variables that hold our extension.
    extensions: Vec<String>,
    /// Variables that hold a string.
    constants: Constants,
    seen: Vec<Utf8PathBuf>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Utf8Path) {
        if self.seen.iter().any(|seen| seen == path) {
            return;
        }
        self.seen.push(path.to_owned());
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.module.fault = Some(format!("{path}: {error}"));
                return;
            }
        };
        match Parsed::new(path.as_str(), &text) {
            Ok(parsed) => {
                for statement in parsed.statements() {
                    self.statement(&statement);
                }
            }
            Err(error) => self.module.fault = Some(error.to_string()),
        }
    }

    fn statement(&mut self, statement: &Statement<'_>) {
        if let Some(variable) = statement.variable
            && let Some(text) = string(statement.value, &self.constants)
        {
            self.constants.insert(variable.to_owned(), text);
        }
        let Some(call) = Call::of(statement.value) else {
            return;
        };
        match call.method {
            None => self.function(&call, statement.variable),
            Some(class) if self.extensions.iter().any(|e| e == call.name) => self.tag(class, &call),
            Some(_) => {}
        }
    }

    /// A string that is passed by its name or at its place.
    fn text(&self, call: &Call<'_>, name: &str, place: usize) -> Option<String> {
        self.string(call.argument(place, name)?)
    }

    fn string(&self, expression: &AstExpr) -> Option<String> {
        string(expression, &self.constants)
    }

    fn function(&mut self, call: &Call<'_>, assigned: Option<&str>) {
        let text = |name, place| self.text(call, name, place);
        let is = |text: Option<String>, what| text.as_deref() == Some(what);
        let of_lre = is(text("module_name", 0), "lre");
        match call.name {
            "module" => self.module.name = text("name", 0),
            "bazel_dep" if is(text("name", 0), "lre") => {
                self.module.dependency = Some(Dependency {
                    version: text("version", 1),
                    repository: text("repo_name", 3),
                });
            }
            "local_path_override" if of_lre => {
                self.module.local_path = text("path", 1).map(|path| self.root.join(path));
                self.module.overridden = true;
            }
            name if name.ends_with("_override") && of_lre => self.module.overridden = true,
            "use_extension" => {
                let file = text("extension_bzl_file", 0).unwrap_or_default();
                let ours = is(text("extension_name", 1), "lre") && self.is_ours(&file);
                if let (true, Some(variable)) = (ours, assigned) {
                    self.module.extension = true;
                    self.extensions.push(variable.to_owned());
                }
            }
            "use_repo" => self.use_repo(call),
            "include" => {
                let included = text("label", 0).and_then(|label| path_of(&label, self.root));
                if let Some(path) = included {
                    self.file(&path);
                }
            }
            _ => {}
        }
    }

    /// Whether `file` is ours: of the dependency, or of the root module itself where that is lre.
    fn is_ours(&self, file: &str) -> bool {
        let Some(repository) = file.strip_suffix("//:extensions.bzl") else {
            return false;
        };
        let dependency = self.module.dependency.as_ref();
        let called = dependency.map(|d| d.repository.as_deref().unwrap_or("lre"));
        match repository.trim_start_matches('@') {
            "" => self.module.name.as_deref() == Some("lre"),
            // A file that is included may use what its includer depends on, and the other way round.
            name => called.unwrap_or("lre") == name,
        }
    }

    fn use_repo(&mut self, call: &Call<'_>) {
        let mut positional = call.positional();
        let proxy = positional.next().and_then(identifier);
        if !proxy.is_some_and(|proxy| self.extensions.iter().any(|e| e == proxy)) {
            return;
        }
        let own = positional.filter_map(|value| self.string(value));
        let own = own.map(|name| (name.clone(), name));
        let renamed = call.named();
        let renamed =
            renamed.filter_map(|(name, value)| Some((name.to_owned(), self.string(value)?)));
        let ours = own
            .chain(renamed)
            .filter(|(_, repository)| repository == REPOSITORY);
        if let Some((local, _)) = ours.last() {
            self.module.repository = Some(local);
        }
    }

    fn tag(&mut self, class: &str, call: &Call<'_>) {
        match class {
            "environment" => {
                let file = self.text(call, "file", usize::MAX);
                self.module.environments.extend(file);
            }
            "platform" => {
                let own = call.argument(usize::MAX, "exec_properties");
                let own = own.map(|own| dictionary(own, &self.constants));
                let on_demand = call.argument(usize::MAX, "on_demand").and_then(identifier);
                let wanted = &mut self.module.wanted;
                wanted.own.extend(own.unwrap_or_default());
                wanted.on_demand |= on_demand == Some("True");
            }
            _ => {}
        }
    }
}
