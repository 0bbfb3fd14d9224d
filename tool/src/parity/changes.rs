//! Files that are at the same place in both builds with other content, and who made them. It must
//! not know why.

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{Index, PathId};

/// A file with other content in B than in A.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Where it is.
    pub path: PathId,
    /// The content in A and in B.
    pub contents: (u64, u64),
    /// The spawn of B that made it.
    pub maker: Option<u32>,
}

/// All of them.
pub struct Changes {
    /// In the order in which B names them.
    pub all: Vec<Change>,
    by_path: FxHashMap<PathId, u32>,
    /// For a file that no spawn made, another one that it is a copy of or a link to.
    same_as: FxHashMap<u32, u32>,
}

impl Changes {
    /// Where nothing can be compared.
    pub fn none() -> Self {
        Self {
            all: Vec::new(),
            by_path: FxHashMap::default(),
            same_as: FxHashMap::default(),
        }
    }

    /// What differs between the files that `a` and `b` name.
    pub fn between(a: &Index, b: &Index) -> Self {
        let before = Contents::of(a);
        let mut changes = Self::none();
        let Self { all, by_path, .. } = &mut changes;
        for node in &b.nodes {
            if let Some((path, content)) = node.leaf()
                && let Some(other) = before.other(path, content)
            {
                by_path.entry(path).or_insert_with(|| {
                    all.push(Change {
                        path,
                        contents: (other, content),
                        maker: None,
                    });
                    all.len() as u32 - 1
                });
            }
        }
        changes.find_makers(b);
        changes.find_copies(b);
        changes
    }

    /// The change of what is at `path`, by its number, if it has one; of a copy that of the original.
    pub fn at(&self, path: PathId) -> Option<u32> {
        let number = *self.by_path.get(&path)?;
        Some(self.same_as.get(&number).copied().unwrap_or(number))
    }

    /// Whether what is at `path` itself has changed.
    pub fn contains(&self, path: PathId) -> bool {
        self.by_path.contains_key(&path)
    }

    fn find_makers(&mut self, b: &Index) {
        for (number, row) in (0..).zip(&b.rows) {
            for (path, _) in b.made(row) {
                if let Some(&change) = self.by_path.get(&path) {
                    self.all[change as usize].maker.get_or_insert(number);
                }
            }
        }
    }

    /// Runfiles and links are made without a spawn, and have the content of what they link to. That may be
    /// what a spawn made, if the log names that before: what it names later may be a copy of this.
    fn find_copies(&mut self, b: &Index) {
        let mut sources: FxHashMap<(u64, u64), u32> = FxHashMap::default();
        let mut products = sources.clone();
        for (number, change) in (0..).zip(&self.all) {
            if !change.path.is_made() {
                sources.insert(change.contents, number);
            } else if change.maker.is_some() {
                products.entry(change.contents).or_insert(number);
            }
        }
        for (number, change) in (0..).zip(&self.all) {
            if change.maker.is_some() || !change.path.is_made() {
                continue;
            }
            let linked = self.linked(b, change.path);
            let product = products
                .get(&change.contents)
                .filter(|product| **product < number);
            let copied = || product.or(sources.get(&change.contents)).copied();
            if let Some(original) = linked.or_else(copied).filter(|other| *other != number) {
                self.same_as.insert(number, original);
            }
        }
    }

    /// What the link at `path` leads to in the end.
    fn linked(&self, b: &Index, mut path: PathId) -> Option<u32> {
        /// Links to links are rare, and rings would have no end.
        const DEEP: usize = 8;
        let mut found = None;
        for _ in 0..DEEP {
            path = *b.links.get(&path)?;
            found = self.by_path.get(&path).copied().or(found);
            if found.is_some() && !b.links.contains_key(&path) {
                break;
            }
        }
        found
    }
}

/// What each path of a log contains.
struct Contents {
    first: FxHashMap<PathId, u64>,
    /// What else there was at a path that was written more than once.
    others: FxHashSet<(PathId, u64)>,
}

impl Contents {
    fn of(index: &Index) -> Self {
        let mut first = FxHashMap::default();
        let mut others = FxHashSet::default();
        for node in &index.nodes {
            if let Some((path, content)) = node.leaf()
                && *first.entry(path).or_insert(content) != content
            {
                others.insert((path, content));
            }
        }
        Self { first, others }
    }

    /// What was at `path`, if that never was `content`.
    fn other(&self, path: PathId, content: u64) -> Option<u64> {
        let first = *self.first.get(&path)?;
        (first != content && !self.others.contains(&(path, content))).then_some(first)
    }
}
