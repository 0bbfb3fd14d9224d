//! The typed Starlark that we emit: a rule is a Rust struct, printed by serde_starlark in
//! buildifier's form. It must not know what the values mean; a value can only become a quoted string.

mod label;
pub mod rules;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::ser::{Serialize, SerializeTupleStruct, Serializer};

pub use label::Label;

/// A rule or function of Bazel, as a struct whose fields are its attributes.
pub trait Rule: Serialize {
    /// What it is loaded from; `None` for what BUILD files have without a load.
    const LOAD: Option<Load>;
}

/// A `.bzl` file and the symbols that a rule takes from it.
pub struct Load {
    /// The file's label.
    pub file: &'static str,
    /// The rule itself, and what its attributes name.
    pub symbols: &'static [&'static str],
}

/// A BUILD file under construction: loads are collected from the rules.
#[derive(Default)]
pub struct BuildFile {
    loads: BTreeMap<&'static str, BTreeSet<&'static str>>,
    statements: Vec<String>,
}

impl BuildFile {
    /// A file whose targets are visible to every package.
    ///
    /// # Errors
    /// As [`BuildFile::add`].
    pub fn public() -> Result<BuildFile> {
        let mut file = BuildFile::default();
        file.add(&rules::Package {
            default_visibility: &["//visibility:public"],
        })?;
        Ok(file)
    }

    /// Appends a rule.
    ///
    /// # Errors
    /// A value that Starlark has no form for, which is a bug in the struct.
    pub fn add<R: Rule>(&mut self, rule: &R) -> Result<()> {
        if let Some(Load { file, symbols }) = R::LOAD {
            self.loads.entry(file).or_default().extend(symbols);
        }
        let text = serde_starlark::to_string(rule).context("printing Starlark")?;
        self.statements.push(text);
        Ok(())
    }

    /// The text, headed by `comment`, one `#` line for each of its lines.
    ///
    /// # Errors
    /// As [`BuildFile::add`].
    pub fn print(&self, comment: &str) -> Result<String> {
        let mut text = commented(comment);
        text.push('\n');
        for (file, symbols) in &self.loads {
            let load = LoadStatement { file, symbols };
            text += &serde_starlark::to_string(&load).context("printing Starlark")?;
        }
        if !self.loads.is_empty() {
            text.push('\n');
        }
        text += &self.statements.join("\n");
        Ok(text)
    }
}

/// A file that gives `name` the value `value`, for others to load; `what` it is says the file's
/// docstring.
///
/// # Errors
/// A value that Starlark has no form for.
pub fn constant(comment: &str, what: &str, name: &str, value: &impl Serialize) -> Result<String> {
    let value = serde_starlark::to_string(value).context("printing Starlark")?;
    let comment = commented(comment);
    Ok(format!("{comment}\n\"\"\"{what}\"\"\"\n\n{name} = {value}"))
}

/// The lines of `comment`, each a comment.
fn commented(comment: &str) -> String {
    comment.lines().map(|line| format!("# {line}\n")).collect()
}

struct LoadStatement<'a> {
    file: &'a str,
    symbols: &'a BTreeSet<&'static str>,
}

impl Serialize for LoadStatement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut load = serializer.serialize_tuple_struct("load", serde_starlark::ONELINE)?;
        load.serialize_field(self.file)?;
        for symbol in self.symbols {
            load.serialize_field(symbol)?;
        }
        load.end()
    }
}
