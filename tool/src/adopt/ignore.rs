//! What `.gitignore` lacks: the one name that is for one machine only. What is ignored already is not
//! found out here.

use super::Completion;
use super::text::Insertion;
use crate::render::BAZELRC;
use crate::workspace::Workspace;

/// What to put into `.gitignore`.
pub fn complete(workspace: &Workspace) -> Completion {
    if workspace.ignores(BAZELRC) {
        return Completion::default();
    }
    let insertion = Insertion {
        after: usize::MAX,
        // A pattern with a slash at its beginning names a file beside the ignore file (gitignore(5)).
        lines: vec![format!("/{BAZELRC}")],
        apart_before: false,
        apart_after: false,
    };
    Completion {
        insertions: vec![insertion],
        notes: Vec::new(),
    }
}
