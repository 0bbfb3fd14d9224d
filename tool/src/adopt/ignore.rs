//! What `.gitignore` lacks: the one name that is for one machine only. Patterns that cover it in
//! other ways are not understood: a line too many does no harm.

use super::Completion;
use super::text::{Insertion, UserFile};

/// A pattern with a slash at its beginning names a file beside the ignore file (gitignore(5)).
const PATTERN: &str = "/.bazelrc.lre";

/// What to put into `.gitignore`.
pub fn complete(file: &UserFile) -> Completion {
    let text = file.text();
    // The last pattern that matches decides.
    let last = text.lines().rev().find_map(|line| {
        let pattern = line.trim_end();
        let (ignored, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (false, pattern),
            None => (true, pattern),
        };
        [PATTERN, &PATTERN[1..]]
            .contains(&pattern)
            .then_some(ignored)
    });
    if last == Some(true) {
        return Completion::default();
    }
    let insertion = Insertion {
        after: usize::MAX,
        lines: vec![PATTERN.to_owned()],
        apart_before: false,
        apart_after: false,
    };
    Completion {
        insertions: vec![insertion],
        notes: Vec::new(),
    }
}
