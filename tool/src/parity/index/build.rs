//! Reads a log into an [`Index`]. It must not know what is done with that.

use std::collections::HashMap;

use anyhow::{Result, bail};
use camino::Utf8Path;
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::hash;
use super::super::log::proto::{
    Directory, Entry, File, InputSet, Kind, RunfilesTree, Spawn, SymlinkEntrySet,
};
use super::super::log::{Reader, name_of};
use super::row::Made;
use super::{Index, MISSING, Node, PathId, Row};

/// Reads the log at `path`.
///
/// # Errors
///
/// As [`Reader`]; and where it has no spawn.
pub fn read(path: &Utf8Path, keep_going: bool) -> Result<Index> {
    let mut reader = Reader::open(path, keep_going)?;
    let mut build = Build::new(&reader);
    loop {
        let offset = reader.offset();
        let Some(entry) = reader.next_entry()? else {
            break;
        };
        if let Err(what) = build.take(entry) {
            reader.fault(offset, &what)?;
        }
    }
    let mut index = build.index;
    index.warnings = reader.into_warnings();
    if index.rows.is_empty() {
        match index.warnings.first() {
            Some(warning) => bail!("nothing could be read: {warning}"),
            None => bail!(
                "{path} has no spawn: all actions were up to date, so that Bazel ran none; build \
                 after `bazel clean`, or in an output base of its own, as `lre verify` does"
            ),
        }
    }
    Ok(index)
}

struct Build {
    index: Index,
    ids: Ids,
    /// What may be an output, by the numbers of entries, until a spawn has made it.
    made: FxHashMap<u32, Made>,
    runners: HashMap<String, u16>,
}

impl Build {
    fn new(reader: &Reader) -> Self {
        Self {
            index: Index {
                format: reader.format(),
                hash_function: String::new(),
                rows: Vec::new(),
                nodes: Vec::new(),
                children: Vec::new(),
                outputs: Vec::new(),
                links: FxHashMap::default(),
                runners: Vec::new(),
                skipped: FxHashSet::default(),
                warnings: Vec::new(),
            },
            ids: Ids::default(),
            made: FxHashMap::default(),
            runners: HashMap::new(),
        }
    }

    fn take(&mut self, entry: Entry) -> Result<(), String> {
        let Entry { id, kind } = entry;
        let Some(kind) = kind else {
            return Ok(());
        };
        let name = name_of(&kind);
        let node = match kind {
            Kind::Invocation(invocation) => {
                self.index.hash_function = invocation.hash_function_name;
                return Ok(());
            }
            Kind::SymlinkAction(action) => {
                let (link, to) = (
                    PathId::of(&action.output_path),
                    PathId::of(&action.input_path),
                );
                self.index.links.insert(link, to);
                return Ok(());
            }
            Kind::Spawn(spawn) => {
                return self.spawn(&spawn).inspect_err(|_| {
                    let before = self.index.rows.len() + self.index.skipped.len();
                    self.index.skipped.insert(before as u32);
                });
            }
            Kind::File(file) => {
                let content = content_of(&file);
                self.output(id, &file.path, content)
            }
            Kind::Directory(directory) => self.directory(id, &directory),
            Kind::Symlink(link) => {
                let content = hash::of_parts([b"symlink", link.target_path.as_bytes()]);
                self.output(id, &link.path, content)
            }
            Kind::InputSet(set) => self.input_set(&set)?,
            Kind::SymlinkEntrySet(set) => self.links_set(&set)?,
            Kind::RunfilesTree(tree) => self.runfiles(&tree)?,
        };
        let most = self.index.nodes.len().max(self.index.children.len());
        if most >= MISSING as usize {
            return Err(
                "of more than four thousand million entries the rest is not read".to_owned(),
            );
        }
        let number = self.index.nodes.len() as u32;
        if id != 0 && !self.ids.set(id, number) {
            return Err(format!("a second entry has the number {id}, a {name}"));
        }
        self.index.nodes.push(node);
        Ok(())
    }

    /// A leaf, of which is kept what names the spawn that made it, if one did.
    fn output(&mut self, id: u32, path: &str, content: u64) -> Node {
        let leaf = PathId::of(path);
        if id != 0 && leaf.is_made() {
            self.made.insert(id, Made::at(path));
        }
        Node::new_leaf(leaf, content)
    }

    fn directory(&mut self, id: u32, directory: &Directory) -> Node {
        // Before Bazel had runfiles trees in its logs, they were folders.
        if directory.path.ends_with(".runfiles") {
            let files = directory.files.iter().map(|file| {
                let path = PathId::of(&format!("{}/{}", directory.path, file.path));
                Node::new_leaf(path, content_of(file))
            });
            let leaves: Vec<_> = files.collect();
            return self.hold(leaves);
        }
        let files = directory.files.iter().map(|file| {
            let parts = [file.path.as_bytes(), &content_of(file).to_le_bytes()[..]];
            hash::of_parts(parts)
        });
        let content = files.fold(hash::of(b"directory"), u64::wrapping_add);
        self.output(id, &directory.path, content)
    }

