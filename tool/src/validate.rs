//! Reads every Starlark file of a tree as Bazel would, before anything is written, and reports all
//! faults together. It knows rules, attributes and labels; it must not know what a manifest is, how
//! files are rendered or where they go.

mod dialect;
mod evaluate;
mod known;
mod label;
mod record;
mod resolve;
mod schema;
mod stubs;
#[cfg(test)]
mod tests;

use std::fmt;

use anyhow::{Result, bail};

pub use self::dialect::MODULE;
use self::stubs::{Builtins, Prelude};
use crate::tree::FileTree;

/// Checks every `BUILD`, `BUILD.bazel`, `MODULE.bazel` and `*.bzl` file of `tree`: its syntax, its
/// loads, its attributes and their types, its target names, and that its labels exist.
///
/// # Errors
/// All faults of the tree, sorted by file and line.
pub fn validate(tree: &FileTree) -> Result<()> {
    let prelude = Prelude::evaluate();
    let faults = |builtins| -> Result<Vec<Fault>> {
        let (packages, mut faults) = evaluate::packages(tree, builtins, &prelude)?;
        faults.extend(resolve::faults(tree, &packages));
        Ok(faults)
    };
    // What passes with fewer builtins passes with all of them; the report is about all of them.
    if faults(Builtins::Constants)?.is_empty() {
        return Ok(());
    }
    report(faults(Builtins::All)?)
}

fn report(mut faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    faults.sort();
    let list: Vec<String> = faults.iter().map(Fault::to_string).collect();
    bail!(
        "the generated files are not what Bazel would accept:\n{}\n\
         Your input should not be able to cause this, as it only ever becomes quoted strings: please \
         report it as a bug of lre, with the environment that led to it.",
        list.join("\n")
    )
}

/// One thing that is wrong with the tree; the order of the fields is the order of the report.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    /// Path within the tree.
    file: String,
    /// Counted from 1; `None` where it is about the whole file.
    line: Option<usize>,
    text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.text),
            None => write!(f, "{}: {}", self.file, self.text),
        }
    }
}
