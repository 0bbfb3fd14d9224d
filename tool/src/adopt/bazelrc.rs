//! What `.bazelrc` lacks: the import of `.bazelrc.lre`, however it may be spelt. Which flags are
//! there is looked at no further.

use anyhow::{Result, bail};
use camino::Utf8Path;

use super::text::{Insertion, UserFile, insert};
use super::{Completion, FileName};
use crate::rc::{Origin, Rc, Source, is_same, lines};
use crate::render::{BAZELRC, BAZELRC_IMPORT as IMPORT};

const COMMENT: &str = "# Written by the dev shell or by `lre bazelrc --prefix lre`.";

/// The file that NativeLink's module writes.
const NATIVELINK: &str = "lre.bazelrc";

/// What to put into `.bazelrc`.
///
/// # Errors
/// A line could not be put at its end.
pub fn complete(root: &Utf8Path, file: &UserFile) -> Result<Completion> {
    let source = Source {
        origin: Origin::Workspace,
        path: root.join(FileName::BAZELRC),
    };
    let rc = Rc::read(&[source], root);
    let mut notes = Vec::new();
    let ours = root.join(BAZELRC);
    let imported = rc.imports_of(&ours).next().is_some();
    for import in &rc.imports {
        let at = format!("{}:{}", shown(root, &import.at.file), import.at.line);
        if is_same(&import.path, &ours) && import.is_relative() {
            notes.push(format!(
                "{at}: Bazel looks for {} in the folder that it is called in; write {}",
                import.written, IMPORT[1]
            ));
        } else if is_same(&import.path, &root.join(NATIVELINK)) {
            notes.push(format!(
                "{at}: {NATIVELINK} is of NativeLink's module; docs/migrating.md says what replaces it"
            ));
        }
    }
    let disabled = [
        "--noenable_bzlmod",
        "--enable_bzlmod=false",
        "--enable_bzlmod=0",
    ];
    for entry in &rc.entries {
        if entry
            .words
            .iter()
            .any(|word| disabled.contains(&word.as_str()))
        {
            let at = format!("{}:{}", shown(root, &entry.at.file), entry.at.line);
            notes.push(format!(
                "{at}: without Bzlmod there is no extension of lre's; remove the flag"
            ));
        }
    }
    if imported {
        let insertions = Vec::new();
        return Ok(Completion { insertions, notes });
    }
    let insertions = vec![Insertion {
        after: usize::MAX,
        lines: vec![COMMENT.to_owned(), IMPORT.join(" ")],
        // Also where the last line ends with a backslash, which joins it with the next.
        apart_before: true,
        apart_after: false,
    }];
    let new = insert(file.bytes(), &insertions);
    let new = lines(&String::from_utf8_lossy(&new));
    if new.last().is_none_or(|line| line.words != IMPORT) {
        bail!(
            "{}: lre cannot add to its end; add yourself: {}",
            file.path,
            IMPORT.join(" ")
        );
    }
    Ok(Completion { insertions, notes })
}

fn shown<'a>(root: &Utf8Path, file: &'a Utf8Path) -> &'a Utf8Path {
    file.strip_prefix(root).unwrap_or(file)
}
