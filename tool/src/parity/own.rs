//! What two spawns differ in by themselves, as a difference of numbers: thousands that miss for the
//! same flag have the same one, so that one of them is looked at for all. It must not know texts.

use super::index::{Index, Node, Row, flag};

/// The difference between a spawn of A and that of B; equal for all that differ in the same words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Delta {
    args: u64,
    variables: u64,
    properties: u64,
    /// Of the paths of its inputs.
    pub inputs: u64,
    rest: u64,
    /// The same words in another order.
    reordered: bool,
    /// Shareable in one build alone.
    shared: bool,
    /// Its output is in another configuration.
    moved: bool,
    kind: u16,
}

impl Delta {
    /// Whether the two differ in anything.
    pub fn is_some(&self) -> bool {
        *self
            != Self {
                kind: self.kind,
                ..Self::default()
            }
    }

    /// Whether the output is in another configuration.
    pub fn is_moved(&self) -> bool {
        self.moved
    }
}

/// Sums over the paths of all inputs, for each node of a log.
pub struct Paths(Vec<u64>);

impl Paths {
    /// Of `index`, whose sets hold what is before them.
    pub fn of(index: &Index) -> Self {
        let mut sums: Vec<u64> = Vec::with_capacity(index.nodes.len());
        for (number, node) in index.nodes.iter().enumerate() {
            let sum = match node {
                Node::Leaf { path, .. } => path.number(),
                Node::Set { .. } => {
                    let held = index.held(number as u32).iter();
                    held.map(|&held| sums[held as usize])
                        .fold(0, u64::wrapping_add)
                }
            };
            sums.push(sum);
        }
        Self(sums)
    }

    fn read_by(&self, row: &Row) -> u64 {
        row.inputs
            .checked_sub(1)
            .map_or(0, |node| self.0[node as usize])
    }
}

/// What `a` and `b` differ in, with what they read.
pub fn delta((a, of_a): (&Row, &Paths), (b, of_b): (&Row, &Paths), moved: bool) -> Delta {
    // Where the output has moved, its path is in every argument list.
    let args = if moved {
        0
    } else {
        b.args.wrapping_sub(a.args)
    };
    Delta {
        args,
        variables: b.variables.wrapping_sub(a.variables),
        properties: b.properties.wrapping_sub(a.properties),
        inputs: if moved {
            0
        } else {
            of_b.read_by(b).wrapping_sub(of_a.read_by(a))
        },
        // Of outputs that have moved every one is another.
        rest: if moved {
            0
        } else {
            b.rest.wrapping_sub(a.rest)
        },
        reordered: !moved && args == 0 && a.order != b.order,
        shared: a.is(flag::SHARED) != b.is(flag::SHARED),
        moved,
        kind: b.flags & (flag::TEST | flag::EXEC),
    }
}
