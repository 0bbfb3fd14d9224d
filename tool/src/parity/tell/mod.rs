//! Finds words for what was traced. What texts that takes is asked for first (`wanted`), so that they can
//! be read together. It must not read itself.

mod cause;
mod draft;
mod file;
mod machine;
mod names;
mod own;
mod spawn;
mod store;
mod words;

use rustc_hash::FxHashMap;

use super::explanation::{Cause, Name};
use super::index::{Index, PathId};
use super::own::alone;
use super::reread::{Found, Wanted};
use super::trace::{Compared, Origin, Trace, Traced};
use names::Names;

/// So many causes are looked at one by one. Builds that should have agreed have a few.
const LOOKED_AT: usize = 2000;
/// So many files of one cause are named.
const FILES: usize = 64;

/// What has to be read of both logs.
#[derive(Default)]
pub struct Both {
    /// Of the first.
    pub a: Wanted,
    /// Of the second.
    pub b: Wanted,
}

/// What was said.
pub struct Said {
    /// See [`super::Explanation`].
    pub causes: Vec<Cause>,
    /// See [`super::Explanation`].
    pub spawns: Vec<Name>,
    /// What was left out.
    pub warnings: Vec<String>,
}

/// The order in which causes are looked at and shown: the most spawns first.
fn ordered(traced: &Traced) -> Vec<&Trace> {
    let mut traces: Vec<_> = traced
        .traces
        .iter()
        .filter(|trace| trace.reached() > 0)
        .collect();
    traces.sort_by_key(|trace| std::cmp::Reverse((trace.shared, trace.reached())));
    traces
}

/// The texts that [`tell`] needs, if it names `named` spawns of each cause.
pub fn wanted(compared: &Compared<'_>, traced: &Traced, named: usize) -> Both {
    let mut both = Both::default();
    for trace in ordered(traced).into_iter().take(LOOKED_AT) {
        texts(compared, trace, &mut both);
        let (side, index) = match trace.origin {
            Origin::OnlyA => (&mut both.a, compared.a),
            _ => (&mut both.b, compared.b),
        };
        for &row in trace.first.iter().take(named) {
            name(side, index, row);
        }
        for follower in trace.followers.iter().take(named) {
            name(&mut both.b, compared.b, follower.row);
            let change = &compared.changes.all[follower.change as usize];
            both.b.paths.insert(change.path);
            if let Some(maker) = change.maker {
                name(&mut both.b, compared.b, maker);
            }
        }
    }
    both
}

fn name(side: &mut Wanted, index: &Index, row: u32) {
    side.names.insert(row);
    side.paths.extend(first_output(index, row));
}

fn first_output(index: &Index, row: u32) -> Option<PathId> {
    index
        .made(&index.rows[row as usize])
        .next()
        .map(|(path, _)| path)
}

/// What the cause itself takes.
fn texts(compared: &Compared<'_>, trace: &Trace, both: &mut Both) {
    let Some(row) = trace.example() else {
        return;
    };
    let mut file = |path: PathId| {
        both.a.paths.insert(path);
        both.b.paths.insert(path);
    };
    match trace.origin {
        Origin::File(change) => file(compared.changes.all[change as usize].path),
        Origin::NotReproducible(_) => changed(compared, row).into_iter().for_each(file),
        Origin::Own(delta) => {
            let Some(other) = compared.pairs.of_b[row as usize] else {
                return;
            };
            both.a.whole.insert(other);
            both.b.whole.insert(row);
            both.a.paths.extend(first_output(compared.a, other));
            both.b.paths.extend(first_output(compared.b, row));
            if delta.inputs != 0 {
                let (only_a, only_b) = one_sided(compared, other, row);
                both.a.paths.extend(only_a.into_iter().take(FILES));
                both.b.paths.extend(only_b.into_iter().take(FILES));
            }
        }
        _ => {
            if let Some(other) = compared.pairs.of_b.get(row as usize).copied().flatten() {
                both.a.whole.insert(other);
            }
            if trace.origin != Origin::OnlyA {
                both.b.whole.insert(row);
            }
        }
    }
}

/// Outputs of a spawn of B that are others than in A.
fn changed(compared: &Compared<'_>, row: u32) -> Vec<PathId> {
    let made = compared
        .b
        .made(&compared.b.rows[row as usize])
        .map(|(path, _)| path);
    made.filter(|path| compared.changes.contains(*path))
        .take(FILES)
        .collect()
}

/// Inputs that one of two spawns has alone, in an order of their own.
fn one_sided(compared: &Compared<'_>, a: u32, b: u32) -> (Vec<PathId>, Vec<PathId>) {
    let rows = (&compared.a.rows[a as usize], &compared.b.rows[b as usize]);
    let flat = (compared.a.read_by(rows.0), compared.b.read_by(rows.1));
    let sorted = |here: &FxHashMap<_, _>, there: &FxHashMap<_, _>| {
        let mut paths: Vec<PathId> = alone(here, there, compared.same_sets()).collect();
        paths.sort_unstable();
        paths
    };
    (sorted(&flat.0, &flat.1), sorted(&flat.1, &flat.0))
}

/// Words for everything that was traced.
pub fn tell(
    compared: &Compared<'_>,
    traced: &Traced,
    found: &(Found, Found),
    named: usize,
) -> Said {
    let mut causes = cause::Causes::new(compared, found);
    let ordered = ordered(traced);
    let (looked_at, others) = ordered.split_at(ordered.len().min(LOOKED_AT));
    looked_at.iter().for_each(|trace| causes.add(trace));
    let mut names = Names::new(compared, found);
    let causes = causes.finish(&mut names, named);
    let mut warnings = Vec::new();
    if traced.capped > 0 {
        warnings.push(format!(
            "{} spawns are reached by as many causes as are kept for each, or more; there may be others: mend \
             these, and compare again",
            traced.capped
        ));
    }
    if !others.is_empty() {
        let spawns: usize = others.iter().map(|trace| trace.reached()).sum();
        warnings.push(format!(
            "{} more causes, of {spawns} spawns, were not looked at; mend these, and compare again",
            others.len()
        ));
    }
    Said {
        causes,
        spawns: names.into_all(),
        warnings,
    }
}
