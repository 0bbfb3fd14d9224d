//! Whether several runs of one build are at parity: the same spawns, with the same
//! digests, and every one a hit after the first run. It must not know where the
//! runs took place.

use std::collections::BTreeMap;
use std::fmt;

use crate::execlog::{Key, Spawn};

/// One run of a build.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Where and how: "remote on A".
    pub name: String,
    /// How long it took; shown, and never judged.
    pub seconds: u64,
    /// What ran.
    pub spawns: BTreeMap<Key, Spawn>,
}

impl Run {
    /// The spawns of which parity is asked.
    pub fn shared(&self) -> impl Iterator<Item = (&Key, &Spawn)> {
        self.spawns.iter().filter(|(_, spawn)| spawn.is_shared())
    }

    fn count(&self, which: impl Fn(&Spawn) -> bool) -> usize {
        self.shared().filter(|(_, spawn)| which(spawn)).count()
    }
}

/// How the first run filled the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// On an executor that had cached nothing. Actions that are equal are executed
    /// once, so that hits are no fault.
    Remotely,
    /// On the machine itself.
    Locally,
}

impl Filled {
    /// What is wrong with how a spawn of the first run was run, if anything is.
    fn fault(self, spawn: &Spawn) -> Option<&'static str> {
        let remote = spawn.runner.starts_with("remote");
        match self {
            Self::Remotely if !remote => Some("ran locally"),
            Self::Locally if remote => Some("ran remotely"),
            Self::Locally if spawn.cache_hit => Some("was cached before"),
            Self::Remotely | Self::Locally => None,
        }
    }
}

/// What came out of comparing the runs of one build with the first of them.
#[derive(Clone, Debug)]
pub struct Verdict {
    rows: Vec<Row>,
    /// What breaks parity, one line each; empty where nothing does.
    pub problems: Vec<String>,
}

/// The numbers of one run.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    spawns: usize,
    remote: usize,
    hits: usize,
    equal: usize,
    seconds: u64,
}

/// Compares `runs`, of which the first `filled` the cache and the others used it.
pub fn judge(filled: Filled, runs: &[Run]) -> Verdict {
    let Some(first) = runs.first() else {
        let problems = vec!["there are no runs to compare".to_owned()];
        return Verdict {
            rows: Vec::new(),
            problems,
        };
    };
    let mut problems = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        for (key, spawn) in run.shared() {
            let problem = match first.spawns.get(key) {
                _ if spawn.digest.hash.is_empty() => Some("has no digest"),
                None => Some("is not in the first run"),
                Some(other) if other.digest != spawn.digest => Some("has another digest"),
                Some(_) if index == 0 => filled.fault(spawn),
                Some(_) if !spawn.cache_hit => Some("is no cache hit"),
                Some(_) => None,
            };
            if let Some(problem) = problem {
                problems.push(format!(
                    "{}: {} {problem} ({})",
                    run.name,
                    show(key),
                    spawn.runner
                ));
            }
        }
        for (key, _) in first.shared() {
            if !run.spawns.contains_key(key) {
                problems.push(format!("{}: {} is missing", run.name, show(key)));
            }
        }
    }
    let rows = runs.iter().map(|run| row(first, run)).collect();
    Verdict { rows, problems }
}

/// What differs between two runs that both executed everything: digests of actions,
/// and the content of what they made.
pub fn differences(one: &Run, other: &Run) -> Vec<String> {
    let mut differences = Vec::new();
    for (key, spawn) in one.shared() {
        let difference = match other.spawns.get(key) {
            None => "is missing",
            Some(same) if same.cache_hit => "was not executed",
            Some(same) if same.digest != spawn.digest => "has another digest",
            Some(same) if same.actual_outputs != spawn.actual_outputs => "made other files",
            Some(_) => continue,
        };
        differences.push(format!("{}: {} {difference}", other.name, show(key)));
    }
    differences
}

fn row(first: &Run, run: &Run) -> Row {
    let equal = run
        .shared()
        .filter(|(key, spawn)| {
            first
                .spawns
                .get(key)
                .is_some_and(|s| s.digest == spawn.digest)
        })
        .count();
    Row {
        name: run.name.clone(),
        spawns: run.shared().count(),
        remote: run.count(|spawn| spawn.runner == "remote"),
        hits: run.count(|spawn| spawn.cache_hit),
        equal,
        seconds: run.seconds,
    }
}

