//! Puts spawns into columns, one after the other, so that no log has to be in memory at once. It
//! must not know which format a log has.

use std::collections::HashMap;

use super::model::{Cause, Columns, Compared, Log, Page, State};
use super::strings::Strings;

/// A spawn, as far as the page has columns for it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ran<'a> {
    /// The label of its target.
    pub label: &'a str,
    /// What kind of action it is.
    pub mnemonic: &'a str,
    /// The path of its first output.
    pub output: &'a str,
    /// How it was run.
    pub runner: &'a str,
    /// What went wrong, if anything.
    pub status: &'a str,
    /// Whether its result came from a cache.
    pub hit: bool,
    /// Whether its result may be cached.
    pub cacheable: bool,
    /// Whether its result may be cached remotely.
    pub remote_cacheable: bool,
    /// When it started, in milliseconds since 1970.
    pub start: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration: Option<u64>,
}

impl Ran<'_> {
    fn state(&self) -> State {
        match (self.cacheable, self.remote_cacheable) {
            (false, _) => State::Uncacheable,
            (true, false) => State::LocalOnly,
            (true, true) if self.hit => State::Hit,
            (true, true) => State::Miss,
        }
    }
}

/// What tells a spawn from others of its log: label, mnemonic and first output.
pub type Key<'a> = (&'a str, &'a str, &'a str);

/// A page that is being filled.
#[derive(Debug, Default)]
pub struct Collect {
    page: Page,
    /// For each log, when its spawns started.
    starts: Vec<Vec<Option<i64>>>,
    labels: Strings,
    mnemonics: Strings,
    folders: Strings,
    runners: Strings,
    statuses: Strings,
    /// For each log the row of a spawn, by the numbers of label, mnemonic and folder and by name.
    rows: Vec<HashMap<(u32, u32, u32, String), u32>>,
    numbers: HashMap<Vec<Option<u32>>, u32>,
}

impl Collect {
    /// Begins the next log; what follows is of it.
    pub fn log(&mut self, file: &str, format: &str) {
        self.page.logs.push(Log {
            file: file.to_owned(),
            format: format.to_owned(),
            ..Log::default()
        });
        self.starts.push(Vec::new());
        self.rows.push(HashMap::new());
    }

    /// Adds a spawn to the log that was begun last.
    pub fn spawn(&mut self, ran: &Ran<'_>) {
        let state = ran.state();
        let (folder, name) = split(ran.output);
        let row = [
            self.labels.number(ran.label),
            self.mnemonics.number(ran.mnemonic),
            self.folders.number(folder),
            self.runners.number(ran.runner),
            self.statuses.number(ran.status),
        ];
        let (Some(log), Some(starts), Some(rows)) = (
            self.page.logs.last_mut(),
            self.starts.last_mut(),
            self.rows.last_mut(),
        ) else {
            return;
        };
        let [label, mnemonic, folder, runner, status] = row;
        let key = (label, mnemonic, folder, name.to_owned());
        rows.entry(key).or_insert(log.spawns);
        log.spawns += 1;
        log.shared += u32::from(matches!(state, State::Hit | State::Miss));
        log.hits += u32::from(state == State::Hit);
        starts.push(ran.start);
        let columns = &mut log.columns;
        columns.label.push(label);
        columns.mnemonic.push(mnemonic);
        columns.folder.push(folder);
        columns.name.push(name.to_owned());
        columns.runner.push(runner);
        columns.status.push(status);
        columns.state.push(state as u8);
        columns.duration.push(ran.duration);
        columns.cause.push(None);
    }

