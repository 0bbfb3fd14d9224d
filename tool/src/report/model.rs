//! What the page knows, as it lies in the page: one JSON document of columns. It must not know
//! how a log is read or how the page is drawn.

use serde::Serialize;

use crate::parity::{Detail, Follower};

/// Everything that a page shows.
#[derive(Debug, Default, Serialize)]
pub struct Page {
    /// The version of the helper that made it.
    pub helper: &'static str,
    /// One log, or two of builds that should have agreed.
    pub logs: Vec<Log>,
    /// What came out of comparing two.
    pub compared: Option<Compared>,
    /// Labels of targets. This and the next four are in alphabetical order, so that who
    /// sorts by one of them compares numbers.
    pub labels: Vec<String>,
    /// Kinds of actions.
    pub mnemonics: Vec<String>,
    /// Folders of first outputs.
    pub folders: Vec<String>,
    /// How spawns were run, in the words of Bazel.
    pub runners: Vec<String>,
    /// What went wrong with spawns, and the empty text.
    pub statuses: Vec<String>,
    /// The spawns that causes name: for each log the row, where it has the spawn.
    pub names: Vec<Vec<Option<u32>>>,
    /// Why spawns differ, were no hits or are not shared.
    pub causes: Vec<Cause>,
    /// What could not be read.
    pub warnings: Vec<String>,
}

/// One execution log.
#[derive(Debug, Default, Serialize)]
pub struct Log {
    /// The file, as it was named.
    pub file: String,
    /// Its format, by the words of Bazel's flags.
    pub format: String,
    /// When its first spawn started, in milliseconds since 1970.
    pub began: Option<i64>,
    /// How many spawns it has.
    pub spawns: u32,
    /// How many of these may be shared through a remote cache.
    pub shared: u32,
    /// How many of the shared ones came from a cache.
    pub hits: u32,
    /// The spawns.
    pub columns: Columns,
}

/// The spawns of a log: the same row of all columns is one spawn.
#[derive(Debug, Default, Serialize)]
pub struct Columns {
    /// Of [`Page::labels`].
    pub label: Vec<u32>,
    /// Of [`Page::mnemonics`].
    pub mnemonic: Vec<u32>,
    /// Of [`Page::folders`]: where the first output is.
    pub folder: Vec<u32>,
    /// The first output's name in its folder.
    pub name: Vec<String>,
    /// Of [`Page::runners`].
    pub runner: Vec<u32>,
    /// Of [`Page::statuses`].
    pub status: Vec<u32>,
    /// A [`State`], as its number.
    pub state: Vec<u8>,
    /// Milliseconds after the first start of the log, where it says.
    pub start: Vec<Option<u64>>,
    /// Milliseconds, where the log says.
    pub duration: Vec<Option<u64>>,
    /// Of [`Page::causes`].
    pub cause: Vec<Option<u32>>,
}

/// What is to be said of a spawn and the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Its result may be shared, and came from a cache.
    Hit = 0,
    /// Its result may be shared, and was in no cache.
    Miss = 1,
    /// Its result may be cached, and not remotely.
    LocalOnly = 2,
    /// Its result may not be cached.
    Uncacheable = 3,
}

/// What came out of comparing two logs.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// Spawns that both have.
    pub matched: u64,
    /// Of these, those with the same action digest.
    pub equal: u64,
}

/// Why some spawns are as they are.
#[derive(Debug, Default, Serialize)]
pub struct Cause {
    /// What is the matter.
    pub title: String,
    /// With what.
    pub subject: String,
    /// What differs.
    pub details: Vec<Detail>,
    /// What to do about it.
    pub advice: String,
    /// Whether spawns that should have been hits differ or miss for it.
    pub breaks_parity: bool,
    /// How many spawns have it first, named or not.
    pub firsts: u64,
    /// Of [`Page::names`].
    pub first: Vec<u32>,
    /// How many spawns follow, named or not.
    pub followers: u64,
    /// Those that read what others of this cause made; their numbers are of [`Page::names`].
    pub follower: Vec<Follower>,
}
