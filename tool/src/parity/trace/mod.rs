//! Follows every difference back to where it begins: a file that nobody made, a spawn that differs
//! by itself, or one that made other files out of the same. It must not know texts.
//!
//! B's spawns are walked in the order of its log, in which whoever made a file comes before
//! those that read it; what a set of inputs leads back to is found once for all that share it.

mod reach;

use rustc_hash::FxHashMap;

use super::changes::Changes;
use super::index::{Index, Row, flag};
use super::log::Format;
use super::matching::Pairs;
use super::own::{Delta, Inputs, delta};
use reach::Reaches;

/// Where a difference begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Spawns that differ by themselves, all in the same.
    Own(Delta),
    /// A file that no spawn made, by the number of its change.
    File(u32),
    /// A spawn of B that made other files out of the same inputs, by its number.
    NotReproducible(u32),
    /// The digests differ, and nothing that the log says.
    Unknown,
    /// Spawns of B alone.
    OnlyB,
    /// Spawns of A alone.
    OnlyA,
    /// Equal, and no hit: it failed in A.
    Failed,
    /// Equal, and no hit: A ran it locally.
    RanLocally,
    /// Equal, and no hit, though A ran it remotely or had it from the cache.
    Lost,
    /// Never a hit: its result may not be shared, by any cache or else by a remote one.
    NotShared {
        /// Whether a cache on the same machine may have it.
        cacheable: bool,
    },
    /// Equal, and no hit: in one of the builds its result may not be shared.
    SharedInOne,
    /// A spawn that has the duration of a test among its arguments.
    TestXml,
    /// All digests are of another function.
    HashFunction,
}

/// A spawn that a difference reaches through a file.
#[derive(Clone, Copy, Debug)]
pub struct Follower {
    /// The spawn of B.
    pub row: u32,
    /// The change of the file that it reads.
    pub change: u32,
}

/// One place where a difference begins, and what it leads to.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Where it begins.
    pub origin: Origin,
    /// The spawns at which it is seen first: of B, and for [`Origin::OnlyA`] of A.
    pub first: Vec<u32>,
    /// The spawns that it reaches through files.
    pub followers: Vec<Follower>,
    /// Of all these, how many should have been hits.
    pub shared: u64,
}

impl Trace {
    /// How many spawns there are.
    pub fn reached(&self) -> usize {
        self.first.len() + self.followers.len()
    }

    /// A spawn that stands for all of them.
    pub fn example(&self) -> Option<u32> {
        let follower = || self.followers.first().map(|follower| follower.row);
        self.first.first().copied().or_else(follower)
    }
}

/// What came out.
pub struct Traced {
    /// In the order in which they were found.
    pub traces: Vec<Trace>,
    /// Pairs that have the same action digest or, where the log has none, are the same.
    pub equal: u64,
    /// Spawns of B that could have been hits and were not.
    pub misses: u64,
    /// Spawns that more origins lead to than are kept for each.
    pub capped: u64,
}

/// The two logs, and what is known about them.
pub struct Compared<'a> {
    /// The build that came first.
    pub a: &'a Index,
    /// The build that should have been all hits.
    pub b: &'a Index,
    /// Which spawn is which.
    pub pairs: &'a Pairs,
    /// Which files differ.
    pub changes: &'a Changes,
}

impl Compared<'_> {
    /// Whether both logs tell of runfiles in the same way: a compact one by sets, the others by files.
    pub fn same_sets(&self) -> bool {
        let compact = |index: &Index| index.format == Format::Compact;
        compact(self.a) == compact(self.b)
    }
}

/// Follows everything back. With `ignore_misses`, equal spawns that were no hits are right.
pub fn trace(compared: &Compared<'_>, ignore_misses: bool) -> Traced {
    let mut walk = Walk {
        compared,
        inputs: Inputs::of(compared.a, compared.b, compared.same_sets()),
        reaches: Reaches::new(compared.b, compared.changes),
        numbers: FxHashMap::default(),
        traced: Traced {
            traces: Vec::new(),
            equal: 0,
            misses: 0,
            capped: 0,
        },
        ignore_misses,
    };
    for (number, row) in (0..).zip(&compared.b.rows) {
        walk.spawn(number, row);
    }
    for &row in &compared.pairs.only_a {
        walk.begin(
            Origin::OnlyA,
            row,
            compared.a.rows[row as usize].is(flag::SHARED),
        );
    }
    walk.traced.capped = walk.reaches.capped;
    walk.traced
}

struct Walk<'a> {
    compared: &'a Compared<'a>,
    inputs: Inputs<'a>,
    reaches: Reaches<'a>,
    numbers: FxHashMap<Origin, u32>,
    traced: Traced,
    ignore_misses: bool,
}

