//! What two argument lists differ in. It must not know what the arguments mean to the program.

use std::collections::HashMap;

use super::super::explanation::Detail;
use super::super::index::split;
use super::super::kind::Kind;
use super::super::log::proto::Spawn;
use super::own::{Own, moved};
use super::store::Changed;

/// The differences between the argument lists of `a` and `b`; of store paths they are put into `store`.
pub fn differences(a: &Spawn, b: &Spawn, store: &mut Changed) -> Vec<Own> {
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

/// Words that stand for each other: of one name, or else in their order where that is all.
fn paired(a: Vec<String>, mut b: Vec<String>) -> Vec<(Option<String>, Option<String>)> {
    let in_order = a.len() == b.len();
    let mut pairs = Vec::new();
    for one in a {
        let same = b.iter().position(|other| name(other) == name(&one));
        let other = same
            .or((in_order && !b.is_empty()).then_some(0))
            .map(|at| b.remove(at));
        pairs.push((Some(one), other));
    }
    pairs.extend(b.into_iter().map(|other| (None, Some(other))));
    pairs
}

/// What an argument sets: the part before the equals sign.
fn name(word: &str) -> &str {
    word.split_once('=').map_or(word, |(name, _)| name)
}

/// The same file in another configuration.
fn elsewhere(one: &str, other: &str) -> Option<Own> {
    let at = |word: &str| word.find("bazel-out/");
    let (start, in_other) = (at(one)?, at(other)?);
    let (path, other_path) = (&one[start..], &other[in_other..]);
    let same = one[..start] == other[..in_other] && split(path).1 == split(other_path).1;
    same.then(|| moved(path, other_path))
}

fn argument(one: Option<String>, other: Option<String>) -> Own {
    let machine = |word: &Option<String>| word.as_deref().and_then(of_machine).map(str::to_owned);
    let (path_a, path_b) = (machine(&one), machine(&other));
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

/// The folder of one machine that a text names: a home, a checkout, a temporary folder.
pub fn of_machine(text: &str) -> Option<&str> {
    /// Folders that are somebody's, and how many parts below say whose.
    const PLACES: [(&str, usize); 8] = [
        ("/home/", 1),
        ("/Users/", 1),
        ("/root", 0),
        ("/tmp/", 1),
        ("/private/", 2),
        ("/var/", 2),
        ("/mnt/", 1),
        ("/workspace", 0),
    ];
    /// Flags that paths are written behind without anything in between.
    const FLAGS: [&str; 7] = ["-I", "-L", "-F", "-B", "-isystem", "-iquote", "-idirafter"];
    PLACES.iter().find_map(|&(place, parts)| {
        let starts = |at: &usize| {
            let before = &text[..*at];
            let is_within = |c: char| c.is_alphanumeric() || "._-/".contains(c);
            FLAGS.contains(&before) || !before.ends_with(is_within)
        };
        let mut found = text.match_indices(place).map(|(at, _)| at);
        let start = found.find(starts)?;
        let mut end = start + place.len();
        for part in 0..parts {
            end += usize::from(part > 0);
            let rest = text.get(end..)?;
            end += rest
                .find(['/', ':', '"', '\'', ' ', ','])
                .unwrap_or(rest.len());
        }
        text.get(start..end)
    })
}

/// One difference where several words say the same.
fn merged(found: Vec<Own>) -> Vec<Own> {
    let mut all: Vec<Own> = Vec::new();
    for own in found {
        let known = all
            .iter_mut()
            .find(|known| known.kind == own.kind && known.key == own.key);
        match known {
            Some(known) => known.details.extend(own.details),
            None => all.push(own),
        }
    }
    all
}
