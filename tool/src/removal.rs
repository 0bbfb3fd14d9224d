//! Folders that Bazel made, and how they are removed: it takes from folders what is needed for that. It must
//! not know what they were for.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;

use camino::{Utf8Path, Utf8PathBuf};

/// Removes a folder with all that is in it.
pub fn remove(folder: &Utf8Path) -> io::Result<()> {
    if fs::remove_dir_all(folder).is_ok() {
        return Ok(());
    }
    make_writable(folder)?;
    fs::remove_dir_all(folder)
}

fn make_writable(folder: &Utf8Path) -> io::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
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
