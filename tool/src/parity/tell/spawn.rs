//! What two spawns differ in by themselves, in words. It must not know which others do.

use std::collections::{BTreeMap, BTreeSet};

use super::super::explanation::Detail;
use super::super::index::split;
use super::super::kind::Kind;
use super::super::log::proto::{Pair, Spawn};
use super::own::{OneSided, Own, moved, shared};
use super::store::{self, Changed};
use super::words;

/// The variable that Bazel sets to a test's time limit (Bazel's Test Encyclopedia).
const TIMEOUT: &str = "TEST_TIMEOUT";

/// All differences between two spawns, their inputs' content aside.
pub fn differences(a: &Spawn, b: &Spawn, inputs: OneSided) -> Vec<Own> {
    let mut store = Changed::default();
    let mut found = words::differences(a, b, &inputs, &mut store);
    found.extend(variables(a, b, &mut store));
    found.extend(
        pairs(&properties(a), &properties(b))
            .into_iter()
            .map(|detail| {
                let key = detail.what.clone();
                Own::new(Kind::Property, &key, detail)
            }),
    );
    if a.timeout_millis != b.timeout_millis {
        let seconds = |spawn: &Spawn| match spawn.timeout_millis {
            0 => "none".to_owned(),
            millis => format!("{} s", millis as f64 / 1000.0),
        };
        let detail = Detail::both("time limit", &seconds(a), &seconds(b));
        found.push(Own::new(Kind::Timeout, "", detail));
    }
    if a.is_shared() != b.is_shared() {
        found.push(shared(a.is_shared(), b.is_shared()));
    }
    found.extend(one_sided(inputs));
    found.extend(store.into_own());
    found
}

fn variables(a: &Spawn, b: &Spawn, store: &mut Changed) -> Vec<Own> {
    let is_test = b.mnemonic == "TestRunner";
    let mut found = Vec::new();
    for detail in pairs(&a.env_vars, &b.env_vars) {
        if detail.what == TIMEOUT && a.timeout_millis != b.timeout_millis {
            continue;
        }
        if let (Some(one), Some(other)) = (&detail.a, &detail.b)
            && store.explains(one, other)
        {
            continue;
        }
        let kind = match detail.what.as_str() {
            "PATH" => Kind::Variable,
            _ if is_test => Kind::TestEnv,
            _ => Kind::Variable,
        };
        let key = detail.what.clone();
        found.push(Own::new(kind, &key, detail));
    }
    found
}

fn properties(spawn: &Spawn) -> Vec<Pair> {
    let platform = spawn.platform.as_ref();
    platform.map_or_else(Vec::new, |platform| platform.properties.clone())
}

/// The names whose values differ.
fn pairs(a: &[Pair], b: &[Pair]) -> Vec<Detail> {
    let map = |pairs: &[Pair]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|pair| (pair.name.clone(), pair.value.clone()))
            .collect()
    };
    let (mut a, mut b) = (map(a), map(b));
    let names: BTreeSet<String> = a.keys().chain(b.keys()).cloned().collect();
    names
        .into_iter()
        .map(|what| Detail {
            a: a.remove(&what),
            b: b.remove(&what),
            what,
        })
        .filter(|detail| detail.a != detail.b)
        .collect()
}

fn one_sided(inputs: OneSided) -> Vec<Own> {
    let OneSided { mut a, mut b, more } = inputs;
    a.sort();
    b.sort();
    let mut found = Vec::new();
    // A tool in another configuration is at another place, and yet the same.
    let loose = |path: &String| split(path).1.to_owned();
    let others: Vec<String> = b.iter().map(loose).collect();
    if let Some(one) = a.iter().find(|path| others.contains(&loose(path))) {
        let other = b.iter().find(|path| loose(path) == loose(one));
        found.push(moved(one, other.unwrap_or(one)));
        let here: Vec<String> = a.iter().map(loose).collect();
        a.retain(|path| !others.contains(&loose(path)));
        b.retain(|path| !here.contains(&loose(path)));
        if more > 0 {
            // Of the others it is not known whether they have moved as well.
            return found;
        }
    }
    let side = |path: &str, is_there: bool| is_there.then(|| path.to_owned());
    let details: Vec<_> = (a.iter().map(|path| (path, true)))
        .chain(b.iter().map(|path| (path, false)))
        .map(|(path, in_a)| Detail {
            what: "input".to_owned(),
            a: side(path, in_a),
            b: side(path, !in_a),
        })
        .collect();
    if let Some(first) = details.first() {
        let more = match details.len() - 1 + more {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let path = first
            .a
            .as_ref()
            .or(first.b.as_ref())
            .cloned()
            .unwrap_or_default();
        let side = if first.a.is_some() { "A" } else { "B" };
        found.push(Own {
            kind: Kind::Input,
            subject: format!("{path} in {side} alone{more}"),
            key: path,
            details,
        });
    }
    found
}

/// The difference of store paths, once it is known of all words and variables.
impl Changed {
    fn into_own(self) -> Option<Own> {
        let pairs = self.pairs();
        let (first, other) = pairs.first()?;
        let is_program = self.is_program();
        Some(Own {
            kind: if is_program {
                Kind::Compiler
            } else {
                Kind::StorePath
            },
            key: format!("{first} {other}"),
            subject: store::compare(first, other),
            details: pairs
                .iter()
                .map(|(a, b)| Detail::both("store path", a, b))
                .collect(),
        })
    }
}
