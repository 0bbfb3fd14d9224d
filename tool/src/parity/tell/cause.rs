//! Traces become causes: what is the same in words is one, whichever numbers it had. It must not
//! know how they were traced.

use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use super::super::explanation::{Cause, Detail, Follower};
use super::super::index::{Row, flag};
use super::super::kind::Kind;
use super::super::log::proto::Spawn;
use super::super::reread::{Found, Seen, What};
use super::super::trace::{Compared, Origin, Trace};
use super::names::Names;
use super::own::{OneSided, Own, differences, moved};
use super::{changed, file, first_output, one_sided};

/// The causes so far, by kind and key.
pub struct Causes<'a> {
    compared: &'a Compared<'a>,
    found: &'a (Found, Found),
    all: IndexMap<(Kind, String), Draft<'a>>,
}

/// A cause, before its spawns are named.
struct Draft<'a> {
    own: Own,
    /// In how many words several spawns say it.
    traces: Vec<&'a Trace>,
}

impl<'a> Causes<'a> {
    pub fn new(compared: &'a Compared<'a>, found: &'a (Found, Found)) -> Self {
        Self {
            compared,
            found,
            all: IndexMap::new(),
        }
    }

    /// Takes a trace; one that is not `looked_at` joins others of its kind.
    pub fn add(&mut self, trace: &'a Trace, looked_at: bool) {
        let words = if looked_at {
            self.words(trace)
        } else {
            vec![Own {
                kind: Kind::Unknown,
                key: "more".to_owned(),
                subject: "more causes than were looked at one by one".to_owned(),
                details: Vec::new(),
            }]
        };
        for own in words {
            let key = (own.kind, own.key.clone());
            match self.all.entry(key) {
                indexmap::map::Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    for detail in own.details {
                        if !known.own.details.contains(&detail) {
                            known.own.details.push(detail);
                        }
                    }
                    known.traces.push(trace);
                }
                indexmap::map::Entry::Vacant(free) => {
                    free.insert(Draft {
                        own,
                        traces: vec![trace],
                    });
                }
            }
        }
    }

    fn words(&self, trace: &Trace) -> Vec<Own> {
        let single = |kind, subject: String, details| {
            vec![Own {
                kind,
                key: subject.clone(),
                subject,
                details,
            }]
        };
        let Some(&row) = trace
            .first
            .first()
            .or(trace.followers.first().map(|first| &first.row))
        else {
            return Vec::new();
        };
        match trace.origin {
            Origin::Own(delta) => self.own(row, delta.is_moved(), delta.inputs != 0),
            Origin::File(change) => self.file(change, row),
            Origin::NotReproducible(_) => self.not_reproducible(row),
            Origin::NotShared => self.not_shared(row),
            Origin::RanLocally | Origin::Lost | Origin::Failed => self.missed(trace.origin, row),
            Origin::OnlyA => single(Kind::OnlyA, "not in B".to_owned(), Vec::new()),
            Origin::OnlyB => single(Kind::OnlyB, "not in A".to_owned(), Vec::new()),
            Origin::Unknown => single(Kind::Unknown, "the action digest".to_owned(), Vec::new()),
            Origin::HashFunction => {
                let (a, b) = (
                    &self.compared.a.hash_function,
                    &self.compared.b.hash_function,
                );
                let detail = Detail::both("digests", a, b);
                vec![Own::new(Kind::HashFunction, "", detail)]
            }
        }
    }

    fn own(&self, row: u32, is_moved: bool, inputs: bool) -> Vec<Own> {
        let (in_a, in_b) = self.found;
        let Some(other) = self.compared.pairs.of_b[row as usize] else {
            return Vec::new();
        };
        if is_moved {
            let a = first_output(self.compared.a, other).and_then(|path| in_a.path(path));
            let b = first_output(self.compared.b, row).and_then(|path| in_b.path(path));
            return vec![moved(a.unwrap_or_default(), b.unwrap_or_default())];
        }
        let (Some(a), Some(b)) = (in_a.whole.get(&other), in_b.whole.get(&row)) else {
            return Vec::new();
        };
        let one_sided = if inputs {
            self.one_sided(other, row)
        } else {
            OneSided::default()
        };
        let mut found = differences(a, b, one_sided);
        if found.is_empty() && self.compared.a.rows[other as usize].rest != self.row(row).rest {
            found.push(Own {
                kind: Kind::Outputs,
                key: b.mnemonic.clone(),
                subject: format!("{} outputs in A, {} in B", a.outputs.len(), b.outputs.len()),
                details: Vec::new(),
            });
        }
        if found.is_empty() {
            found.push(Own {
                kind: Kind::Unknown,
                key: "the action digest".to_owned(),
                subject: "the action digest".to_owned(),
                details: Vec::new(),
            });
        }
        found
    }

    fn row(&self, row: u32) -> &Row {
        &self.compared.b.rows[row as usize]
    }

    /// Of logs in two formats, runfiles are told in two ways, which are not compared.
    fn one_sided(&self, a: u32, b: u32) -> OneSided {
        let (only_a, only_b) = one_sided(self.compared, a, b);
        let same_format = self.compared.a.format == self.compared.b.format;
        let counts = |path: &&str| same_format || !path.contains(".runfiles/");
        let paths = |found: &Found, ids: Vec<_>| -> Vec<String> {
            let paths = ids.into_iter().filter_map(|id| found.path(id));
            paths.filter(counts).map(str::to_owned).collect()
        };
        OneSided {
            a: paths(&self.found.0, only_a),
            b: paths(&self.found.1, only_b),
        }
    }

    fn file(&self, change: u32, row: u32) -> Vec<Own> {
        let path = self.compared.changes.all[change as usize].path;
        let (a, b) = (self.found.0.files.get(&path), self.found.1.files.get(&path));
        let Some(Seen { path: text, what }) = b.or(a) else {
            return Vec::new();
        };
        let tools = self.row(row).tools.checked_sub(1);
        let is_tool = self.compared.b.flat(tools).contains_key(&path);
        vec![Own {
            kind: file::kind(text, what, is_tool),
            key: text.clone(),
            subject: match what {
                What::Symlink(_) => file::details(a, b)[0].to_string(),
                _ => text.clone(),
            },
            details: file::details(a, b),
        }]
    }

    fn not_reproducible(&self, row: u32) -> Vec<Own> {
        let mut details = Vec::new();
        let mut kind = Kind::NotReproducible;
        for path in changed(self.compared, row) {
            let (a, b) = (self.found.0.files.get(&path), self.found.1.files.get(&path));
            if b.is_some_and(|seen| matches!(seen.what, What::Directory(_))) {
                kind = Kind::Tree;
            }
            details.extend(file::details(a, b));
        }
        let (label, mnemonic) = self.found.1.names.get(&row).cloned().unwrap_or_default();
        vec![Own {
            kind,
            key: row.to_string(),
            subject: format!("{mnemonic} of {label}"),
            details,
        }]
    }

    fn not_shared(&self, row: u32) -> Vec<Own> {
        let Some(spawn) = self.found.1.whole.get(&row) else {
            return Vec::new();
        };
        let why = if !spawn.cacheable {
            "may not be cached at all (no-cache, local)"
        } else {
            "may not be cached remotely (no-remote, no-remote-cache)"
        };
        vec![Own {
            kind: Kind::Uncacheable,
            key: String::new(),
            subject: why.to_owned(),
            details: vec![Detail::both("runner", self.runner_in_a(row), &spawn.runner)],
        }]
    }

    fn missed(&self, origin: Origin, row: u32) -> Vec<Own> {
        let empty = Spawn::default();
        let spawn = self.found.1.whole.get(&row).unwrap_or(&empty);
        let in_a = self.runner_in_a(row);
        let (kind, subject) = match origin {
            Origin::Failed => {
                let status = match spawn.status.as_str() {
                    "" => format!("exit code {}", spawn.exit_code),
                    status => status.to_owned(),
                };
                (Kind::Failed, status)
            }
            Origin::RanLocally => (
                Kind::LocalStrategy,
                format!("{in_a} in A, then {} in B", spawn.runner),
            ),
            _ => (
                Kind::CacheLost,
                format!("{in_a} in A, then {} in B", spawn.runner),
            ),
        };
        vec![Own {
            kind,
            key: subject.clone(),
            subject,
            details: vec![Detail::both("runner", in_a, &spawn.runner)],
        }]
    }

    fn runner_in_a(&self, row: u32) -> &str {
        let other = self.compared.pairs.of_b[row as usize];
        other.map_or("", |other| {
            self.compared
                .a
                .runner(&self.compared.a.rows[other as usize])
        })
    }

    /// All causes, with up to `named` spawns each.
    pub fn finish(self, names: &mut Names<'_>, named: usize) -> Vec<Cause> {
        let compared = self.compared;
        let found = self.found;
        let mut causes: Vec<Cause> = (self.all.into_values())
            .map(|draft| draft.finish(compared, found, names, named))
            .collect();
        causes.sort_by_key(|cause| {
            let reached = cause.firsts + cause.followers;
            std::cmp::Reverse((cause.breaks_parity, reached))
        });
        causes
    }
}

