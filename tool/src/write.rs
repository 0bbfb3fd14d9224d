//! Puts a file tree, or one file, on disk, all or nothing, and compares it with what is there.
//! It must not know what the files say; by what a tree is known as ours, its caller says.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde::Serialize;
use similar::TextDiff;
use tempfile::Builder;

use crate::tree::{FileTree, Marker};

/// Makes `dir` hold exactly `tree`, which has the `marker`. It is written to a folder beside
/// `dir`, and the two change places in one step: at any moment `dir` is the old one or the
/// new one.
///
/// # Errors
/// `dir` is a link, a file, or a folder of somebody else's; the disk is full or
/// not writable. Nothing has changed then.
pub fn replace(dir: &Utf8Path, tree: &FileTree, marker: Marker) -> Result<()> {
    replace_with(dir, marker, |new| write_files(new, tree))
}

/// As [`replace`], with what `fill` puts into the folder that it is given, empty at first.
///
/// # Errors
/// As [`replace`], and what `fill` complains of.
pub fn replace_with(
    dir: &Utf8Path,
    marker: Marker,
    fill: impl FnOnce(&Utf8Path) -> Result<()>,
) -> Result<()> {
    let there = check_ours(dir, marker)?;
    let parent = parent_of(dir);
    fs::create_dir_all(&parent).with_context(|| format!("{parent}: cannot make this folder"))?;
    let staged = Builder::new()
        .prefix(".lre-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(&parent)
        .with_context(|| format!("{parent}: cannot write here"))?;
    let new = Utf8PathBuf::try_from(staged.path().to_owned())?;
    fill(&new)?;
    if there == There::Tree {
        renameat_with(
            CWD,
            new.as_std_path(),
            CWD,
            dir.as_std_path(),
            RenameFlags::EXCHANGE,
        )
        .with_context(|| {
            format!(
                "{dir}: cannot put the new tree in its place; where the file system cannot \
                     exchange two folders in one step, remove {dir} first"
            )
        })?;
    } else {
        // rename(2) puts a folder where there is nothing, or over an empty folder.
        fs::rename(&new, dir)
            .with_context(|| format!("{dir}: cannot put the new tree in its place"))?;
        // The staged folder is `dir` now.
        let _ = staged.keep();
    }
    Ok(())
}

/// What is at the place of a tree, before it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum There {
    Nothing,
    Tree,
}

fn check_ours(dir: &Utf8Path, marker: Marker) -> Result<There> {
    let Ok(metadata) = fs::symlink_metadata(dir) else {
        return Ok(There::Nothing);
    };
    if metadata.is_symlink() {
        bail!(
            "{dir}: this is a link, and what it points to may belong to others; name the folder itself"
        );
    }
    if !metadata.is_dir() {
        bail!("{dir}: this is a file; name a folder, or a path where there is nothing yet");
    }
    let mut entries = fs::read_dir(dir).with_context(|| format!("{dir}: cannot read it"))?;
    if entries.next().is_none() {
        return Ok(There::Nothing);
    }
    let head = fs::read_to_string(dir.join(marker.file)).unwrap_or_default();
    if !head.starts_with(marker.begins) {
        bail!(
            "{dir}: this folder was not made by lre (it has no {} that begins with {:?}), and \
             replacing it would lose what is in it; name another one, or empty it first",
            marker.file,
            marker.begins
        );
    }
    Ok(There::Tree)
}

fn parent_of(path: &Utf8Path) -> Utf8PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_str().is_empty() => parent.to_owned(),
        _ => Utf8PathBuf::from("."),
    }
}

fn write_files(dir: &Utf8Path, tree: &FileTree) -> Result<()> {
    for (path, file) in tree.iter() {
        let path = dir.join(path);
        fs::create_dir_all(parent_of(&path))
            .with_context(|| format!("{path}: no folder for it"))?;
        fs::write(&path, &file.text).with_context(|| format!("{path}: cannot write it"))?;
        let mode = if file.executable { 0o755 } else { 0o644 };
        fs::set_permissions(&path, Permissions::from_mode(mode))
            .with_context(|| format!("{path}: cannot set its mode"))?;
    }
    Ok(())
}

