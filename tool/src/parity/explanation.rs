//! What a comparison says, as data that others read: its JSON form is what `lre explain --format json`
//! prints. It must not know how it was found.

use std::fmt;

use serde::Serialize;

use super::kind::Kind;
use super::log::Format;

/// Why two builds did not agree; without causes they did.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Of this form: 1.
    pub version: u32,
    /// The build that came first.
    pub a: Side,
    /// The build that should have been all hits.
    pub b: Side,
    /// Spawns that are in both.
    pub matched: u64,
    /// Of these, how many have the same action digest. Where a log has none, as for spawns that
    /// may not be cached, everything that it says is compared.
    pub equal: u64,
    /// Spawns of B whose result may be shared, and that were no cache hit.
    pub misses: u64,
    /// What came of what: those that break parity first, of these the most spawns first.
    pub causes: Vec<Cause>,
    /// The spawns that causes name, by index.
    pub spawns: Vec<Name>,
    /// What could not be read or was not counted.
    pub warnings: Vec<String>,
}

/// One of the two logs.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// Where it is.
    pub file: String,
    /// What it turned out to be.
    pub format: Format,
    /// How many spawns it has.
    pub spawns: u64,
    /// Of these, how many results may be shared.
    pub shared: u64,
    /// How many were cache hits.
    pub hits: u64,
}

/// What names a spawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Name {
    /// The label of its target.
    pub label: String,
    /// What kind of action it is.
    pub mnemonic: String,
    /// Its first output.
    pub output: String,
    /// Where it is in the log of B, counted from 0; missing where it is in A alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_b: Option<u32>,
}

/// A first cause, and the spawns that it reaches.
#[derive(Clone, Debug, Serialize)]
pub struct Cause {
    /// What kind it is of; a row of the table in `docs/explain.md`.
    pub kind: Kind,
    /// The kind in words.
    pub title: String,
    /// What it is: names and values.
    pub subject: String,
    /// The two sides.
    pub details: Vec<Detail>,
    /// What to do about it.
    pub advice: String,
    /// Whether spawns that should have been hits differ or miss for it. Else it is good to know.
    pub breaks_parity: bool,
    /// How many spawns show it first.
    pub firsts: u64,
    /// These, as far as they are named.
    pub first: Vec<u32>,
    /// How many spawns it reaches through files that others made.
    pub followers: u64,
    /// These, as far as they are named.
    pub follower: Vec<Follower>,
}

/// Something that is different on the two sides; `None` where it is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// What it is: the name of a variable, the path of a file.
    pub what: String,
    /// In A.
    pub a: Option<String>,
    /// In B.
    pub b: Option<String>,
}

/// A spawn that a cause reaches.
#[derive(Clone, Debug, Serialize)]
pub struct Follower {
    /// Which.
    pub spawn: u32,
    /// The spawn that made the file through which it is reached.
    pub through: Option<u32>,
    /// That file.
    pub path: String,
}

impl Explanation {
    /// Whether the two builds agree as far as parity is asked of them.
    pub fn is_parity(&self) -> bool {
        !self.causes.iter().any(|cause| cause.breaks_parity)
    }
}

impl Detail {
    /// Something that both sides have.
    pub(super) fn both(what: &str, a: &str, b: &str) -> Self {
        Self {
            what: what.to_owned(),
            a: Some(a.to_owned()),
            b: Some(b.to_owned()),
        }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, a, b } = self;
        match (a, b) {
            (Some(a), Some(b)) => write!(to, "{what}: {} in A, {} in B", short(a), short(b)),
            (Some(a), None) => write!(to, "{what}: {} in A alone", short(a)),
            (None, Some(b)) => write!(to, "{what}: {} in B alone", short(b)),
            (None, None) => write!(to, "{what}"),
        }
    }
}

/// As much of a value as fits into a line with another.
fn short(value: &str) -> String {
    const ENOUGH: usize = 60;
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    match value.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
