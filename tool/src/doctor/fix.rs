//! What `--fix` does: files of ours are written, and lines are added to files of the user's, whose own
//! lines stay as they are. It must not know what is wrong; each does nothing where nothing is to do.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};

use anyhow::{Context, Result, anyhow};
use camino::Utf8Path;

use super::ours::{self, FILE_NAME, OurFile};
use super::place::Place;
use super::rcfile::IMPORT;
use crate::render::{self, BAZELRC_MARKER, Bazelrc};
use crate::write::{self, Written};

/// The configuration in which the flags of a new `.bazelrc.lre` take effect.
const PREFIX: &str = "lre";

/// Does all that is safe; gives what it did, a line each.
///
/// # Errors
/// A file cannot be written; what is done then is done.
pub fn all(place: &Place) -> Result<Vec<String>> {
    let done = [rc_file(place)?, import(place)?, ignore(place)?];
    Ok(done.into_iter().flatten().collect())
}

/// `.bazelrc.lre`, anew for what it names, or for what the user names where there is none.
fn rc_file(place: &Place) -> Result<Option<String>> {
    let Some(manifest) = place.manifest() else {
        return Ok(None);
    };
    let options = match &place.our_file {
        OurFile::Ours(ours) => ours.options.clone(),
        OurFile::Foreign => return Ok(None),
        OurFile::Missing => Bazelrc {
            files: place.options.files.clone(),
            prefix: Some(PREFIX.to_owned()),
            tool: None,
        },
    };
    let path = place.our_path();
    let text = render::bazelrc(manifest, &options);
    let written = write::replace_ours(&path, &text, BAZELRC_MARKER)?;
    let said = || format!("wrote {path}, as `{}` does", ours::command(&options));
    Ok((written == Written::Changed).then(said))
}

/// The line that imports it.
fn import(place: &Place) -> Result<Option<String>> {
    if place.is_imported() {
        return Ok(None);
    }
    append(&place.workspace.root.join(".bazelrc"), IMPORT).map(Some)
}

/// The line that keeps it out of git.
fn ignore(place: &Place) -> Result<Option<String>> {
    let workspace = &place.workspace;
    if !workspace.in_git || place.ignores(FILE_NAME) {
        return Ok(None);
    }
    append(&workspace.root.join(".gitignore"), &format!("/{FILE_NAME}")).map(Some)
}

/// Adds `line` at the end of the file at `path`, which need not be there; through a link, to what it
/// links to.
fn append(path: &Utf8Path, line: &str) -> Result<String> {
    let path = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let there = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("{path}: cannot read it")),
    };
    let open = there.last().is_some_and(|last| *last != b'\n');
    // A backslash at the end of an rc file would make our line part of its last one.
    let ends = [&b"\\"[..], b"\\\n", b"\\\r\n"];
    let joins = ends.iter().any(|end| there.ends_with(end));
    let before = "\n".repeat(usize::from(open) + usize::from(joins));
    let mut file = OpenOptions::new().append(true).create(true).open(&path);
    let file = file
        .as_mut()
        .map_err(|error| anyhow!("{path}: cannot write it: {error}"))?;
    file.write_all(format!("{before}{line}\n").as_bytes())
        .with_context(|| format!("{path}: cannot write it"))?;
    Ok(format!("added the line `{line}` to {path}"))
}
