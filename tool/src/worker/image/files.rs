//! What is in the layers, as tar archives that say nothing of the machine they were made on. It
//! must not know how layers are packed or named.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tar::{Builder, EntryType, Header};

use super::base::Base;
use super::carried::Carried;
use super::closure::Closure;
use super::layers::Group;

/// The time of all files, a second after the epoch, as in the Nix store.
const TIME: u64 = 1;

/// The user whom an image runs as, beside root; nothing belongs to it.
pub const USER: &str = "1000:1000";
const PASSWD: [&str; 2] = [
    "root:x:0:0::/root:/bin/sh",
    "worker:x:1000:1000::/tmp:/bin/sh",
];
const GROUP: [&str; 2] = ["root:x:0:", "worker:x:1000:"];
/// Names are looked up in the files above, and hosts in DNS.
const NSSWITCH: &str = "passwd: files\ngroup: files\nhosts: files dns\n";

/// An archive that is being written.
pub type Archive<'a> = Builder<&'a mut dyn Write>;

/// The store paths of a group, with the folders that they are in.
///
/// # Errors
/// Something in a store path cannot be read, or is no file, folder or link.
pub fn store_paths(archive: &mut Archive, closure: &Closure, group: &Group) -> Result<()> {
    for folder in ["nix", "nix/store"] {
        append_folder(archive, Path::new(folder), 0o755)?;
    }
    for path in &group.paths {
        let there = closure.on_disk(path);
        let name = path.strip_prefix("/").unwrap_or(path);
        append_all(archive, there.as_std_path(), name.as_std_path())
            .with_context(|| format!("{there}: cannot put it into the image"))?;
    }
    Ok(())
}

/// What is beside the store: the links that docs/worker.md asks for, a folder for temporary
/// files, and users. Over a `base` they go where its own are, and users are added to its own.
///
/// # Errors
/// The base has one of their folders in the store; the disk is full.
pub fn root(archive: &mut Archive, carried: &Carried, base: Option<&Base>) -> Result<()> {
    let place = |path: &str| match base {
        Some(base) => base.resolve(path),
        None => path.to_owned(),
    };
    let old = |path: &str| base.and_then(|base| base.text(path));
    let mut files = Vec::new();
    for (path, ours) in [("etc/group", &GROUP), ("etc/passwd", &PASSWD)] {
        match (old(path), base) {
            (Some(text), _) => files.extend(with_worker(&text, ours[1]).map(|text| (path, text))),
            // Its users are in a place of its own.
            (None, Some(base)) if base.has(path) => {}
            _ => files.push((path, ours.join("\n") + "\n")),
        }
    }
    if !base.is_some_and(|base| base.has("etc/nsswitch.conf")) {
        files.push(("etc/nsswitch.conf", NSSWITCH.to_owned()));
    }
    let mut entries: Vec<(String, Content)> = Vec::new();
    for (path, text) in files {
        entries.push((place(path), Content::Text(text)));
    }
    for (path, target) in &carried.links {
        entries.push((place(path), Content::Link(target.as_str().into())));
    }
    if let Some((path, _)) = entries
        .iter()
        .find(|(path, _)| path.starts_with("nix/store/"))
    {
        bail!(
            "the base has its own folder of links in the store, so that ours would change /{path}; \
             take a base that has /bin, /usr/bin and /etc outside of it"
        );
    }
    let folders: Vec<String> = entries.iter().flat_map(|(path, _)| above(path)).collect();
    entries.extend(
        folders
            .into_iter()
            .map(|path| (path, Content::Folder(0o755))),
    );
    entries.push((place("tmp"), Content::Folder(0o1777)));
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries.dedup_by(|(a, _), (b, _)| a == b);
    for (path, content) in entries {
        let path = Path::new(&path);
        match content {
            Content::Folder(mode) => append_folder(archive, path, mode)?,
            Content::Link(target) => append_link(archive, path, &target)?,
            Content::Text(text) => {
                append_file(archive, path, 0o644, text.len() as u64, text.as_bytes())?;
            }
        }
    }
    Ok(())
}

enum Content {
    Folder(u32),
    Link(PathBuf),
    Text(String),
}

/// The folders that `path` is in.
fn above(path: &str) -> impl Iterator<Item = String> {
    path.match_indices('/').map(|(at, _)| path[..at].to_owned())
}

/// `text` with the worker's `line`, unless somebody has its name or its number.
fn with_worker(text: &str, line: &str) -> Option<String> {
    let taken = text.lines().any(|line| {
        let mut fields = line.split(':');
        fields.next() == Some("worker") || fields.nth(1) == Some("1000")
    });
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    (!taken).then(|| format!("{text}{end}{line}\n"))
}

fn append_all(archive: &mut Archive, there: &Path, name: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(there)?;
    let kind = metadata.file_type();
    if kind.is_symlink() {
        append_link(archive, name, &fs::read_link(there)?)
    } else if kind.is_file() {
        let mode = match metadata.permissions().mode() & 0o111 {
            0 => 0o444,
            _ => 0o555,
        };
        append_file(archive, name, mode, metadata.len(), File::open(there)?)
    } else if kind.is_dir() {
        append_folder(archive, name, 0o555)?;
        let entries = fs::read_dir(there)?.map(|entry| Ok(entry?.file_name()));
        let mut names: Vec<_> = entries.collect::<Result<_>>()?;
        names.sort();
        for inner in names {
            append_all(archive, &there.join(&inner), &name.join(&inner))?;
        }
        Ok(())
    } else {
        bail!(
            "{}: this is no file, folder or link, and has no place in a store path",
            there.display()
        )
    }
}

fn append_folder(archive: &mut Archive, path: &Path, mode: u32) -> Result<()> {
    let mut header = header(EntryType::Directory, mode, 0);
    Ok(archive.append_data(&mut header, path, std::io::empty())?)
}

fn append_link(archive: &mut Archive, path: &Path, target: &Path) -> Result<()> {
    let mut header = header(EntryType::Symlink, 0o777, 0);
    Ok(archive.append_link(&mut header, path, target)?)
}

fn append_file(
    archive: &mut Archive,
    path: &Path,
    mode: u32,
    size: u64,
    bytes: impl Read,
) -> Result<()> {
    let mut header = header(EntryType::Regular, mode, size);
    Ok(archive.append_data(&mut header, path, bytes.take(size))?)
}

/// A header with the owner, the group and the time that everything has.
fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(TIME);
    header.set_size(size);
    header
}
