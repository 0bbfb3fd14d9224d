//! Adopts lre in an existing Bazel workspace: what its files lack, as lines to put into them, which
//! leave all else as it is. It must not know how changes are shown or asked for.

mod bazelrc;
mod facts;
mod flake;
mod ignore;
mod module;
mod put;
mod reader;
mod text;

use anyhow::Result;
use camino::Utf8Path;

use crate::render::BAZELRC;
use crate::workspace::Workspace;

pub(crate) use facts::{Facts, LRE};
pub use put::put;
pub use text::{Found, Insertion, UserFile, insert};

/// The files that this is about.
struct FileName;

impl FileName {
    const MODULE: &str = "MODULE.bazel";
    const BAZELRC: &str = ".bazelrc";
    const IGNORE: &str = ".gitignore";
}

/// A file and what it is to hold.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The file as it was found.
    pub file: UserFile,
    /// What it is to hold.
    pub new: Vec<u8>,
}

impl Edit {
    /// A unified diff.
    pub fn diff(&self) -> String {
        self.file.diff(&self.new)
    }
}

/// What one file lacks.
#[derive(Debug, Default)]
struct Completion {
    insertions: Vec<Insertion>,
    /// What its user should know.
    notes: Vec<String>,
}

/// What a workspace lacks.
#[derive(Debug)]
pub struct Plan {
    /// Changes to files, in the order in which they are to be written; those that lack nothing are
    /// not among them.
    pub edits: Vec<Edit>,
    /// What its user should know, one line each.
    pub notes: Vec<String>,
    /// What to do about its flake, which is not written to.
    pub flake: Option<String>,
}

/// Looks at the files of `workspace`, and writes nothing.
///
/// # Errors
/// There is no MODULE.bazel, a file cannot be read, or says what lre cannot be added to.
pub fn plan(workspace: &Workspace) -> Result<Plan> {
    let root = workspace.root.as_path();
    let module = UserFile::read(root, FileName::MODULE)?;
    let in_module = module::complete(root, &module)?;
    let mut plan = local(workspace)?;
    // Last, since without it the others do nothing.
    plan.add(root, module, in_module);
    plan.flake = flake::advice(root, plan.edits.is_empty());
    Ok(plan)
}

/// The part of it that is for the files of one machine: `.bazelrc`, which imports what is written
/// there, and `.gitignore`, which keeps it there.
///
/// # Errors
/// As for [`plan`].
pub fn local_files(workspace: &Workspace) -> Result<Vec<Edit>> {
    Ok(local(workspace)?.edits)
}

fn local(workspace: &Workspace) -> Result<Plan> {
    let root = workspace.root.as_path();
    let read = |name| UserFile::read(root, name);
    let bazelrc = read(FileName::BAZELRC)?;
    let ignore = read(FileName::IGNORE)?;
    let mut plan = Plan {
        edits: Vec::new(),
        notes: Vec::new(),
        flake: None,
    };
    let in_bazelrc = bazelrc::complete(root, &bazelrc)?;
    if workspace.in_git || ignore.found.is_some() {
        plan.add(root, ignore, ignore::complete(workspace));
    } else {
        let name = BAZELRC;
        plan.notes.push(format!(
            "{root}: there is no git repository here; keep {name}, which is for one machine only, \
             out of the version control that there is"
        ));
    }
    plan.add(root, bazelrc, in_bazelrc);
    Ok(plan)
}

impl Plan {
    fn add(&mut self, root: &Utf8Path, file: UserFile, completion: Completion) {
        self.notes.extend(completion.notes);
        if completion.insertions.is_empty() {
            return;
        }
        if file.found.is_some() && file.at != root.join(&file.path) {
            self.notes.push(format!(
                "{}: it is a link to {}, which is changed",
                file.path, file.at
            ));
        }
        let new = insert(file.bytes(), &completion.insertions);
        self.edits.push(Edit { file, new });
    }
}
