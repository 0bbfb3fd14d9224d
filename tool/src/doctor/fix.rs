//! What `--fix` does: files of ours are written, and lines are added to files of the user's, whose own
//! lines stay as they are. It must not know what is wrong; each does nothing where nothing is to do.

use anyhow::Result;

use super::ours::{self, OurFile};
use super::place::Place;
use crate::adopt::{self, Edit};
use crate::render::{self, BAZELRC, BAZELRC_IMPORT, BAZELRC_MARKER, Bazelrc};
use crate::write::{self, Written};

/// The configuration in which the flags of a new `.bazelrc.lre` take effect.
const PREFIX: &str = "lre";

/// The project's own rc file.
const RC: &str = ".bazelrc";

/// Does all that is safe; gives what it did, a line each.
///
/// # Errors
/// A file cannot be written; what is done then is done.
pub fn all(place: &Place) -> Result<Vec<String>> {
    let mut done: Vec<String> = rc_file(place)?.into_iter().collect();
    done.extend(local_files(place)?);
    Ok(done)
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

/// The lines that import it, and that keep it out of git, as `lre init` adds them.
fn local_files(place: &Place) -> Result<Vec<String>> {
    let mut edits = adopt::local_files(&place.workspace)?;
    // The user's own file may import it instead of the project's.
    edits.retain(|edit| edit.file.path != RC || !place.is_imported());
    adopt::put(&edits)?;
    let line = |edit: &Edit| match edit.file.path == RC {
        true => BAZELRC_IMPORT.join(" "),
        false => format!("/{BAZELRC}"),
    };
    let done = edits.iter();
    Ok(done
        .map(|edit| format!("added the line `{}` to {}", line(edit), edit.file.at))
        .collect())
}
