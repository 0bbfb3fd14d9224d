//! The folder in which everything of one verification is: two output bases, the logs, a disk cache. It
//! must not know what Bazel does there.

use std::env;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf, absolute_utf8};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Below which name, in the user's cache, the folders are.
const PARENT: &str = "lre";

/// How the name of each of them begins.
const PREFIX: &str = "verify-";

/// Held by the process that uses the folder, so that another knows one that nobody cleans up.
const LOCK: &str = "lock";

/// A folder of our own; removed when this is dropped, unless the user named it.
#[derive(Debug)]
pub struct Place {
    /// Its absolute path.
    pub folder: Utf8PathBuf,
    kept: bool,
    _lock: File,
}

impl Place {
    /// The folder that the user named, which is kept.
    ///
    /// # Errors
    /// It cannot be made, or another process uses it.
    pub fn named(folder: &Utf8Path) -> Result<Place> {
        let folder =
            absolute_utf8(folder).with_context(|| format!("{folder}: no absolute path"))?;
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {folder}"))?;
        let lock = lock(&folder)?;
        let lock = lock.with_context(|| format!("{folder} is in use by another `lre verify`"))?;
        Ok(Place {
            folder,
            kept: true,
            _lock: lock,
        })
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
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&parent)
            .with_context(|| format!("{parent}: no folder can be made here"))?;
        let folder = Utf8PathBuf::try_from(folder.keep())?;
        let lock = lock(&folder)?.with_context(|| format!("{folder} is no longer ours"))?;
        Ok(Place {
            folder,
            kept: false,
            _lock: lock,
        })
    }
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

/// Removes the folders in `parent` that no process uses.
fn sweep(parent: &Utf8Path) {
    for entry in parent.read_dir_utf8().into_iter().flatten().flatten() {
        let folder = entry.path();
        // One without a lock is only being made.
        if entry.file_name().starts_with(PREFIX)
            && folder.join(LOCK).exists()
            && matches!(lock(folder), Ok(Some(_)))
            && remove(folder).is_ok()
        {
            eprintln!("lre: removed {folder}, which an earlier run had to leave");
        }
    }
}

/// The lock of `folder`, if nobody has it.
fn lock(folder: &Utf8Path) -> Result<Option<File>> {
    let path = folder.join(LOCK);
    let file = File::create(&path).with_context(|| format!("cannot write {path}"))?;
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

/// Removes a folder with all that is in it; Bazel makes folders read-only.
fn remove(folder: &Utf8Path) -> io::Result<()> {
    if fs::remove_dir_all(folder).is_ok() {
        return Ok(());
    }
    make_writable(folder)?;
    fs::remove_dir_all(folder)
}

fn make_writable(folder: &Utf8Path) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A link says that it is one, so that nothing is followed out of the folder.
        if entry.file_type()?.is_dir() {
            let path = Utf8PathBuf::try_from(entry.path()).map_err(io::Error::other)?;
            make_writable(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
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
        let mine = parent.join("verify-mine");
        let place = Place::named(&mine).unwrap();

        sweep(&parent);
        let error = Place::named(&mine).unwrap_err();

        assert!(mine.exists());
        assert!(error.to_string().contains("in use"), "{error}");
        drop(place);
        sweep(&parent);
        assert!(!mine.exists());
    }
}
