//! What two spawns differ in by themselves, as a difference of numbers: thousands that miss for the
//! same flag have the same one, so that one of them is looked at for all. It must not know texts.

use rustc_hash::FxHashMap;

use super::index::{Index, PathId, Row, flag};

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

/// The paths of all inputs of both logs.
pub struct Inputs<'a> {
    logs: [&'a Index; 2],
    /// For each node the sum over all paths below it, each as often as it is there.
    sums: [Vec<u64>; 2],
    /// Whether both logs put the same inputs into the same sets; else sums say nothing.
    same_sets: bool,
    /// How many nodes may still be looked at one by one.
    left: usize,
}

impl<'a> Inputs<'a> {
    /// Of the logs `a` and `b`, which put the same inputs into the same sets or do not.
    pub fn of(a: &'a Index, b: &'a Index, same_sets: bool) -> Self {
        /// A few seconds.
        const LOOKED_AT: usize = 1 << 26;
        Self {
            logs: [a, b],
            sums: [sums(a), sums(b)],
            same_sets,
            left: LOOKED_AT,
        }
    }

    /// The difference between what `a` and `b` read; 0 where there is none.
    fn difference(&mut self, a: &Row, b: &Row) -> u64 {
        let nodes = [a, b].map(|row| row.inputs.checked_sub(1));
        let sum = |side: usize| nodes[side].map_or(0, |node| self.sums[side][node as usize]);
        let difference = sum(1).wrapping_sub(sum(0));
        if difference == 0 {
            return 0;
        }
        if self.left == 0 {
            return if self.same_sets { difference } else { 0 };
        }
        let (of_a, of_b) = (self.logs[0].read_by(a), self.logs[1].read_by(b));
        self.left = self.left.saturating_sub(of_a.len() + of_b.len());
        let sum = |here, there| {
            let paths = alone(here, there, self.same_sets);
            paths.fold(0, |all: u64, path| all.wrapping_add(path.number()))
        };
        sum(&of_b, &of_a).wrapping_sub(sum(&of_a, &of_b))
    }
}

/// The paths of inputs that are `here` and not `there`. Runfiles, of which logs in two formats tell in two
/// ways, are compared only where both put the same inputs into the same sets.
pub fn alone<'a>(
    here: &'a FxHashMap<PathId, u64>,
    there: &'a FxHashMap<PathId, u64>,
    same_sets: bool,
) -> impl Iterator<Item = PathId> + 'a {
    let counts = move |path: &PathId| same_sets || !path.is_runfile();
    let paths = here.keys().filter(|path| !there.contains_key(path));
    paths.copied().filter(counts)
}

/// Of `index`, whose sets hold what is before them.
fn sums(index: &Index) -> Vec<u64> {
    let mut sums: Vec<u64> = Vec::with_capacity(index.nodes.len());
    for (number, node) in index.nodes.iter().enumerate() {
        let sum = match node.leaf() {
            Some((path, _)) => path.number(),
            None => {
                let held = index.held(number as u32).iter();
                held.map(|&held| sums[held as usize])
                    .fold(0, u64::wrapping_add)
            }
        };
        sums.push(sum);
    }
    sums
}

/// What `a` and `b` differ in, with what they read.
pub fn delta(a: &Row, b: &Row, inputs: &mut Inputs<'_>, moved: bool) -> Delta {
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
        inputs: if moved { 0 } else { inputs.difference(a, b) },
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
