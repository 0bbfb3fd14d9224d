//! Which spawn of one log is which of the other: by target, mnemonic and first output. It must not
//! know whether the two agree.
//!
//! What several spawns have in common, as the attempts of a flaky test, is told apart by their
//! order, and those that failed come last. What finds nobody is tried again without the
//! configuration in the output's path.

use rustc_hash::{FxHashMap, FxHashSet};

use super::hash;
use super::index::{Index, Row, flag};

/// Spawns of B and of A, by their numbers.
pub struct Pairs {
    /// For each spawn of B that of A.
    pub of_b: Vec<Option<u32>>,
    /// Spawns of B that found theirs in another configuration.
    pub moved: FxHashSet<u32>,
    /// Spawns that are in A alone.
    pub only_a: Vec<u32>,
    /// Spawns of B that failed and were tried again: another attempt found its pair.
    pub tried_again: FxHashSet<u32>,
}

impl Pairs {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.of_b.iter().flatten().count() as u64
    }
}

/// The spawns that are in both logs.
pub fn pairs(a: &Index, b: &Index) -> Pairs {
    let mut left = by_key(&a.rows, |_| true, |row| row.key);
    let mut of_b = vec![None; b.rows.len()];
    for (key, row) in by_key(&b.rows, |_| true, |row| row.key) {
        of_b[row as usize] = left.remove(&key);
    }
    let mut only_a: FxHashSet<u32> = left.into_values().collect();
    let mut moved = FxHashSet::default();
    if !only_a.is_empty() {
        let mut left = by_key(&a.rows, |row| only_a.contains(&row), |row| row.loose);
        let lonely = by_key(&b.rows, |row| of_b[row as usize].is_none(), |row| row.loose);
        for (key, row) in lonely {
            if let Some(other) = left.remove(&key) {
                of_b[row as usize] = Some(other);
                only_a.remove(&other);
                moved.insert(row);
            }
        }
    }
    let lonely: FxHashSet<u32> = (0..)
        .zip(&of_b)
        .filter_map(|(row, other)| other.is_none().then_some(row))
        .collect();
    let tried_again = failed_attempts(&b.rows, &lonely);
    let tried_before = failed_attempts(&a.rows, &only_a);
    let mut only_a: Vec<_> = only_a.difference(&tried_before).copied().collect();
    only_a.sort_unstable();
    Pairs {
        of_b,
        moved,
        only_a,
        tried_again,
    }
}

/// Of the `lonely` rows those that failed, where another attempt is not lonely.
fn failed_attempts(rows: &[Row], lonely: &FxHashSet<u32>) -> FxHashSet<u32> {
    let failed = |row: &&u32| rows[**row as usize].is(flag::FAILED);
    let failed: Vec<u32> = lonely.iter().filter(failed).copied().collect();
    if failed.is_empty() {
        return FxHashSet::default();
    }
    let paired = (0..).zip(rows).filter(|(row, _)| !lonely.contains(row));
    let paired: FxHashSet<u64> = paired.map(|(_, row)| row.key).collect();
    let tried_again = |row: &u32| paired.contains(&rows[*row as usize].key);
    failed.into_iter().filter(tried_again).collect()
}

/// The rows that are `wanted`, by a key; what shares one is numbered, what failed last.
fn by_key(
    rows: &[Row],
    wanted: impl Fn(u32) -> bool,
    key: impl Fn(&Row) -> u64,
) -> FxHashMap<u64, u32> {
    let mut map = FxHashMap::with_capacity_and_hasher(rows.len(), Default::default());
    let mut counts: FxHashMap<u64, u64> = FxHashMap::default();
    let numbered = || (0..).zip(rows).filter(|(number, _)| wanted(*number));
    let went_well = numbered().filter(|(_, row)| !row.is(flag::FAILED));
    let failed = numbered().filter(|(_, row)| row.is(flag::FAILED));
    for (number, row) in went_well.chain(failed) {
        let key = key(row);
        if map.contains_key(&key) {
            let count = counts.entry(key).or_default();
            *count += 1;
            let parts = [&key.to_le_bytes()[..], &count.to_le_bytes()];
            map.insert(hash::of_parts(parts), number);
        } else {
            map.insert(key, number);
        }
    }
    map
}
