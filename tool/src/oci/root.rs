//! Changes below one folder that cannot touch anything outside of it: each path is opened as if
//! the folder were the root (openat2 with RESOLVE_IN_ROOT on Linux; elsewhere no link is followed
//! at all), and the last name is never followed. It must not know what is being unpacked.

use std::ffi::OsStr;
use std::fs::{File, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;
use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, fstat, linkat, mkdirat, openat, statat,
    symlinkat, unlinkat,
};
use rustix::io::Errno;

/// The folder `path`, opened to be named in further calls.
///
/// # Errors
/// It is not there or no folder.
pub fn open(path: &Utf8Path) -> Result<OwnedFd> {
    openat(CWD, path.as_str(), FOLDER, Mode::empty())
        .with_context(|| format!("{path}: cannot open this folder"))
}

const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// The folder at `path` below `root`, links followed as if `root` were `/`; made with mode 0755
/// where it is missing. `passed` is called with every folder on the way, outermost first.
///
/// # Errors
/// Something on the way is no folder, or a link to nothing.
pub fn folder(
    root: &OwnedFd,
    path: &[u8],
    mut passed: impl FnMut(&OwnedFd, &[u8]) -> Result<()>,
) -> Result<OwnedFd> {
    let mut parent = existing(root, b"")?;
    let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let ends: Vec<usize> = ends.map(|(at, _)| at).chain([path.len()]).collect();
    let mut start = 0;
    for end in ends {
        let name = &path[start..end];
        start = end + 1;
        if name.is_empty() {
            continue;
        }
        passed(&parent, name)?;
        let prefix = &path[..end];
        let found = match lookup(root, prefix) {
            Err(Errno::NOENT) => {
                make_folder(&parent, name)?;
                let made = enter(&parent, name).context("a link on the way leads nowhere")?;
                set_mode(made, 0o755)?;
                lookup(root, prefix)
            }
            found => found,
        };
        parent = found.with_context(|| {
            let prefix = String::from_utf8_lossy(prefix);
            format!("{prefix:?} on the way to it is no folder of the image")
        })?;
    }
    Ok(parent)
}

/// The folder at `path` below `root`, links followed as if `root` were `/`.
///
/// # Errors
/// It is not there or no folder.
pub fn existing(root: &OwnedFd, path: &[u8]) -> Result<OwnedFd> {
    let path = if path.is_empty() { b"." } else { path };
    lookup(root, path).context("cannot open a folder")
}

#[cfg(target_os = "linux")]
fn lookup(root: &OwnedFd, path: &[u8]) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    /// How often it is tried again where another process disturbed it (EAGAIN, openat2(2)).
    const TRIES: usize = 16;
    let inside = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let open = || openat2(root, OsStr::from_bytes(path), FOLDER, Mode::empty(), inside);
    (0..TRIES)
        .map(|_| open())
        .find(|found| !matches!(found, Err(Errno::AGAIN)))
        .unwrap_or(Err(Errno::AGAIN))
}

#[cfg(not(target_os = "linux"))]
fn lookup(root: &OwnedFd, path: &[u8]) -> Result<OwnedFd, Errno> {
    let flags = FOLDER | OFlags::NOFOLLOW;
    let mut folder = openat(root, ".", flags, Mode::empty())?;
    for name in path
        .split(|byte| *byte == b'/')
        .filter(|name| !name.is_empty())
    {
        folder = openat(&folder, OsStr::from_bytes(name), flags, Mode::empty())?;
    }
    Ok(folder)
}

/// What is at `name` in `folder`, not following a link.
///
/// # Errors
/// The kernel's.
pub fn look(folder: &OwnedFd, name: &[u8]) -> Result<Option<Stat>> {
    match statat(folder, OsStr::from_bytes(name), AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error).context("cannot look at it"),
    }
}

/// Whether that is a folder.
pub fn is_folder(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
}