fn show((label, mnemonic, output): &Key) -> String {
    format!("{mnemonic} of {label} [{output}]")
}

impl Verdict {
    /// How many spawns of the last run have the digest that they have in the first.
    pub fn equal(&self) -> usize {
        self.rows.last().map_or(0, |row| row.equal)
    }

    /// How many spawns of the last run are shared.
    pub fn spawns(&self) -> usize {
        self.rows.last().map_or(0, |row| row.spawns)
    }
}

/// The table, then the first problems.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<24}{:>8}{:>8}{:>8}{:>15}{:>9}",
            "run", "spawns", "remote", "hits", "digests equal", "time"
        )?;
        for row in &self.rows {
            writeln!(
                f,
                "{:<24}{:>8}{:>8}{:>8}{:>15}{:>7} s",
                row.name, row.spawns, row.remote, row.hits, row.equal, row.seconds
            )?;
        }
        const SHOWN: usize = 10;
        for problem in self.problems.iter().take(SHOWN) {
            writeln!(f, "not at parity: {problem}")?;
        }
        if self.problems.len() > SHOWN {
            writeln!(f, "… and {} more", self.problems.len() - SHOWN)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execlog::{Digest, Output};

    fn run(name: &str, spawns: &[(&str, &str, &str)]) -> Run {
        let spawns = spawns.iter().map(|(label, digest, runner)| {
            let spawn = Spawn {
                runner: (*runner).to_owned(),
                cache_hit: runner.contains("hit"),
                cacheable: true,
                remote_cacheable: true,
                digest: Digest {
                    hash: (*digest).to_owned(),
                },
                ..Spawn::default()
            };
            (((*label).to_owned(), String::new(), String::new()), spawn)
        });
        Run {
            name: name.to_owned(),
            seconds: 0,
            spawns: spawns.collect(),
        }
    }

    #[test]
    fn parity_is_equal_digests_and_hits() {
        let first = run("first", &[("//:a", "1", "remote"), ("//:b", "2", "remote")]);
        let hit = "remote cache hit";
        let same = run("same", &[("//:a", "1", hit), ("//:b", "2", hit)]);
        let verdict = judge(Filled::Remotely, &[first.clone(), same]);
        assert!(verdict.problems.is_empty(), "{verdict}");
        assert_eq!((verdict.spawns(), verdict.equal()), (2, 2));

        for other in [
            run("digest", &[("//:a", "1", hit), ("//:b", "3", hit)]),
            run(
                "no hit",
                &[("//:a", "1", hit), ("//:b", "2", "linux-sandbox")],
            ),
            run("missing", &[("//:a", "1", hit)]),
            run(
                "more",
                &[("//:a", "1", hit), ("//:b", "2", hit), ("//:c", "3", hit)],
            ),
            run("no digest", &[("//:a", "1", hit), ("//:b", "", hit)]),
        ] {
            let verdict = judge(Filled::Remotely, &[first.clone(), other]);
            assert_eq!(verdict.problems.len(), 1, "{verdict}");
        }
    }

    #[test]
    fn the_same_action_may_make_other_files() {
        let one = run("one", &[("//:a", "1", "remote")]);
        let mut other = run("other", &[("//:a", "1", "linux-sandbox")]);
        assert!(differences(&one, &other).is_empty());
        for spawn in other.spawns.values_mut() {
            spawn.actual_outputs.push(Output::default());
        }
        assert_eq!(differences(&one, &other).len(), 1);
    }

    #[test]
    fn a_first_run_elsewhere_than_meant_proves_nothing() {
        for (filled, runner, problems) in [
            (Filled::Remotely, "remote", 0),
            (Filled::Remotely, "linux-sandbox", 1),
            (Filled::Locally, "linux-sandbox", 0),
            (Filled::Locally, "remote", 1),
            (Filled::Locally, "disk cache hit", 1),
        ] {
            let verdict = judge(filled, &[run("first", &[("//:a", "1", runner)])]);
            assert_eq!(verdict.problems.len(), problems, "{filled:?}: {verdict}");
        }
    }
}