impl Walk<'_> {
    fn spawn(&mut self, number: u32, row: &Row) {
        let miss = row.is(flag::SHARED) && !row.is(flag::HIT);
        self.traced.misses += u64::from(miss);
        let Some(other) = self.compared.pairs.of_b[number as usize] else {
            if self.compared.pairs.tried_again.contains(&number) {
                return;
            }
            let origin = self.begin(Origin::OnlyB, number, row.is(flag::SHARED));
            self.reaches.begins(number, [origin]);
            return;
        };
        let other = self.compared.a.rows[other as usize];
        if other.is(flag::DIGEST) && row.is(flag::DIGEST) && other.digest == row.digest {
            self.traced.equal += 1;
            self.equal(number, row, &other, miss);
            return;
        }
        let shared = row.is(flag::SHARED) || other.is(flag::SHARED);
        if row.is(flag::TEST_XML) {
            let origin = self.begin(Origin::TestXml, number, shared);
            self.reaches.begins(number, [origin]);
            return;
        }
        let moved = self.compared.pairs.moved.contains(&number);
        let own = delta(&other, row, &mut self.inputs, moved);
        let mut origins = Vec::new();
        if own.is_some() {
            origins.push(self.begin(Origin::Own(own), number, shared));
        }
        self.follow(number, row, shared, &mut origins);
        if origins.is_empty() {
            let has_digests = other.is(flag::DIGEST) && row.is(flag::DIGEST);
            if has_digests {
                origins.push(self.begin(Origin::Unknown, number, shared));
            } else {
                self.traced.equal += 1;
                self.equal(number, row, &other, miss);
                return;
            }
        }
        self.reaches.begins(number, origins);
    }

    /// Adds the origins of what `row` reads; it becomes a follower of each that it has not begun itself.
    fn follow(&mut self, number: u32, row: &Row, shared: bool, origins: &mut Vec<u32>) {
        let numbers = &mut self.numbers;
        let traces = &mut self.traced.traces;
        let mut file = |change| number_of(numbers, traces, Origin::File(change));
        for reach in self.reaches.of(row, &mut file) {
            if origins.contains(&reach.origin) {
                continue;
            }
            origins.push(reach.origin);
            let trace = &mut self.traced.traces[reach.origin as usize];
            trace.shared += u64::from(shared);
            match self.compared.changes.all[reach.change as usize].maker {
                None => trace.first.push(number),
                Some(_) => trace.followers.push(Follower {
                    row: number,
                    change: reach.change,
                }),
            }
        }
    }

    /// What there is to say about a spawn that is the same in both.
    fn equal(&mut self, number: u32, row: &Row, other: &Row, miss: bool) {
        let changed = self.compared.b.made(row);
        let changed = changed
            .map(|(path, _)| path)
            .any(|path| self.compared.changes.contains(path));
        if changed {
            // Its followers are counted when they come.
            let origin = self.begin(Origin::NotReproducible(number), number, false);
            self.reaches.begins(number, [origin]);
        }
        let in_one = row.is(flag::SHARED) != other.is(flag::SHARED);
        if in_one && !row.is(flag::HIT) {
            self.begin(Origin::SharedInOne, number, !self.ignore_misses);
        } else if !row.is(flag::SHARED) {
            if !row.is(flag::HIT) {
                let cacheable = row.is(flag::CACHEABLE);
                self.begin(Origin::NotShared { cacheable }, number, false);
            }
        } else if miss && !self.ignore_misses {
            let ran_remotely = other.is(flag::REMOTE) || other.is(flag::HIT);
            let origin = if other.is(flag::FAILED) || row.is(flag::FAILED) {
                Origin::Failed
            } else if ran_remotely {
                Origin::Lost
            } else {
                Origin::RanLocally
            };
            self.begin(origin, number, true);
        }
    }

    /// Counts a spawn as one at which `origin` is seen first; gives the number of its trace.
    fn begin(&mut self, origin: Origin, row: u32, shared: bool) -> u32 {
        let number = number_of(&mut self.numbers, &mut self.traced.traces, origin);
        let trace = &mut self.traced.traces[number as usize];
        trace.first.push(row);
        trace.shared += u64::from(shared);
        number
    }
}

fn number_of(numbers: &mut FxHashMap<Origin, u32>, traces: &mut Vec<Trace>, origin: Origin) -> u32 {
    *numbers.entry(origin).or_insert_with(|| {
        traces.push(Trace {
            origin,
            first: Vec::new(),
            followers: Vec::new(),
            shared: 0,
        });
        traces.len() as u32 - 1
    })
}

/// All spawns have the same, single cause: every digest is of another function.
pub fn other_function(compared: &Compared<'_>) -> Traced {
    let matched = (0..)
        .zip(&compared.pairs.of_b)
        .filter(|(_, other)| other.is_some());
    let first: Vec<u32> = matched.map(|(number, _)| number).collect();
    let shared = |number: &&u32| compared.b.rows[**number as usize].is(flag::SHARED);
    let miss = |row: &&Row| row.is(flag::SHARED) && !row.is(flag::HIT);
    Traced {
        equal: 0,
        misses: compared.b.rows.iter().filter(miss).count() as u64,
        capped: 0,
        traces: vec![Trace {
            origin: Origin::HashFunction,
            shared: first.iter().filter(shared).count() as u64,
            first,
            followers: Vec::new(),
        }],
    }
}