/// The number that tells an open folder from others.
///
/// # Errors
/// The kernel's.
pub fn number(folder: &OwnedFd) -> Result<u64> {
    Ok(fstat(folder).context("cannot look at a folder")?.st_ino)
}

/// A new, empty file; there must be nothing at `name`.
///
/// # Errors
/// The kernel's: the disk is full, or not writable.
pub fn create(folder: &OwnedFd, name: &[u8]) -> Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(folder, OsStr::from_bytes(name), flags, Mode::from(0o600));
    Ok(File::from(file.context("cannot write it")?))
}

/// The file `name` in `folder`, opened to be read; `None` where nothing is there.
///
/// # Errors
/// It is no file, or cannot be read.
pub fn read(folder: &OwnedFd, name: &[u8]) -> Result<Option<File>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match openat(folder, OsStr::from_bytes(name), flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match file.metadata()?.is_file() {
        true => Ok(Some(file)),
        false => bail!("it is no file"),
    }
}

/// Gives an open file or folder its permission bits, whatever the umask is.
///
/// # Errors
/// The kernel's.
pub fn set_mode(file: impl Into<File>, mode: u32) -> Result<()> {
    let mode = Permissions::from_mode(mode);
    file.into()
        .set_permissions(mode)
        .context("cannot set its mode")
}

/// A new folder, or the one that is there already.
///
/// # Errors
/// The kernel's.
pub fn make_folder(folder: &OwnedFd, name: &[u8]) -> Result<()> {
    match mkdirat(folder, OsStr::from_bytes(name), Mode::from(0o755)) {
        Ok(()) | Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(error).context("cannot make this folder"),
    }
}

/// A new symbolic link with any text.
///
/// # Errors
/// The kernel's.
pub fn symlink(folder: &OwnedFd, name: &[u8], target: &[u8]) -> Result<()> {
    let (target, name) = (OsStr::from_bytes(target), OsStr::from_bytes(name));
    symlinkat(target, folder, name).context("cannot make this link")
}

/// A further name of `from`, which is itself linked to where it is a symbolic link.
///
/// # Errors
/// `from` is not there or a folder.
pub fn hard_link(from: (&OwnedFd, &[u8]), to: (&OwnedFd, &[u8])) -> Result<()> {
    match look(from.0, from.1)? {
        None => bail!("it is a hard link to a file that is not there"),
        Some(stat) if is_folder(&stat) => bail!("it is a hard link to a folder"),
        Some(_) => {}
    }
    let (source, name) = (OsStr::from_bytes(from.1), OsStr::from_bytes(to.1));
    linkat(from.0, source, to.0, name, AtFlags::empty()).context("cannot make this hard link")
}

/// The names in a folder.
///
/// # Errors
/// The kernel's.
pub fn names(folder: &OwnedFd) -> Result<Vec<Vec<u8>>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder).context("cannot list a folder")? {
        let name = entry.context("cannot list a folder")?;
        let name = name.file_name().to_bytes();
        if name != b"." && name != b".." {
            names.push(name.to_vec());
        }
    }
    Ok(names)
}

/// The folder `name` in `folder`, opened to be listed and changed; it is no link.
///
/// # Errors
/// It is no folder.
pub fn enter(folder: &OwnedFd, name: &[u8]) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(folder, OsStr::from_bytes(name), flags, Mode::empty()).context("cannot open a folder")
}

/// Removes what is at `name`, with all that is below, if anything is there.
///
/// # Errors
/// The kernel's.
pub fn remove(folder: &OwnedFd, name: &[u8]) -> Result<()> {
    let flags = match look(folder, name)? {
        None => return Ok(()),
        Some(stat) if is_folder(&stat) => {
            let inner = enter(folder, name)?;
            for name in names(&inner)? {
                remove(&inner, &name)?;
            }
            AtFlags::REMOVEDIR
        }
        Some(_) => AtFlags::empty(),
    };
    unlinkat(folder, OsStr::from_bytes(name), flags).context("cannot remove what was there")
}