/// A file that is not as it should be.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// Its path below the folder.
    pub path: Utf8PathBuf,
    /// What is wrong with it.
    pub state: State,
    /// A unified diff from what is there to what should be.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub diff: String,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is not there.
    Missing,
    /// It says something else, or may not be executed where it should.
    Changed,
    /// It should not be there.
    Extra,
}

/// Where `dir` differs from `tree`; empty where it does not.
///
/// # Errors
/// A file of `dir` cannot be read.
pub fn differences(dir: &Utf8Path, tree: &FileTree) -> Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for (path, file) in tree.iter() {
        let there = dir.join(path);
        let (old, state) = match fs::read(&there) {
            Ok(bytes) => (String::from_utf8_lossy(&bytes).into_owned(), State::Changed),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => (String::new(), State::Missing),
            Err(e) => return Err(e).with_context(|| format!("{there}: cannot read it")),
        };
        let same_mode = state == State::Missing || is_executable(&there)? == file.executable;
        if state == State::Missing || old != file.text || !same_mode {
            differences.push(Difference {
                path: path.to_owned(),
                state,
                diff: TextDiff::from_lines(&old, &file.text)
                    .unified_diff()
                    .header(there.as_str(), &format!("{there} (expected)"))
                    .to_string(),
            });
        }
    }
    for path in files_below(dir, Utf8Path::new(""))? {
        if tree.get(&path).is_none() {
            differences.push(Difference {
                path,
                state: State::Extra,
                diff: String::new(),
            });
        }
    }
    Ok(differences)
}

fn is_executable(path: &Utf8Path) -> Result<bool> {
    let metadata = fs::metadata(path).with_context(|| format!("{path}: cannot read its mode"))?;
    Ok(metadata.permissions().mode() & 0o111 != 0)
}

fn files_below(root: &Utf8Path, relative: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let dir = root.join(relative);
    let mut files = Vec::new();
    if !dir.is_dir() {
        return Ok(files);
    }
    let mut entries: Vec<_> = dir
        .read_dir_utf8()
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("{dir}: cannot read it"))?;
    entries.sort_by(|a, b| a.path().cmp(b.path()));
    for entry in entries {
        let path = relative.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files.extend(files_below(root, &path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// What [`replace_ours`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The file holds the new text now.
    Changed,
    /// It held it already, and was not touched.
    Unchanged,
}

/// Makes the file at `path` hold `text`, in one step, unless it does already.
///
/// # Errors
/// A file is there whose first line is not `marker`, or the folder is not writable.
pub fn replace_ours(path: &Utf8Path, text: &str, marker: &str) -> Result<Written> {
    match fs::read(path) {
        Ok(old) if old == text.as_bytes() => return Ok(Written::Unchanged),
        Ok(old) if !old.starts_with(marker.as_bytes()) => bail!(
            "{path}: a file of this name is there that lre did not write, so it is left as it is; \
             move it away, or choose another name with --out"
        ),
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(e).with_context(|| format!("{path}: cannot read what is there")),
    }
    replace_file(path, text)?;
    Ok(Written::Changed)
}

/// Makes the file at `path` hold `text`, in one step.
///
/// # Errors
/// The disk is full or the folder is not writable; what was there is there still.
pub fn replace_file(path: &Utf8Path, text: &str) -> Result<()> {
    let parent = parent_of(path);
    let mut staged = Builder::new()
        .prefix(".lre-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(&parent)
        .with_context(|| format!("{parent}: cannot write here"))?;
    staged
        .write_all(text.as_bytes())
        .with_context(|| format!("{path}: cannot write it"))?;
    staged
        .persist(path)
        .with_context(|| format!("{path}: cannot put it in its place"))?;
    Ok(())
}
