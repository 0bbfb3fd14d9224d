//! The texts of the spawns and files that are to be named, out of a second reading of a log. It must
//! not know what they are named for.

use anyhow::Result;
use camino::Utf8Path;
use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{Index, PathId};
use super::log::Reader;
use super::log::proto::{Digest, Directory, File, Kind, Spawn};

/// What is to be found.
#[derive(Default)]
pub struct Wanted {
    /// Spawns of which label and mnemonic are needed, by row.
    pub names: FxHashSet<u32>,
    /// Spawns that are needed whole, by row.
    pub whole: FxHashSet<u32>,
    /// Files, by path.
    pub paths: FxHashSet<PathId>,
}

/// What was found.
#[derive(Default)]
pub struct Found {
    /// Label and mnemonic.
    pub names: FxHashMap<u32, (String, String)>,
    /// Whole spawns.
    pub whole: FxHashMap<u32, Spawn>,
    /// Files and folders.
    pub files: FxHashMap<PathId, Seen>,
}

/// A file as the log describes it.
pub struct Seen {
    /// Where it is.
    pub path: String,
    /// What it is.
    pub what: What,
}

/// What is at a path.
#[derive(Clone)]
pub enum What {
    /// A file, by its digest.
    File(String),
    /// A symlink that is not followed, by its target.
    Symlink(String),
    /// A folder, by the digests of its files.
    Directory(Vec<(String, String)>),
}

/// Reads the log at `path`, of which `index` was made, for what is `wanted`.
///
/// # Errors
///
/// As the first reading.
pub fn read(path: &Utf8Path, index: &Index, wanted: Wanted, keep_going: bool) -> Result<Found> {
    let mut found = Found::default();
    if found.has_all(&wanted) {
        return Ok(found);
    }
    let mut reader = Reader::open(path, keep_going)?;
    let (mut ordinal, mut row) = (0, 0);
    while let Some(entry) = reader.next_entry()? {
        match entry.kind {
            Some(Kind::Spawn(spawn)) => {
                if !index.skipped.contains(&ordinal) {
                    found.spawn(row, *spawn, &wanted);
                    row += 1;
                }
                ordinal += 1;
            }
            Some(Kind::File(file)) => {
                found.file(&wanted, &file.path, || What::File(digest_of(&file)));
            }
            Some(Kind::Symlink(link)) => {
                found.file(&wanted, &link.path, || {
                    What::Symlink(link.target_path.clone())
                });
            }
            Some(Kind::Directory(directory)) => found.directory(&directory, &wanted),
            Some(Kind::RunfilesTree(tree)) => {
                if let Some(file) = &tree.repo_mapping_manifest {
                    let path = format!("{}/_repo_mapping", tree.path);
                    found.file(&wanted, &path, || What::File(digest_of(file)));
                }
            }
            _ => {}
        }
        if found.has_all(&wanted) {
            break;
        }
    }
    Ok(found)
}

impl Found {
    /// Whether the rest need not be read.
    fn has_all(&self, wanted: &Wanted) -> bool {
        self.names.len() == wanted.names.len()
            && self.whole.len() == wanted.whole.len()
            && self.files.len() == wanted.paths.len()
    }

    fn spawn(&mut self, row: u32, spawn: Spawn, wanted: &Wanted) {
        if wanted.names.contains(&row) {
            let name = (spawn.target_label.clone(), spawn.mnemonic.clone());
            self.names.insert(row, name);
        }
        if wanted.whole.contains(&row) {
            self.whole.insert(row, spawn);
        }
    }

    fn file(&mut self, wanted: &Wanted, path: &str, what: impl FnOnce() -> What) {
        let id = PathId::of(path);
        if wanted.paths.contains(&id) {
            self.files.entry(id).or_insert_with(|| Seen {
                path: path.to_owned(),
                what: what(),
            });
        }
    }

    fn directory(&mut self, directory: &Directory, wanted: &Wanted) {
        self.file(wanted, &directory.path, || {
            let files = directory.files.iter();
            What::Directory(
                files
                    .map(|file| (file.path.clone(), digest_of(file)))
                    .collect(),
            )
        });
        if directory.path.ends_with(".runfiles") {
            for file in &directory.files {
                let path = format!("{}/{}", directory.path, file.path);
                self.file(wanted, &path, || What::File(digest_of(file)));
            }
        }
    }

    /// The path that `id` stands for.
    pub fn path(&self, id: PathId) -> Option<&str> {
        self.files.get(&id).map(|seen| seen.path.as_str())
    }
}

fn digest_of(file: &File) -> String {
    match &file.digest {
        Some(Digest {
            hash, size_bytes, ..
        }) if !hash.is_empty() => format!("{hash}/{size_bytes}"),
        _ => "empty".to_owned(),
    }
}
