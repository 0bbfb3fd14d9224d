//! What spawns read, in two words each. It must not know who reads it.

use super::super::hash;

/// A path below the execution root, as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(u64);

/// Bits of [`PathId`] that are no part of the hash.
mod bit {
    /// An action made it.
    pub const MADE: u64 = 1;
    /// It is in a runfiles tree.
    pub const RUNFILES: u64 = 1 << 1;
    /// In a [`super::Node`]: it is a leaf.
    pub const LEAF: u64 = 1 << 2;
    /// All of them.
    pub const ALL: u64 = MADE | RUNFILES | LEAF;
}

impl PathId {
    /// Of `path`.
    pub fn of(path: &str) -> Self {
        let set = |is: bool, bit: u64| if is { bit } else { 0 };
        // All outputs are below `bazel-out/`.
        let made = set(path.starts_with("bazel-out/"), bit::MADE);
        let runfiles = set(path.contains(".runfiles/"), bit::RUNFILES);
        Self(hash::of(path.as_bytes()) & !bit::ALL | made | runfiles | bit::LEAF)
    }

    /// Whether an action made it.
    pub fn is_made(self) -> bool {
        self.0 & bit::MADE != 0
    }

    /// Whether it is in a runfiles tree, of which compact logs tell otherwise than others.
    pub fn is_runfile(self) -> bool {
        self.0 & bit::RUNFILES != 0
    }

    /// As a number that can be added up.
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Something that a spawn reads; millions are kept, so that it is packed.
#[derive(Clone, Copy, Debug)]
pub struct Node(u64, u64);

/// A [`Node`], unpacked.
#[derive(Clone, Copy, Debug)]
pub enum View {
    /// A file, a folder that is one thing, or a symlink that is not followed.
    Leaf {
        /// Where it is.
        path: PathId,
        /// What is in it, as a number.
        content: u64,
    },
    /// Several others.
    Set {
        /// Where in [`super::Index::children`] they begin.
        start: u32,
        /// How many there are.
        count: u32,
    },
}

impl Node {
    pub fn new_leaf(path: PathId, content: u64) -> Self {
        Self(path.0, content)
    }

    pub fn new_set(start: u32, count: u32) -> Self {
        Self(0, u64::from(start) << 32 | u64::from(count))
    }

    /// Unpacked.
    pub fn view(self) -> View {
        match self.leaf() {
            Some((path, content)) => View::Leaf { path, content },
            None => View::Set {
                start: (self.1 >> 32) as u32,
                count: self.1 as u32,
            },
        }
    }

    /// Path and content, if it is no set.
    pub fn leaf(self) -> Option<(PathId, u64)> {
        (self.0 & bit::LEAF != 0).then_some((PathId(self.0), self.1))
    }
}
