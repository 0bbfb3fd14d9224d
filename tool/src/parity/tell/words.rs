//! What two argument lists differ in. It must not know what the arguments mean to the program.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;

use super::super::explanation::Detail;
use super::super::index::split;
use super::super::kind::Kind;
use super::super::log::proto::Spawn;
use super::machine;
use super::own::{OneSided, Own, moved};
use super::store::Changed;

/// The differences between the argument lists of `a` and `b`; of store paths they are put into `store`.
/// An argument that names one of the `inputs` which only one of them has says nothing new.
pub fn differences(a: &Spawn, b: &Spawn, inputs: &OneSided, store: &mut Changed) -> Vec<Own> {
    let (words_a, words_b) = (texts(a), texts(b));
    let mut found = Vec::new();
    let (program_a, program_b) = (words_a.first(), words_b.first());
    if let (Some(one), Some(other)) = (program_a, program_b)
        && one != other
    {
        if let Some(own) = elsewhere(one, other) {
            found.push(own);
        } else if !store.explains_program(one, other) {
            let detail = Detail::both("program", one, other);
            found.push(Own::new(Kind::Compiler, &format!("{one} {other}"), detail));
        }
    }
    let rest = |words: &[String]| words.get(1..).unwrap_or_default().to_vec();
    let (only_a, only_b) = surplus(rest(&words_a), rest(&words_b));
    if only_a.is_empty() && only_b.is_empty() && program_a == program_b && words_a != words_b {
        let at = words_a
            .iter()
            .zip(&words_b)
            .position(|(one, other)| one != other);
        let at = at.unwrap_or_default();
        let detail = Detail::both("order of arguments", &words_a[at], &words_b[at]);
        found.push(Own::new(Kind::Flag, "order", detail));
    }
    let without = |words: Vec<String>, inputs: &[String]| -> Vec<String> {
        let new = words.into_iter().filter(|word| !inputs.contains(word));
        new.collect()
    };
    let (only_a, only_b) = (without(only_a, &inputs.a), without(only_b, &inputs.b));
    for (one, other) in paired(only_a, only_b) {
        if let (Some(one), Some(other)) = (&one, &other) {
            if let Some(own) = elsewhere(one, other) {
                found.push(own);
                continue;
            }
            if store.explains(one, other) {
                continue;
            }
        }
        found.push(argument(one, other));
    }
    merged(found)
}

/// The words as text; bytes that are no UTF-8 are written out, so that words which differ stay different.
fn texts(spawn: &Spawn) -> Vec<String> {
    let text = |word: &[u8]| -> String {
        let chunks = word.utf8_chunks();
        chunks
            .map(|chunk| {
                let invalid = chunk.invalid().iter();
                let escaped: String = invalid.map(|byte| format!("\\x{byte:02x}")).collect();
                chunk.valid().to_owned() + &escaped
            })
            .collect()
    };
    spawn.args.iter().map(|word| text(word)).collect()
}

/// The words of each that the other has not, or not as often.
fn surplus(a: Vec<String>, b: Vec<String>) -> (Vec<String>, Vec<String>) {
    let mut counts: HashMap<String, i64> = HashMap::new();
    for word in &a {
        *counts.entry(word.clone()).or_default() += 1;
    }
    for word in &b {
        *counts.entry(word.clone()).or_default() -= 1;
    }
    let mut take = |words: Vec<String>, sign: i64| -> Vec<String> {
        words
            .into_iter()
            .filter(|word| {
                let count = counts.get_mut(word).filter(|count| **count * sign > 0);
                count.map(|count| *count -= sign).is_some()
            })
            .collect()
    };
    let only_a = take(a, 1);
    (only_a, take(b, -1))
}

/// Words that stand for each other: of one name, or else in their order where as many are left.
fn paired(a: Vec<String>, b: Vec<String>) -> Vec<(Option<String>, Option<String>)> {
    let mut by_name: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, word) in b.iter().enumerate() {
        by_name
            .entry(name(word).to_owned())
            .or_default()
            .push_back(at);
    }
    let mut b: Vec<Option<String>> = b.into_iter().map(Some).collect();
    let mut pairs = Vec::new();
    let mut left = Vec::new();
    for word in a {
        let same = by_name.get_mut(name(&word)).and_then(VecDeque::pop_front);
        match same.and_then(|at| b[at].take()) {
            Some(other) => pairs.push((Some(word), Some(other))),
            None => left.push(word),
        }
    }
    let others: Vec<String> = b.into_iter().flatten().collect();
    if left.len() == others.len() {
        let zipped = left.into_iter().zip(others);
        pairs.extend(zipped.map(|(one, other)| (Some(one), Some(other))));
    } else {
        pairs.extend(left.into_iter().map(|word| (Some(word), None)));
        pairs.extend(others.into_iter().map(|word| (None, Some(word))));
    }
    pairs
}

/// What an argument sets: the part before the equals sign.
fn name(word: &str) -> &str {
    word.split_once('=').map_or(word, |(name, _)| name)
}

/// The same files in another configuration.
fn elsewhere(one: &str, other: &str) -> Option<Own> {
    let from = |word: &str| word.find("bazel-out/");
    let (path, other_path) = (&one[from(one)?..], &other[from(other)?..]);
    let folder = |path: &str| format!("bazel-out/{}/", split(path).0);
    let same = one.replace(&folder(path), &folder(other_path)) == other;
    same.then(|| moved(path, other_path))
}

fn argument(one: Option<String>, other: Option<String>) -> Own {
    let of_machine =
        |word: &Option<String>| word.as_deref().and_then(machine::folder).map(str::to_owned);
    let (path_a, path_b) = (of_machine(&one), of_machine(&other));
    let word = one.as_ref().or(other.as_ref());
    let detail = Detail {
        what: "argument".to_owned(),
        a: one.clone(),
        b: other.clone(),
    };
    // Of one user's two output bases, the home is the same.
    if path_a.is_some() || path_b.is_some() {
        let key = format!("{path_a:?} {path_b:?}");
        return Own::new(Kind::AbsolutePath, &key, detail);
    }
    let of = |word: &Option<String>| word.as_deref().map(|word| name(word).to_owned());
    let key = if of(&one) == of(&other) {
        word.map(|word| name(word).to_owned()).unwrap_or_default()
    } else {
        format!("{:?} {:?}", of(&one), of(&other))
    };
    Own::new(Kind::Flag, &key, detail)
}

/// One difference where several words say the same.
fn merged(found: Vec<Own>) -> Vec<Own> {
    let mut all: IndexMap<(Kind, String), Own> = IndexMap::new();
    for own in found {
        match all.get_mut(&(own.kind, own.key.clone())) {
            Some(known) => known.add(own.details),
            None => {
                all.insert((own.kind, own.key.clone()), own);
            }
        }
    }
    all.into_values().collect()
}
