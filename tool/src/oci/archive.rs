//! The entries of a layer's tar archive, with names that were checked. It reads and refuses; what
//! is done with an entry is not known here.

use std::io::{self, Read};

use anyhow::{Context, Result, anyhow, bail};
use tar::EntryType;

use super::blob::{Budget, Metered};
use super::unpack::Limits;

/// Most bytes of long names and extended headers before one entry: they are kept in memory.
pub const NAMES_LIMIT: u64 = 1 << 20;

/// The longest path that the kernel takes (`PATH_MAX`).
const PATH_LIMIT: usize = 4096;

/// One entry of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the root of the image, without a slash at either end; empty for the root.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
}

/// What an entry of a layer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A file with its bytes.
    File,
    /// A symbolic link and where it points to; never above the root.
    Symlink(Vec<u8>),
    /// Another name of the file at a path below the root.
    HardLink(Vec<u8>),
}

/// An entry's path as errors write it.
pub fn show(path: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(path))
}

/// What is left of [`Limits`] after some layers.
#[derive(Debug)]
pub struct Left {
    limits: Limits,
    bytes: Budget,
    entries: u64,
}

impl Left {
    /// All of it.
    pub fn of(limits: Limits) -> Left {
        Left {
            limits,
            bytes: Budget::new(limits.bytes),
            entries: limits.entries,
        }
    }

    /// How many bytes and entries were used.
    pub fn used(&self) -> (u64, u64) {
        let bytes = self.limits.bytes - self.bytes.get();
        (bytes, self.limits.entries - self.entries)
    }
}

/// Reads `stream` to its very end, so that its digest is checked, and calls `visit` with each
/// entry and its bytes.
///
/// # Errors
/// An entry that no image has any use for, named with what is wrong: a `..`, a hard link to an
/// absolute path, a symbolic link that climbs above the root, a device. More bytes or entries
/// than are `left`. Whatever reading and `visit` complain of.
pub fn entries(
    stream: impl Read,
    left: &mut Left,
    mut visit: impl FnMut(&Entry, &mut dyn Read) -> Result<()>,
) -> Result<()> {
    let names = Budget::new(0);
    let why = "it unpacks to more than the limit; if that is meant, raise --max-unpacked-size";
    let stream = Metered::new(stream, left.bytes.clone(), why);
    let why = "names and headers of an entry are longer than any image needs";
    let mut archive = tar::Archive::new(Metered::new(stream, names.clone(), why));
    let mut iterator = archive.entries()?;
    loop {
        names.set(NAMES_LIMIT);
        let Some(mut raw) = iterator.next().transpose()? else {
            break;
        };
        names.set(u64::MAX);
        left.entries = left.entries.checked_sub(1).ok_or_else(|| {
            anyhow!(
                "it has more than {} entries, which no image needs",
                left.limits.entries
            )
        })?;
        let name = raw.path_bytes().into_owned();
        let entry = check(&raw, &name).with_context(|| format!("the entry {}", show(&name)))?;
        if let Some(entry) = entry {
            visit(&entry, &mut raw).with_context(|| format!("the entry {}", show(&name)))?;
        }
        io::copy(&mut raw, &mut io::sink())?;
    }
    names.set(u64::MAX);
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    Ok(())
}

/// The entry, checked; `None` for one that says nothing by itself.
fn check<R: Read>(raw: &tar::Entry<'_, R>, name: &[u8]) -> Result<Option<Entry>> {
    let target = || -> Result<Vec<u8>> {
        let target = raw.link_name_bytes().map(|target| target.into_owned());
        target
            .filter(|target| !target.is_empty() && !target.contains(&0))
            .context("this link points to nothing")
    };
    let path = below_root(name)?;
    let kind = match raw.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Directory => Kind::Folder,
        EntryType::Symlink => {
            let target = target()?;
            stays_inside(&path, &target)?;
            Kind::Symlink(target)
        }
        EntryType::Link => {
            let target = target()?;
            let at = || format!("it is a hard link to {}", show(&target));
            if target.starts_with(b"/") {
                return Err(anyhow!("an absolute path is outside of the image")).with_context(at);
            }
            Kind::HardLink(below_root(&target).with_context(at)?)
        }
        EntryType::XGlobalHeader => return Ok(None),
        EntryType::Char | EntryType::Block | EntryType::Fifo => {
            bail!("this is a device or a pipe, which an image of tools has no use for")
        }
        other => bail!("the kind {other:?} of entry is not unpacked; pack the image anew"),
    };
    let mode = raw.header().mode()? & 0o777;
    Ok(Some(Entry { path, kind, mode }))
}

/// A name without `.`, doubled slashes and the slash that some write before it: what stands for
/// the root then is the image's own, since engines read it so and nix2container writes it so.
fn below_root(name: &[u8]) -> Result<Vec<u8>> {
    let mut path = Vec::with_capacity(name.len());
    for component in name.split(|byte| *byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => bail!("a '..' in its path leads out of the image"),
            _ if component.contains(&0) => bail!("its path has a NUL"),
            _ => {
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(component);
            }
        }
    }
    if path.len() > PATH_LIMIT {
        bail!("its path is longer than {PATH_LIMIT} bytes");
    }
    Ok(path)
}

/// Checks a symbolic link at `path`, as text: an absolute target starts at the image's root.
fn stays_inside(path: &[u8], target: &[u8]) -> Result<()> {
    let mut depth = match target.starts_with(b"/") {
        true => 0,
        false => path.iter().filter(|byte| **byte == b'/').count(),
    };
    for component in target.split(|byte| *byte == b'/') {
        match component {
            b"" | b"." => {}
            b".." => {
                let up = depth.checked_sub(1);
                depth = up.with_context(|| {
                    format!("it links to {}, above the root of the image", show(target))
                })?;
            }
            _ => depth += 1,
        }
    }
    Ok(())
}
