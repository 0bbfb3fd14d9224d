//! Puts the layers of an image into a folder, one over the other, as a container engine does
//! (image specification, layer.md). It must not know where layers come from.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::os::fd::OwnedFd;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use tempfile::Builder;

use super::archive::{Entry, Kind, Left, entries};
use super::image::Image;
use super::root;

/// How much an image may unpack to: one that is small may hold what fills any disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all layers together, not compressed, with the names of their entries.
    pub bytes: u64,
    /// Entries of all layers together.
    pub entries: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 20_000_000_000,
            entries: 2_000_000,
        }
    }
}

/// How much was unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// Bytes of all layers, not compressed, with the names of their entries.
    pub bytes: u64,
    /// Entries of all layers.
    pub entries: u64,
}

/// How a layer says that a name of a lower one is gone, and that all of a folder is.
const WHITEOUT: &[u8] = b".wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

/// Unpacks all layers of `image` into the folder `into`, which is made, and complete or not
/// there. Files belong to who unpacks, have the image's permission bits without those that
/// change the user, and no times of their own. An absolute link in it is meant from its root:
/// whoever follows one has to be in that root, too.
///
/// # Errors
/// Something is at `into`; a layer is not what its digest says; an entry that [`entries`]
/// refuses, or that goes through something that is no folder; the disk is full.
pub fn unpack(image: &Image<'_>, into: &Utf8Path, limits: Limits) -> Result<Unpacked> {
    if into.symlink_metadata().is_ok() {
        bail!("{into}: something is there already; name a folder that is not there yet");
    }
    let parent = match into.parent() {
        Some(parent) if !parent.as_str().is_empty() => parent,
        _ => Utf8Path::new("."),
    };
    fs::create_dir_all(parent).with_context(|| format!("{parent}: cannot make this folder"))?;
    let staged = Builder::new()
        .prefix(".lre-")
        .tempdir_in(parent)
        .with_context(|| format!("{parent}: cannot write here"))?;
    let folder = Utf8PathBuf::try_from(staged.path().to_owned())?;
    let root = root::open(&folder)?;
    let mut left = Left::of(limits);
    let mut modes = BTreeMap::new();
    for layer in image.layers() {
        let stream = layer.open()?;
        apply(&root, stream, &mut left, &mut modes)
            .with_context(|| format!("{}: cannot be unpacked", layer.name()))?;
    }
    set_modes(&root, &modes)?;
    root::set_mode(root::enter(&root, b".")?, 0o755)?;
    fs::rename(&folder, into)
        .with_context(|| format!("{into}: cannot put the unpacked image in its place"))?;
    // The staged folder is `into` now.
    let _ = staged.keep();
    let (bytes, entries) = left.used();
    Ok(Unpacked { bytes, entries })
}

/// One layer while it is put over those below.
struct Layer<'a> {
    root: &'a OwnedFd,
    /// What this layer has itself, which its whiteouts do not hide: names in folders, which
    /// are told apart by their number.
    own: HashSet<(u64, Vec<u8>)>,
    /// Folders that it was seen to pass.
    passed: HashSet<Vec<u8>>,
    /// What folders get in the end: until then something may have to be written in them.
    modes: &'a mut BTreeMap<Vec<u8>, u32>,
}

fn apply(
    root: &OwnedFd,
    stream: impl Read,
    left: &mut Left,
    modes: &mut BTreeMap<Vec<u8>, u32>,
) -> Result<()> {
    let mut layer = Layer {
        root,
        own: HashSet::new(),
        passed: HashSet::new(),
        modes,
    };
    entries(stream, left, |entry, bytes| layer.put(entry, bytes))
}

impl Layer<'_> {
    fn put(&mut self, entry: &Entry, bytes: &mut dyn Read) -> Result<()> {
        let (parent, name) = split(&entry.path);
        if name.is_empty() {
            return Ok(());
        }
        let folder = self.folder(parent)?;
        if let Some(hidden) = name.strip_prefix(WHITEOUT) {
            return self.hide(&folder, name, hidden);
        }
        self.own.insert((root::number(&folder)?, name.to_vec()));
        let there = root::look(&folder, name)?;
        let stays =
            matches!(entry.kind, Kind::Folder) && there.as_ref().is_some_and(root::is_folder);
        if let Kind::HardLink(target) = &entry.kind {
            let (parent, target) = split(target);
            let from = (&self.folder(parent)?, target);
            if (root::number(from.0)?, target) == (root::number(&folder)?, name) {
                bail!("it is a hard link to itself");
            }
            root::remove(&folder, name)?;
            return root::hard_link(from, (&folder, name));
        }
        if !stays {
            root::remove(&folder, name)?;
        }
        match &entry.kind {
            Kind::Folder => {
                root::make_folder(&folder, name)?;
                self.modes.insert(entry.path.clone(), entry.mode);
            }
            Kind::File => {
                let mut file = root::create(&folder, name)?;
                io::copy(bytes, &mut file)?;
                root::set_mode(file, entry.mode)?;
            }
            Kind::Symlink(target) => root::symlink(&folder, name, target)?,
            Kind::HardLink(_) => {}
        }
        Ok(())
    }

    /// The folder at `path`, made where it is missing, and this layer's own from now on.
    fn folder(&mut self, path: &[u8]) -> Result<OwnedFd> {
        let first = self.passed.insert(path.to_vec());
        let own = &mut self.own;
        root::folder(self.root, path, |folder, name| {
            if first {
                own.insert((root::number(folder)?, name.to_vec()));
            }
            Ok(())
        })
    }

    /// Hides what lower layers have of `hidden`, or of the whole `folder`.
    fn hide(&self, folder: &OwnedFd, name: &[u8], hidden: &[u8]) -> Result<()> {
        if name == OPAQUE {
            let folder = root::enter(folder, b".")?;
            for name in root::names(&folder)? {
                self.hide_lower(&folder, &name)?;
            }
            return Ok(());
        }
        if hidden.starts_with(WHITEOUT) {
            // What AUFS keeps for itself, such as `.wh..wh.plnk`, is no file of the image.
            return Ok(());
        }
        if matches!(hidden, b"" | b"." | b"..") {
            bail!(
                "a whiteout of {:?} hides nothing that an image has",
                String::from_utf8_lossy(hidden)
            );
        }
        self.hide_lower(folder, hidden)
    }

    fn hide_lower(&self, folder: &OwnedFd, name: &[u8]) -> Result<()> {
        if !self.own.contains(&(root::number(folder)?, name.to_vec())) {
            return root::remove(folder, name);
        }
        if root::look(folder, name)?
            .as_ref()
            .is_some_and(root::is_folder)
        {
            let inner = root::enter(folder, name)?;
            for name in root::names(&inner)? {
                self.hide_lower(&inner, &name)?;
            }
        }
        Ok(())
    }
}

/// Deepest first, since a folder may forbid to look into it.
fn set_modes(root: &OwnedFd, modes: &BTreeMap<Vec<u8>, u32>) -> Result<()> {
    for (path, mode) in modes.iter().rev() {
        let (parent, name) = split(path);
        // A higher layer may have put something else there.
        let Ok(parent) = root::existing(root, parent) else {
            continue;
        };
        if let Ok(folder) = root::enter(&parent, name) {
            root::set_mode(folder, *mode)?;
        }
    }
    Ok(())
}

fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"", path),
    }
}
