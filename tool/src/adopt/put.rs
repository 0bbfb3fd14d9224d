//! Puts several changed files of a user's in their places, all or none, as far as a file system
//! can: each in one step, and the first ones back where a later one fails. It must not know what
//! is in them.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};

use anyhow::{Context, Result, bail};
use camino::Utf8Path;
use tempfile::{Builder, NamedTempFile};

use super::Edit;

/// Writes all of `edits`.
///
/// # Errors
/// A file may not be written, has changed since it was read, or the disk is full: then all are as
/// they were. Where even that fails, the error says what is where.
pub fn put(edits: &[Edit]) -> Result<()> {
    put_with(edits, |file, to| {
        file.persist(to)
            .map(drop)
            .map_err(|error| error.error.into())
    })
}

/// A file beside the one that it is to replace, and one with what was there.
struct Staged<'a> {
    edit: &'a Edit,
    new: NamedTempFile,
    old: Option<NamedTempFile>,
}

fn put_with(
    edits: &[Edit],
    mut place: impl FnMut(NamedTempFile, &Utf8Path) -> Result<()>,
) -> Result<()> {
    let staged: Vec<Staged<'_>> = edits.iter().map(stage).collect::<Result<_>>()?;
    for edit in edits {
        unchanged(edit)?;
    }
    let mut done: Vec<(&Edit, Option<NamedTempFile>)> = Vec::new();
    for Staged { edit, new, old } in staged {
        if let Err(error) = place(new, &edit.file.at) {
            let why = format!("{}: cannot put it in its place", edit.file.at);
            return Err(take_back(done, error.context(why)));
        }
        done.push((edit, old));
    }
    Ok(())
}

fn take_back(done: Vec<(&Edit, Option<NamedTempFile>)>, error: anyhow::Error) -> anyhow::Error {
    let mut error = error;
    for (edit, old) in done.into_iter().rev() {
        let at = &edit.file.at;
        let back = match old {
            Some(old) => old.persist(at).map(drop).map_err(|failed| failed.error),
            None => fs::remove_file(at),
        };
        if let Err(failed) = back {
            error = error.context(format!(
                "{at} is changed already, and cannot be put back: {failed}"
            ));
        }
    }
    error
}

fn stage(edit: &Edit) -> Result<Staged<'_>> {
    let at = &edit.file.at;
    let found = edit.file.found.as_ref();
    if let Some(found) = found
        && found.mode & 0o222 == 0
    {
        bail!("{at}: it is read-only; make it writable first");
    }
    Ok(Staged {
        edit,
        new: beside(edit, &edit.new)?,
        old: found.map(|found| beside(edit, &found.bytes)).transpose()?,
    })
}

/// A file in the same folder that holds `bytes`, with mode and owner of the one that is there.
fn beside(edit: &Edit, bytes: &[u8]) -> Result<NamedTempFile> {
    let at = &edit.file.at;
    let folder = at.parent().context("a file is in a folder")?;
    let mut file = Builder::new()
        .prefix(".lre-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .with_context(|| format!("{folder}: cannot write here"))?;
    if let Some(found) = &edit.file.found {
        let (user, group) = found.owner;
        // Nobody but root may give files away, and then they are one's own anyway.
        let _ = chown(file.path(), Some(user), Some(group));
        file.as_file()
            .set_permissions(Permissions::from_mode(found.mode))
            .with_context(|| format!("{at}: cannot keep its mode"))?;
    }
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .with_context(|| format!("{at}: cannot write it"))?;
    Ok(file)
}

fn unchanged(edit: &Edit) -> Result<()> {
    let at = &edit.file.at;
    let there = match fs::read(at) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{at}: cannot read it")),
    };
    if there.as_deref() != edit.file.found.as_ref().map(|found| found.bytes.as_slice()) {
        bail!("{at}: it was changed meanwhile, so nothing was written; run this again");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adopt::text::UserFile;

    fn edits(root: &Utf8Path) -> Vec<Edit> {
        let edit = |name: &str| Edit {
            file: UserFile::read(root, name).unwrap(),
            new: b"new\n".to_vec(),
        };
        ["new", "a", "b"].map(edit).into()
    }

    fn contents(root: &Utf8Path) -> Vec<(String, String)> {
        let entries = root.read_dir_utf8().unwrap().map(Result::unwrap);
        let mut all: Vec<_> = entries
            .map(|e| {
                (
                    e.file_name().to_owned(),
                    fs::read_to_string(e.path()).unwrap(),
                )
            })
            .collect();
        all.sort();
        all
    }

    fn folder() -> (tempfile::TempDir, camino::Utf8PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = camino::Utf8PathBuf::try_from(dir.path().to_owned()).unwrap();
        fs::write(root.join("a"), "old a\n").unwrap();
        fs::write(root.join("b"), "old b\n").unwrap();
        (dir, root)
    }

    #[test]
    fn where_one_fails_all_are_as_they_were() {
        for failing in 0..3 {
            let (_dir, root) = folder();
            let before = contents(&root);
            let mut count = 0;
            let error = put_with(&edits(&root), |file, to| {
                if count == failing {
                    bail!("no");
                }
                count += 1;
                file.persist(to).map(drop).map_err(Into::into)
            });
            assert!(format!("{:#}", error.unwrap_err()).contains("in its place: no"));
            assert_eq!(contents(&root), before);
        }
    }

    #[test]
    fn a_file_that_was_changed_meanwhile_stays() {
        let (_dir, root) = folder();
        let edits = edits(&root);
        fs::write(root.join("b"), "newer\n").unwrap();
        let before = contents(&root);
        assert!(put(&edits).unwrap_err().to_string().contains("meanwhile"));
        assert_eq!(contents(&root), before);
    }
}
