//! The folder in which everything of one verification is: two output bases, the logs, a disk cache. It
//! must not know what Bazel does there.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf, absolute_utf8};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::removal::remove;

/// Below which name, in the user's cache, the folders are.
const PARENT: &str = "lre";

/// How the name of each of them begins.
const PREFIX: &str = "verify-";

/// Held by the process that uses the folder, so that another knows one that nobody cleans up.
const LOCK: &str = "lock";

/// What the lock says in a folder that the user named: all in it is ours to remove.
const NAMED: &str = "made by lre verify\n";

/// What it says in one that nobody is to find again.
const TEMPORARY: &str = "made by lre verify, temporary\n";

/// A folder of our own; removed when this is dropped, unless the user named it.
#[derive(Debug)]
pub struct Place {
    /// Its absolute path.
    pub folder: Utf8PathBuf,
    kept: bool,
    _lock: File,
}

impl Place {
    /// The folder that the user named, which is kept. What an earlier run put there may be removed; so it
    /// has to be one that an earlier run made, or empty.
    ///
    /// # Errors
    /// It cannot be made, another process uses it, or what is in it is somebody else's and stays.
    pub fn named(folder: &Utf8Path) -> Result<Place> {
        let folder =
            absolute_utf8(folder).with_context(|| format!("{folder}: no absolute path"))?;
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {folder}"))?;
        check_ours(&folder)?;
        let lock = lock(&folder)?;
        let lock = lock.with_context(|| format!("{folder} is in use by another `lre verify`"))?;
        Place::marked(folder, lock, NAMED)
    }

    /// A new folder in the user's cache: output bases are large, and temporary folders are often
    /// memory. What a process that was killed left there is removed first.
    ///
    /// # Errors
    /// None can be made there.
    pub fn temporary() -> Result<Place> {
        let parent = cache()?.join(PARENT);
        fs::create_dir_all(&parent)
            .with_context(|| format!("cannot create {parent}; name a folder with --output-base"))?;
        sweep(&parent);
        Place::temporary_in(&parent)
    }

    fn temporary_in(parent: &Utf8Path) -> Result<Place> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent)
            .with_context(|| format!("{parent}: no folder can be made here"))?;
        let folder = Utf8PathBuf::try_from(folder.keep())?;
        let lock = lock(&folder)?.with_context(|| format!("{folder} is no longer ours"))?;
        Place::marked(folder, lock, TEMPORARY)
    }

    /// Of the folder whose lock we have, with the `marker` in it.
    fn marked(folder: Utf8PathBuf, mut lock: File, marker: &str) -> Result<Place> {
        if text_of(&folder.join(LOCK)) != marker {
            lock.write_all(marker.as_bytes())
                .with_context(|| format!("cannot write to {folder}"))?;
        }
        Ok(Place {
            folder,
            kept: marker == NAMED,
            _lock: lock,
        })
    }
}

/// # Errors
/// There is something in `folder` that no run of ours, of those that leave it, put there.
fn check_ours(folder: &Utf8Path) -> Result<()> {
    let lock = folder.join(LOCK);
    if text_of(&lock) == NAMED {
        return Ok(());
    }
    // A run that has only begun has made its lock, and not yet written to it.
    let begun = |path: &Utf8Path| {
        let metadata = path.symlink_metadata();
        path == lock && metadata.is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0)
    };
    for entry in folder
        .read_dir_utf8()
        .with_context(|| format!("cannot read {folder}"))?
    {
        let entry = entry.with_context(|| format!("cannot read {folder}"))?;
        if !begun(entry.path()) {
            bail!(
                "{folder}: `lre verify` did not make this folder, and would remove what is in it; name \
                 an empty one"
            );
        }
    }
    Ok(())
}

/// What stands in a file; nothing where none is there, and where that is a link to another.
fn text_of(path: &Utf8Path) -> String {
    let metadata = path.symlink_metadata();
    if metadata.is_ok_and(|metadata| metadata.is_file()) {
        return fs::read_to_string(path).unwrap_or_default();
    }
    String::new()
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        if let Err(error) = remove(&self.folder) {
            eprintln!("lre: {} could not be removed: {error}", self.folder);
        }
    }
}

