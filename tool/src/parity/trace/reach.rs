//! What the inputs of spawns lead back to, found once for each set. It must not know what the origins are.

use std::rc::Rc;

use super::super::changes::Changes;
use super::super::index::{Index, Row, View};

/// An origin, and the change through which it is reached.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// By the number of its trace.
    pub origin: u32,
    /// By its number.
    pub change: u32,
}

/// Shared by all sets that lead back to the same.
type Shared = Rc<[Reach]>;

/// The most origins that are kept for one spawn; builds that should have agreed have few.
const MOST: usize = 32;

/// What nodes and spawns of B lead back to.
pub struct Reaches<'a> {
    b: &'a Index,
    changes: &'a Changes,
    /// For the nodes that were looked at so far.
    of_node: Vec<Option<Shared>>,
    /// The origins of what spawns made.
    of_row: Vec<Option<Rc<[u32]>>>,
    /// Spawns that more lead to than are kept.
    pub capped: u64,
}

impl<'a> Reaches<'a> {
    pub fn new(b: &'a Index, changes: &'a Changes) -> Self {
        Self {
            b,
            changes,
            of_node: Vec::new(),
            of_row: vec![None; b.rows.len()],
            capped: 0,
        }
    }

    /// What the spawn makes comes from `origins`.
    pub fn begins(&mut self, row: u32, origins: impl IntoIterator<Item = u32>) {
        let origins: Rc<[u32]> = origins.into_iter().take(MOST).collect();
        self.of_row[row as usize] = Some(origins);
    }

    /// What `row` reads leads back to; `file` gives the trace of a change that nobody made.
    pub fn of(&mut self, row: &Row, file: &mut impl FnMut(u32) -> u32) -> Vec<Reach> {
        let mut all = Vec::new();
        for node in row.read() {
            while self.of_node.len() <= node as usize {
                let next = self.node(self.of_node.len() as u32, file);
                self.of_node.push(next);
            }
            match self.b.nodes[node as usize].view() {
                View::Leaf { .. } => self.leaf(node, file, &mut all),
                View::Set { .. } => add(&mut all, self.of_node[node as usize].as_deref()),
            }
        }
        self.capped += u64::from(all.len() >= MOST);
        all
    }

    /// What a set leads back to; what it holds was looked at before.
    fn node(&self, node: u32, file: &mut impl FnMut(u32) -> u32) -> Option<Shared> {
        let mut all = Vec::new();
        let mut from = None;
        for &held in self.b.held(node) {
            let before = all.len();
            match self.b.nodes[held as usize].view() {
                View::Leaf { .. } => self.leaf(held, file, &mut all),
                View::Set { .. } => {
                    let of_held = self.of_node[held as usize].as_ref();
                    add(&mut all, of_held.map(|held| &held[..]));
                    if before == 0 {
                        from = of_held;
                    }
                }
            }
        }
        match from {
            // Nothing was added to what the first has: it is shared.
            Some(from) if from.len() == all.len() => Some(Rc::clone(from)),
            _ if all.is_empty() => None,
            _ => Some(all.into()),
        }
    }

    fn leaf(&self, node: u32, file: &mut impl FnMut(u32) -> u32, all: &mut Vec<Reach>) {
        let Some((path, _)) = self.b.nodes[node as usize].leaf() else {
            return;
        };
        let Some(change) = self.changes.at(path) else {
            return;
        };
        match self.changes.all[change as usize].maker {
            None => add(
                all,
                Some(&[Reach {
                    origin: file(change),
                    change,
                }]),
            ),
            Some(maker) => {
                let origins = self.of_row[maker as usize]
                    .iter()
                    .flat_map(|of_row| of_row.iter());
                let reaches: Vec<_> = origins.map(|&origin| Reach { origin, change }).collect();
                add(all, Some(&reaches));
            }
        }
    }
}

/// Adds those of `more` whose origin is not in `all` yet.
fn add(all: &mut Vec<Reach>, more: Option<&[Reach]>) {
    for reach in more.into_iter().flatten() {
        if all.len() < MOST && !all.iter().any(|known| known.origin == reach.origin) {
            all.push(*reach);
        }
    }
}
