//! The real log, and what in it is of which sort. It must not know what is made of it.

use std::collections::HashSet;

use anyhow::{Result, ensure};
use camino::Utf8Path;
use lre::parity::log::Reader;
use lre::parity::log::proto::{Entry, InputSet, Kind, SymlinkEntrySet};

/// A log that was read.
pub struct Real {
    /// All of it.
    pub entries: Vec<Entry>,
    /// How many of the entries are spawns.
    pub spawns: usize,
    /// Entries that all copies share: files of the toolchain, the header, and sets of these.
    pub shared: HashSet<u32>,
    /// Entries that are outputs of spawns.
    pub made: HashSet<u32>,
    /// Entries that the header reaches.
    pub reached: HashSet<u32>,
    /// Spawns that it reaches, by their place in `entries`.
    pub reached_spawns: HashSet<usize>,
}

impl Real {
    /// Reads the log at `path`, of which `folder` is copied, and the file that ends with `header` changes.
    pub fn read(path: &Utf8Path, folder: &str, header: &str) -> Result<Self> {
        let mut reader = Reader::open(path, false)?;
        let mut real = Self {
            entries: Vec::new(),
            spawns: 0,
            shared: HashSet::new(),
            made: HashSet::new(),
            reached: HashSet::new(),
            reached_spawns: HashSet::new(),
        };
        while let Some(entry) = reader.next_entry()? {
            real.sort(&entry, folder, header);
            real.entries.push(entry);
        }
        ensure!(
            !real.reached_spawns.is_empty(),
            "no spawn of {path} reads a file that ends with {header}"
        );
        Ok(real)
    }

    fn sort(&mut self, entry: &Entry, folder: &str, header: &str) {
        let Some(kind) = &entry.kind else { return };
        let is_header = |path: &str| path.ends_with(header) && !path.starts_with("bazel-out/");
        let (held, shared) = match kind {
            Kind::File(file) => {
                if is_header(&file.path) {
                    self.reached.insert(entry.id);
                }
                let shared = is_header(&file.path) || !file.path.contains(folder);
                (Vec::new(), shared)
            }
            Kind::Directory(directory) => (Vec::new(), !directory.path.contains(folder)),
            Kind::Symlink(link) => (Vec::new(), !link.path.contains(folder)),
            Kind::InputSet(set) => (held_by(set), true),
            Kind::SymlinkEntrySet(set) => (linked_by(set), true),
            Kind::RunfilesTree(tree) => (vec![tree.input_set_id], false),
            Kind::Spawn(spawn) => {
                self.spawns += 1;
                let reads = [spawn.input_set_id, spawn.tool_set_id];
                let made = spawn.outputs.iter().filter_map(|output| output.id());
                self.made.extend(made.clone());
                if reads.iter().any(|id| self.reached.contains(id)) {
                    self.reached_spawns.insert(self.entries.len());
                    self.reached.extend(made);
                }
                return;
            }
            Kind::Invocation(_) | Kind::SymlinkAction(_) => return,
        };
        if held.iter().any(|id| self.reached.contains(id)) {
            self.reached.insert(entry.id);
        }
        if shared && held.iter().all(|id| self.shared.contains(id)) {
            self.shared.insert(entry.id);
        }
    }
}

fn held_by(set: &InputSet) -> Vec<u32> {
    let sets = set.transitive_set_ids.iter().copied();
    set.direct().chain(sets).collect()
}

fn linked_by(set: &SymlinkEntrySet) -> Vec<u32> {
    let sets = set.transitive_set_ids.iter();
    set.direct_entries.values().chain(sets).copied().collect()
}
