//! Names of spawns, each once. It must not know what they are named for.

use rustc_hash::FxHashMap;

use super::super::explanation::Name;
use super::super::index::Index;
use super::super::reread::Found;
use super::super::trace::Compared;

/// The spawns that were named so far.
pub struct Names<'a> {
    compared: &'a Compared<'a>,
    found: &'a (Found, Found),
    all: Vec<Name>,
    /// By side and row.
    numbers: FxHashMap<(bool, u32), u32>,
}

impl<'a> Names<'a> {
    pub fn new(compared: &'a Compared<'a>, found: &'a (Found, Found)) -> Self {
        Self {
            compared,
            found,
            all: Vec::new(),
            numbers: FxHashMap::default(),
        }
    }

    /// The number of the name of a spawn, of A or else of B.
    pub fn number(&mut self, in_a: bool, row: u32) -> u32 {
        if let Some(&number) = self.numbers.get(&(in_a, row)) {
            return number;
        }
        let (index, found) = if in_a {
            (self.compared.a, &self.found.0)
        } else {
            (self.compared.b, &self.found.1)
        };
        self.all.push(of(index, found, row, (!in_a).then_some(row)));
        let number = self.all.len() as u32 - 1;
        self.numbers.insert((in_a, row), number);
        number
    }

    pub fn into_all(self) -> Vec<Name> {
        self.all
    }
}

fn of(index: &Index, found: &Found, row: u32, in_b: Option<u32>) -> Name {
    let (label, mnemonic) = found.names.get(&row).cloned().unwrap_or_default();
    let output = super::first_output(index, row).and_then(|path| found.path(path));
    Name {
        label,
        mnemonic,
        output: output.unwrap_or_default().to_owned(),
        in_b,
    }
}