    /// The number by which causes name a spawn; `None` where no log has it. `row` is where the last
    /// log has it, where that is known: several spawns may have one name.
    pub fn named(&mut self, (label, mnemonic, output): Key<'_>, row: Option<u32>) -> Option<u32> {
        let (folder, name) = split(output);
        let numbers = (self.labels.number(label), self.mnemonics.number(mnemonic));
        let columns = &self.page.logs.last()?.columns;
        let is_meant = |row: &u32| {
            let at = *row as usize;
            let there = (columns.label.get(at), columns.mnemonic.get(at));
            there == (Some(&numbers.0), Some(&numbers.1))
        };
        let row = row.filter(is_meant);
        let (folder, name) = match row.map(|row| row as usize) {
            Some(at) => (columns.folder[at], columns.name[at].clone()),
            None => (self.folders.number(folder), name.to_owned()),
        };
        let key = (numbers.0, numbers.1, folder, name);
        let rows = self.rows.iter().map(|rows| rows.get(&key).copied());
        let mut rows: Vec<Option<u32>> = rows.collect();
        if row.is_some() {
            rows.pop();
            rows.push(row);
        }
        rows.iter().any(Option::is_some).then(|| self.number(rows))
    }

    fn number(&mut self, rows: Vec<Option<u32>>) -> u32 {
        let names = &mut self.page.names;
        *self.numbers.entry(rows.clone()).or_insert_with(|| {
            names.push(rows);
            names.len() as u32 - 1
        })
    }

    /// Adds a cause.
    pub fn cause(&mut self, cause: Cause) {
        let index = self.page.causes.len() as u32;
        let named = cause.first.iter();
        for name in named.chain(cause.follower.iter().map(|follower| &follower.spawn)) {
            for (log, row) in self.page.names[*name as usize].iter().enumerate() {
                if let Some(row) = row {
                    self.page.logs[log].columns.cause[*row as usize] = Some(index);
                }
            }
        }
        self.page.causes.push(cause);
    }

    /// Adds a cause for those spawns of the last log that are in `state` and have no cause yet,
    /// if there are any.
    pub fn rest(&mut self, state: State, cause: Cause) {
        let Some(log) = self.page.logs.last() else {
            return;
        };
        let columns = &log.columns;
        let rest: Vec<u32> = (0..log.spawns)
            .filter(|row| columns.state[*row as usize] == state as u8)
            .filter(|row| columns.cause[*row as usize].is_none())
            .collect();
        if rest.is_empty() {
            return;
        }
        let mut first = Vec::new();
        for row in rest {
            let mut rows = vec![None; self.page.logs.len()];
            *rows.last_mut().expect("there is a log") = Some(row);
            first.push(self.number(rows));
        }
        self.cause(Cause {
            firsts: first.len() as u64,
            first,
            ..cause
        });
    }

    /// Says what came out of comparing two logs.
    pub fn compared(&mut self, compared: Compared) {
        self.page.compared = Some(compared);
    }

    /// Says what could not be read.
    pub fn warn(&mut self, warnings: impl IntoIterator<Item = String>) {
        self.page.warnings.extend(warnings);
    }

    /// The page, with all texts in order and all times from the first one of their log.
    pub fn page(mut self) -> Page {
        let mut page = self.page;
        page.helper = env!("CARGO_PKG_VERSION");
        let each: [(_, _, Column); 5] = [
            (self.labels, &mut page.labels, |columns| &mut columns.label),
            (self.mnemonics, &mut page.mnemonics, |columns| {
                &mut columns.mnemonic
            }),
            (self.folders, &mut page.folders, |columns| {
                &mut columns.folder
            }),
            (self.runners, &mut page.runners, |columns| {
                &mut columns.runner
            }),
            (self.statuses, &mut page.statuses, |columns| {
                &mut columns.status
            }),
        ];
        for (strings, texts, column) in each {
            let places;
            (*texts, places) = strings.sorted();
            for log in &mut page.logs {
                for number in column(&mut log.columns) {
                    *number = places[*number as usize];
                }
            }
        }
        for (log, starts) in page.logs.iter_mut().zip(&mut self.starts) {
            log.began = starts.iter().flatten().min().copied();
            let began = log.began.unwrap_or_default();
            let after = |start: i64| u64::try_from(start - began).unwrap_or_default();
            log.columns.start = starts.drain(..).map(|start| start.map(after)).collect();
        }
        page
    }
}

/// A column of numbers that stand for texts.
type Column = fn(&mut Columns) -> &mut Vec<u32>;

/// The folder of a path, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
#[path = "collect_tests.rs"]
mod tests;