impl Draft<'_> {
    fn finish(
        self,
        compared: &Compared<'_>,
        (_, in_b): &(Found, Found),
        names: &mut Names<'_>,
        named: usize,
    ) -> Cause {
        let Self { own, traces } = self;
        let in_a = traces.iter().all(|trace| trace.origin == Origin::OnlyA);
        // Several traces may reach one spawn; it counts once.
        let mut seen = FxHashSet::default();
        let rows = traces.iter().flat_map(|trace| &trace.first);
        let rows: Vec<u32> = rows.copied().filter(|row| seen.insert(*row)).collect();
        let followers = traces.iter().flat_map(|trace| &trace.followers);
        let followers: Vec<_> = followers.filter(|one| seen.insert(one.row)).collect();
        let kind = if is_tool(own.kind, compared, &traces) {
            Kind::Tool
        } else {
            own.kind
        };
        Cause {
            kind,
            title: kind.title().to_owned(),
            subject: own.subject,
            details: own.details,
            advice: kind.advice().to_owned(),
            breaks_parity: traces.iter().any(|trace| trace.shared > 0),
            firsts: rows.len() as u64,
            first: rows
                .iter()
                .take(named)
                .map(|&row| names.number(in_a, row))
                .collect(),
            followers: followers.len() as u64,
            follower: followers
                .iter()
                .take(named)
                .map(|follower| {
                    let change = &compared.changes.all[follower.change as usize];
                    Follower {
                        spawn: names.number(false, follower.row),
                        through: change.maker.map(|maker| names.number(false, maker)),
                        path: in_b.path(change.path).unwrap_or_default().to_owned(),
                    }
                })
                .collect(),
        }
    }
}

/// Whether what differs is how tools are built, and nothing else.
fn is_tool(kind: Kind, compared: &Compared<'_>, traces: &[&Trace]) -> bool {
    let of_tools = matches!(
        kind,
        Kind::Flag | Kind::Variable | Kind::AbsolutePath | Kind::Configuration | Kind::Input
    );
    let exec = |row: u32| compared.b.rows[row as usize].is(flag::EXEC);
    let mut rows = traces.iter().flat_map(|trace| &trace.first);
    of_tools && rows.all(|&row| exec(row))
}
