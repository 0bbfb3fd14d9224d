//! The files of an image, wherever they lie: in a folder or in one tar archive. It gives bytes by
//! name, and must not know which files an image has.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use tar::EntryType;

use super::archive::NAMES_LIMIT;
use super::blob::{Budget, Metered};
use super::root;

/// No document of an image is larger: registries take manifests of 4 MiB.
const DOCUMENT_LIMIT: u64 = 8 << 20;

/// An image has at most some hundred files; more members make no archive of images.
const MEMBER_LIMIT: usize = 100_000;

/// How many links of an archive are followed from one to the next.
const LINKS: usize = 8;

/// A folder or an archive, opened.
#[derive(Debug)]
pub struct Source {
    /// What it is called in errors.
    pub path: Utf8PathBuf,
    files: Files,
}

#[derive(Debug)]
enum Files {
    Folder(OwnedFd),
    Archive(File, HashMap<Utf8PathBuf, Member>),
}

#[derive(Clone, Debug)]
enum Member {
    Bytes { start: u64, size: u64 },
    Link(Utf8PathBuf),
}

impl Source {
    /// Opens the folder or the archive at `path`.
    ///
    /// # Errors
    /// Nothing is there, it cannot be read, or is a file and no plain tar archive.
    pub fn open(path: &Utf8Path) -> Result<Source> {
        let metadata = path
            .metadata()
            .with_context(|| format!("{path}: cannot read the image"))?;
        let files = if metadata.is_dir() {
            Files::Folder(root::open(path)?)
        } else {
            let file =
                File::open(path).with_context(|| format!("{path}: cannot read the image"))?;
            let members = members(&file).with_context(|| {
                format!(
                    "{path}: this is no archive of an image, which is a tar file that is not \
                     compressed as a whole"
                )
            })?;
            Files::Archive(file, members)
        };
        let path = path.to_owned();
        Ok(Source { path, files })
    }

    /// Whether there is a file `name`.
    pub fn has(&self, name: &str) -> bool {
        matches!(self.file(name), Ok(Some(_)))
    }

    /// The bytes of the file `name`.
    ///
    /// # Errors
    /// It is not there, is no file, or is outside of the folder.
    pub fn read(&self, name: &str) -> Result<Box<dyn Read + '_>> {
        self.file(name)?
            .ok_or_else(|| anyhow!("{}: it has no file {name}; copy the image anew", self.path))
    }

    /// The whole of a document.
    ///
    /// # Errors
    /// As [`Source::read`], and where it is larger than any such document.
    pub fn document(&self, name: &str) -> Result<Vec<u8>> {
        all(self.read(name)?).with_context(|| format!("{}: {name}", self.path))
    }

    fn file(&self, name: &str) -> Result<Option<Box<dyn Read + '_>>> {
        match &self.files {
            Files::Folder(folder) => {
                let (parent, file) = name.rsplit_once('/').unwrap_or(("", name));
                let Ok(parent) = root::existing(folder, parent.as_bytes()) else {
                    return Ok(None);
                };
                let file = root::read(&parent, file.as_bytes())
                    .with_context(|| format!("{}: cannot read {name} in it", self.path))?;
                Ok(file.map(|file| Box::new(file) as Box<dyn Read>))
            }
            Files::Archive(file, members) => {
                let mut name = Utf8PathBuf::from(name);
                for _ in 0..LINKS {
                    match members.get(&name) {
                        None => return Ok(None),
                        Some(Member::Link(to)) => name = to.clone(),
                        Some(&Member::Bytes { start, size }) => {
                            let end = start + size;
                            return Ok(Some(Box::new(Section { file, start, end })));
                        }
                    }
                }
                bail!("{}: {name} in it is a link that leads nowhere", self.path)
            }
        }
    }
}

/// Reads a document, whose size is limited.
///
/// # Errors
/// Reading fails, or it is larger than any document of an image.
pub fn all(reader: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(DOCUMENT_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > DOCUMENT_LIMIT {
        bail!("more than {DOCUMENT_LIMIT} bytes are no document of an image");
    }
    Ok(bytes)
}

/// Part of a file, read without moving the file's own position.
struct Section<'a> {
    file: &'a File,
    start: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end - self.start;
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut buffer[..most], self.start)?;
        self.start += read as u64;
        Ok(read)
    }
}

/// Where the members of an archive are in it.
fn members(file: &File) -> Result<HashMap<Utf8PathBuf, Member>> {
    let budget = Budget::new(0);
    let metered = Metered::new(file, budget.clone(), "the name of a member is too long");
    let mut archive = tar::Archive::new(metered);
    let mut entries = archive.entries_with_seek()?;
    let mut members = HashMap::new();
    loop {
        budget.set(NAMES_LIMIT);
        let Some(entry) = entries.next().transpose()? else {
            return Ok(members);
        };
        let name = Utf8PathBuf::try_from(entry.path()?.into_owned())?;
        let here = name.parent().unwrap_or(Utf8Path::new(""));
        let link = || -> Result<Utf8PathBuf> {
            let to = entry.link_name()?.context("a link has no target")?;
            Ok(Utf8PathBuf::try_from(to.into_owned())?)
        };
        let member = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => Member::Bytes {
                start: entry.raw_file_position(),
                size: entry.size(),
            },
            EntryType::Symlink => Member::Link(plain(&here.join(link()?))),
            EntryType::Link => Member::Link(plain(&link()?)),
            _ => continue,
        };
        members.insert(plain(&name), member);
        if members.len() > MEMBER_LIMIT {
            bail!("it has more than {MEMBER_LIMIT} members");
        }
    }
}

/// A path as text alone, without `.` and `..`: it is a key, and no file is opened by it.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::ParentDir => {
                plain.pop();
            }
            Utf8Component::Normal(name) => plain.push(name),
            _ => {}
        }
    }
    plain
}
