//! A log as numbers: for each spawn what has to be equal, and the graph of its inputs. Names and
//! texts stay in the log, and are read again for the few spawns that are shown; it must not know
//! the other log.
//!
//! Some 100 bytes for a spawn and 16 for a file are kept, so that a million spawns fit.

mod build;
mod node;
mod row;

use rustc_hash::{FxHashMap, FxHashSet};

pub use build::read;
pub use node::{Node, PathId, View};
pub use row::{Row, flag, split};

use super::log::Format;

/// A log, reduced.
pub struct Index {
    /// What the file turned out to be.
    pub format: Format,
    /// The function of all digests: "SHA-256"; empty where the log does not say.
    pub hash_function: String,
    /// The spawns in the order of the log: who makes a file comes before those that read it.
    pub rows: Vec<Row>,
    /// Files and sets of them; what a set holds stands before it.
    pub nodes: Vec<Node>,
    /// What sets hold, as numbers of nodes.
    pub children: Vec<u32>,
    /// What spawns made, as numbers of nodes, or [`MISSING`].
    pub outputs: Vec<u32>,
    /// Links that were made without a spawn, and what they link to.
    pub links: FxHashMap<PathId, PathId>,
    /// How spawns were run, by [`Row::runner`].
    pub runners: Vec<String>,
    /// Spawns that could not be understood, by how many came before.
    pub skipped: FxHashSet<u32>,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// In place of an output that was not made.
pub const MISSING: u32 = u32::MAX;

impl Index {
    /// What the set at `node` directly holds.
    pub fn held(&self, node: u32) -> &[u32] {
        match self.nodes[node as usize].view() {
            View::Leaf { .. } => &[],
            View::Set { start, count } => &self.children[start as usize..][..count as usize],
        }
    }

    /// What `row` made: path and content.
    pub fn made(&self, row: &Row) -> impl Iterator<Item = (PathId, u64)> {
        let outputs = &self.outputs[row.outputs as usize..][..row.output_count as usize];
        outputs
            .iter()
            .filter_map(|&node| self.nodes.get(node as usize)?.leaf())
    }

    /// All files below the set at `node`, each once.
    pub fn flat(&self, node: Option<u32>) -> FxHashMap<PathId, u64> {
        let mut files = FxHashMap::default();
        let mut seen = FxHashSet::default();
        let mut left: Vec<u32> = node.into_iter().collect();
        while let Some(node) = left.pop() {
            match self.nodes[node as usize].view() {
                View::Leaf { path, content } => {
                    files.insert(path, content);
                }
                View::Set { .. } => {
                    if seen.insert(node) {
                        left.extend(self.held(node));
                    }
                }
            }
        }
        files
    }

    /// All files that `row` reads, each once.
    pub fn read_by(&self, row: &Row) -> FxHashMap<PathId, u64> {
        self.flat(row.inputs.checked_sub(1))
    }

    /// How `row` was run.
    pub fn runner(&self, row: &Row) -> &str {
        &self.runners[row.runner as usize]
    }

    /// How many spawns may be shared.
    pub fn shared(&self) -> u64 {
        self.rows.iter().filter(|row| row.is(flag::SHARED)).count() as u64
    }

    /// How many spawns were hits.
    pub fn hits(&self) -> u64 {
        self.rows.iter().filter(|row| row.is(flag::HIT)).count() as u64
    }
}
