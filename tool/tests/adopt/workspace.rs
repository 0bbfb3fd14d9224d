//! A workspace to adopt lre in, made of the texts of its files. It knows no command.

use std::fs;

use camino::Utf8PathBuf;
use lre::adopt::{Plan, plan, put};
use lre::workspace::Workspace;
use tempfile::TempDir;

/// What `lre init` adds to a module without dependencies, but for the version.
pub const DEPENDENCY: &str = concat!(
    "bazel_dep(name = \"lre\", version = \"",
    env!("CARGO_PKG_VERSION"),
    "\")\n"
);
pub const EXTENSION: &str = "lre = use_extension(\"@lre//:extensions.bzl\", \"lre\")\n";
pub const IMPORT: &str = "use_repo(lre, \"local-remote-execution\")\n";

pub struct Tree {
    _dir: TempDir,
    pub root: Utf8PathBuf,
}

impl Tree {
    /// A workspace in a git checkout, with these files.
    pub fn new(files: &[(&str, &[u8])]) -> Tree {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(dir.path().canonicalize().unwrap()).unwrap();
        fs::create_dir(root.join(".git")).unwrap();
        for (name, bytes) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Tree { _dir: dir, root }
    }

    /// One with this MODULE.bazel alone.
    pub fn of(module: &str) -> Tree {
        Tree::new(&[("MODULE.bazel", module.as_bytes())])
    }

    pub fn plan(&self) -> Result<Plan, String> {
        plan(&Workspace::around(&self.root)).map_err(|error| format!("{error:#}"))
    }

    /// Adopts lre; gives what its user is told.
    pub fn init(&self) -> Vec<String> {
        let plan = self.plan().unwrap();
        put(&plan.edits).unwrap();
        plan.notes
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.root.join(name)).unwrap()
    }

    pub fn refused(&self) -> String {
        self.plan().map(|plan| plan.edits.len()).unwrap_err()
    }
}
