//! Traces become causes: what is the same in words is one, whichever numbers it had. It must not
//! know how they were traced.

use indexmap::IndexMap;

use super::super::explanation::{Cause, Detail};
use super::super::index::{PathId, Row, flag};
use super::super::kind::Kind;
use super::super::log::proto::Spawn;
use super::super::reread::{Found, Seen, What};
use super::super::trace::{Compared, Origin, Trace};
use super::draft::{self, Draft};
use super::names::Names;
use super::own::{OneSided, Own, moved, shared};
use super::spawn::differences;
use super::{FILES, changed, file, first_output, one_sided};

/// The causes so far, by kind and key.
pub struct Causes<'a> {
    compared: &'a Compared<'a>,
    found: &'a (Found, Found),
    all: IndexMap<(Kind, String), Draft<'a>>,
}

impl<'a> Causes<'a> {
    pub fn new(compared: &'a Compared<'a>, found: &'a (Found, Found)) -> Self {
        Self {
            compared,
            found,
            all: IndexMap::new(),
        }
    }

    /// Takes a trace.
    pub fn add(&mut self, trace: &'a Trace) {
        let mut words = self.words(trace);
        if words.is_empty() {
            words.push(unknown());
        }
        for own in words {
            let key = (own.kind, own.key.clone());
            match self.all.entry(key) {
                indexmap::map::Entry::Occupied(mut known) => {
                    known.get_mut().join(Draft::new(own, trace));
                }
                indexmap::map::Entry::Vacant(free) => {
                    free.insert(Draft::new(own, trace));
                }
            }
        }
    }

    fn words(&self, trace: &Trace) -> Vec<Own> {
        let single = |kind, subject: &str| {
            vec![Own {
                kind,
                key: subject.to_owned(),
                subject: subject.to_owned(),
                details: Vec::new(),
            }]
        };
        let Some(row) = trace.example() else {
            return Vec::new();
        };
        match trace.origin {
            Origin::Own(delta) => self.own(row, delta.is_moved(), delta.inputs != 0),
            Origin::File(change) => self.file(change, row),
            Origin::NotReproducible(_) => self.not_reproducible(row),
            Origin::NotShared { cacheable } => self.not_shared(row, cacheable),
            Origin::SharedInOne => self.shared_in_one(row),
            Origin::TestXml => single(Kind::TestXml, "the time that it took"),
            Origin::RanLocally | Origin::Lost | Origin::Failed => self.missed(trace.origin, row),
            Origin::OnlyA => single(Kind::OnlyA, "not in B"),
            Origin::OnlyB => single(Kind::OnlyB, "not in A"),
            Origin::Unknown => vec![unknown()],
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
        found
    }

    fn row(&self, row: u32) -> &Row {
        &self.compared.b.rows[row as usize]
    }

    fn one_sided(&self, a: u32, b: u32) -> OneSided {
        let (only_a, only_b) = one_sided(self.compared, a, b);
        let all = only_a.len() + only_b.len();
        let paths = |found: &Found, ids: Vec<PathId>| -> Vec<String> {
            let paths = ids.into_iter().take(FILES).filter_map(|id| found.path(id));
            paths.map(str::to_owned).collect()
        };
        let (a, b) = (paths(&self.found.0, only_a), paths(&self.found.1, only_b));
        OneSided {
            more: all - a.len() - b.len(),
            a,
            b,
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

    fn not_shared(&self, row: u32, cacheable: bool) -> Vec<Own> {
        let why = if cacheable {
            "may not be cached remotely (no-remote, no-remote-cache)"
        } else {
            "may not be cached at all (no-cache, local)"
        };
        let runner = self.compared.b.runner(self.row(row));
        vec![Own {
            kind: Kind::Uncacheable,
            key: why.to_owned(),
            subject: why.to_owned(),
            details: vec![Detail::both("runner", self.runner_in_a(row), runner)],
        }]
    }

    fn shared_in_one(&self, row: u32) -> Vec<Own> {
        let in_b = self.row(row).is(flag::SHARED);
        vec![shared(!in_b, in_b)]
    }

    fn missed(&self, origin: Origin, row: u32) -> Vec<Own> {
        let empty = Spawn::default();
        let spawn = self.found.1.whole.get(&row).unwrap_or(&empty);
        let in_a = self.runner_in_a(row);
        let (kind, subject) = match origin {
            Origin::Failed => (Kind::Failed, self.failure(row)),
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

    /// How it failed, in B or else in A.
    fn failure(&self, row: u32) -> String {
        let in_b = self.found.1.whole.get(&row);
        let other = self.compared.pairs.of_b[row as usize];
        let in_a = other.and_then(|other| self.found.0.whole.get(&other));
        let said = |spawn: &Spawn, side: &str| match spawn.status.as_str() {
            "" if spawn.exit_code == 0 => None,
            "" => Some(format!("exit code {} in {side}", spawn.exit_code)),
            status => Some(format!("{status} in {side}")),
        };
        let failures = (in_a.and_then(|spawn| said(spawn, "A")).into_iter())
            .chain(in_b.and_then(|spawn| said(spawn, "B")));
        failures.collect::<Vec<_>>().join(", ")
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
        let mut causes: Vec<Cause> = (draft::folded(self.all.into_values().collect()).into_iter())
            .map(|draft| draft.finish(self.compared, &self.found.1, names, named))
            .collect();
        causes.sort_by_key(|cause| {
            let reached = cause.firsts + cause.followers;
            std::cmp::Reverse((cause.breaks_parity, reached))
        });
        causes
    }
}

/// Two digests that differ for nothing that the log shows.
fn unknown() -> Own {
    Own {
        kind: Kind::Unknown,
        key: String::new(),
        subject: "the action digest".to_owned(),
        details: Vec::new(),
    }
}
