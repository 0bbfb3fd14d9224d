//! What a module's files say that matters for adopting lre: dependencies, extensions, repositories
//! and the names that are in use. It must not know what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use camino::Utf8PathBuf;

/// The module, and the name of its extension.
pub const LRE: &str = "lre";

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

/// What a tag of an extension says, as far as ours have it.
#[derive(Clone, Debug, Default)]
pub struct Tag {
    /// Of which of the extensions.
    pub extension: usize,
    /// Its class.
    pub class: String,
    /// A file, as a label.
    pub file: Option<String>,
    /// Execution properties.
    pub exec_properties: BTreeMap<String, String>,
    /// Whether workers fetch store paths on demand.
    pub on_demand: bool,
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
    /// All tags of extensions.
    pub tags: Vec<Tag>,
    /// All repositories of extensions.
    pub imports: Vec<Import>,
    /// Names of repositories, with what has them first.
    pub repositories: BTreeMap<String, Place>,
    /// Modules that overrides are about.
    pub overridden: BTreeSet<String>,
    /// The folders of those that are on this machine, as they are written.
    pub local_paths: BTreeMap<String, String>,
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
    /// The dependency on lre.
    pub fn lre(&self) -> Option<&Dependency> {
        let mut all = self.dependencies.iter();
        all.find(|dependency| dependency.name == LRE)
    }

    /// Whether an extension is ours: of the dependency, or of the module itself where that is lre.
    pub fn is_ours(&self, extension: &Extension) -> bool {
        let Some(repository) = extension.label.strip_suffix("//:extensions.bzl") else {
            return false;
        };
        let own = self.module.as_deref() == Some(LRE);
        let called = match self.lre() {
            Some(there) => there.repository.as_deref(),
            None if own || !self.repositories.contains_key(LRE) => Some(LRE),
            None => None,
        };
        let is_there = match repository.strip_prefix('@') {
            Some(repository) => called == Some(repository),
            None => own && repository.is_empty(),
        };
        is_there && extension.name == LRE
    }
}