/// Where the user's caches are (XDG Base Directory Specification), else where temporary files are.
fn cache() -> Result<Utf8PathBuf> {
    let absolute = |name: &str| {
        let folder = env::var(name).ok().map(Utf8PathBuf::from);
        folder.filter(|folder| folder.is_absolute())
    };
    let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
    match cache {
        Some(cache) => Ok(cache),
        None => Ok(Utf8PathBuf::try_from(env::temp_dir())?),
    }
}

/// Removes the folders in `parent` that are of no use to anybody, and that no process uses.
fn sweep(parent: &Utf8Path) {
    for entry in parent.read_dir_utf8().into_iter().flatten().flatten() {
        let folder = entry.path();
        // One without a marker is only being made, or the user's.
        if entry.file_name().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && text_of(&folder.join(LOCK)) == TEMPORARY
            && matches!(lock(folder), Ok(Some(_)))
            && remove(folder).is_ok()
        {
            eprintln!("lre: removed {folder}, which an earlier run had to leave");
        }
    }
}

/// The lock of `folder`, if nobody has it. What stands in it stays.
fn lock(folder: &Utf8Path) -> Result<Option<File>> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).open(&path);
    let file = file.with_context(|| format!("cannot write {path}"))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error).context(path),
    }
}

/// Removes a file or folder, if it is there.
///
/// # Errors
/// It cannot be removed.
pub fn clear(path: &Utf8Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(metadata) if metadata.is_dir() => remove(path),
        Ok(_) => fs::remove_file(path),
    };
    removed.with_context(|| format!("cannot remove {path}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn parent() -> (tempfile::TempDir, Utf8PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(dir.path().to_owned()).unwrap();
        (dir, path)
    }

    #[test]
    fn what_is_read_only_is_removed_and_what_a_link_names_is_not() {
        let (_dir, parent) = parent();
        let (folder, outside) = (parent.join("folder"), parent.join("outside"));
        fs::create_dir_all(folder.join("a/b")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(folder.join("a/b/file"), "").unwrap();
        std::os::unix::fs::symlink(&outside, folder.join("a/link")).unwrap();
        for path in [folder.join("a/b"), folder.join("a"), outside.clone()] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o555)).unwrap();
        }

        remove(&folder).unwrap();

        assert!(!folder.exists());
        let mode = fs::metadata(&outside).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o555);
    }

    #[test]
    fn a_folder_that_is_in_use_is_not_taken_or_swept() {
        let (_dir, parent) = parent();
        let temporary = Place::temporary_in(&parent).unwrap();
        let named = Place::named(&parent.join("named")).unwrap();

        sweep(&parent);
        let error = Place::named(&named.folder).unwrap_err();

        assert!(temporary.folder.exists());
        assert!(error.to_string().contains("in use"), "{error}");
    }

    #[test]
    fn what_a_killed_run_left_is_swept_and_what_the_user_named_is_not() {
        let (_dir, parent) = parent();
        let named = parent.join("verify-named");
        let mut killed = Place::temporary_in(&parent).unwrap();
        killed.kept = true;
        let left = killed.folder.clone();
        drop(killed);
        drop(Place::named(&named).unwrap());

        sweep(&parent);

        assert!(!left.exists());
        assert!(named.exists());
        Place::named(&named).unwrap();
    }

    #[test]
    fn a_folder_with_files_of_somebody_else_is_left_as_it_is() {
        let (_dir, parent) = parent();
        for (name, text) in [("first.log", "mine"), ("lock", "mine"), ("lock", NAMED)] {
            let folder = parent.join(text.trim()).join(name);
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join(name);
            fs::write(&file, text).unwrap();

            let place = Place::named(&folder);

            let refused = place.is_err_and(|e| e.to_string().contains("did not make"));
            assert_eq!(refused, text != NAMED, "{file}");
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
    }

    #[test]
    fn a_run_that_had_only_begun_is_no_hindrance() {
        let (_dir, parent) = parent();
        fs::write(parent.join(LOCK), "").unwrap();

        drop(Place::named(&parent).unwrap());

        assert_eq!(fs::read_to_string(parent.join(LOCK)).unwrap(), NAMED);
    }
}