    fn input_set(&mut self, set: &InputSet) -> Result<Node, String> {
        let start = self.index.children.len();
        for id in set.direct().chain(set.transitive_set_ids.iter().copied()) {
            let node = self.ids.get(id)?;
            self.index.children.push(node);
        }
        Ok(self.set_from(start))
    }

    fn links_set(&mut self, set: &SymlinkEntrySet) -> Result<Node, String> {
        let start = self.index.children.len();
        for &id in set.direct_entries.values().chain(&set.transitive_set_ids) {
            let node = self.ids.get(id)?;
            self.index.children.push(node);
        }
        Ok(self.set_from(start))
    }

    fn runfiles(&mut self, tree: &RunfilesTree) -> Result<Node, String> {
        let start = self.index.children.len();
        for id in [tree.input_set_id, tree.symlinks_id, tree.root_symlinks_id] {
            if id != 0 {
                let node = self.ids.get(id)?;
                self.index.children.push(node);
            }
        }
        if let Some(file) = &tree.repo_mapping_manifest {
            let leaf = Node::new_leaf(
                PathId::of(&format!("{}/_repo_mapping", tree.path)),
                content_of(file),
            );
            self.index.children.push(self.index.nodes.len() as u32);
            self.index.nodes.push(leaf);
        }
        Ok(self.set_from(start))
    }

    /// A set of leaves that no entry stands for.
    fn hold(&mut self, leaves: Vec<Node>) -> Node {
        let start = self.index.children.len();
        for leaf in leaves {
            self.index.children.push(self.index.nodes.len() as u32);
            self.index.nodes.push(leaf);
        }
        self.set_from(start)
    }

    fn set_from(&self, start: usize) -> Node {
        Node::new_set(start as u32, (self.index.children.len() - start) as u32)
    }

    fn spawn(&mut self, spawn: &Spawn) -> Result<(), String> {
        let mut row = Row::of(spawn);
        row.inputs = self.ids.set_of(spawn.input_set_id)?;
        row.tools = self.ids.set_of(spawn.tool_set_id)?;
        row.outputs = self.index.outputs.len() as u32;
        row.output_count = spawn.outputs.len() as u32;
        row.runner = self.runner(&spawn.runner);
        let mut first = None;
        let mut paths = 0u64;
        for output in &spawn.outputs {
            let (node, made) = match output.id() {
                Some(id) => {
                    let node = self.ids.get(id)?;
                    let path = self.index.nodes[node as usize].leaf().map(|(path, _)| path);
                    let made = self.made.remove(&id).or(path.map(Made::again));
                    (node, made)
                }
                None => (MISSING, Some(Made::at(&output.invalid_output_path))),
            };
            self.index.outputs.push(node);
            if let Some(made) = made {
                paths = paths.wrapping_add(made.path);
                first.get_or_insert(made);
            }
        }
        row.name(spawn, first.unwrap_or_default(), paths);
        self.index.rows.push(row);
        Ok(())
    }

    fn runner(&mut self, name: &str) -> u16 {
        if let Some(&number) = self.runners.get(name) {
            return number;
        }
        let number = self.index.runners.len().min(usize::from(u16::MAX)) as u16;
        self.index.runners.push(name.to_owned());
        self.runners.insert(name.to_owned(), number);
        number
    }
}

/// 0 for an empty file, of which some logs have the digest and some do not.
fn content_of(file: &File) -> u64 {
    let digest = file.digest.as_ref().filter(|digest| digest.size_bytes != 0);
    digest.map_or(0, |digest| hash::of(digest.hash.as_bytes()))
}

/// Nodes by the numbers of entries. Bazel counts from one; other numbers are slower, and no more.
#[derive(Default)]
struct Ids {
    dense: Vec<u32>,
    sparse: FxHashMap<u32, u32>,
    /// How many there are.
    count: usize,
}

impl Ids {
    /// Gives whether the number was free; else it stays what it was.
    fn set(&mut self, id: u32, node: u32) -> bool {
        /// How far numbers may be ahead of their count and still be in the dense part.
        const AHEAD: usize = 1 << 16;
        if self.find(id).is_some() {
            return false;
        }
        self.count += 1;
        let at = id as usize;
        if at > 4 * self.count + AHEAD {
            self.sparse.insert(id, node);
            return true;
        }
        if at >= self.dense.len() {
            self.dense.resize(at + 1, MISSING);
        }
        self.dense[at] = node;
        true
    }

    fn find(&self, id: u32) -> Option<u32> {
        let dense = self.dense.get(id as usize).copied();
        dense
            .filter(|node| *node != MISSING)
            .or_else(|| self.sparse.get(&id).copied())
    }

    fn get(&self, id: u32) -> Result<u32, String> {
        self.find(id).ok_or_else(|| {
            format!("this names entry {id}, which is not before it: a part of the log is missing")
        })
    }

    /// As [`Row::inputs`] has it.
    fn set_of(&self, id: u32) -> Result<u32, String> {
        match id {
            0 => Ok(0),
            id => Ok(self.get(id)? + 1),
        }
    }
}
