//! Where an output of `lre worker` goes, or what is said of the one that is there. It must not
//! know what the output is.

use std::fs;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;
use serde::Serialize;

use crate::cli::print::print;
use crate::cli::{Format, Verdict, show_differences};
use crate::tree::{FileTree, Marker};
use crate::worker::check::{self, ValueDifference};
use crate::write::{self, Difference};

/// The folder of an output; the same for all commands that have one.
#[derive(Args)]
pub struct Output {
    /// The folder to write; replaced as a whole, all or nothing.
    #[arg(long, value_name = "DIR")]
    out: Utf8PathBuf,
    /// Write nothing; exit 1 and name every value of DIR that differs, with a diff.
    #[arg(long)]
    check: bool,
    /// How --check says what differs.
    #[arg(long, value_enum, default_value_t, requires = "check")]
    format: Format,
}

/// A file that is not as it should be, and in which of its values.
#[derive(Serialize)]
struct Checked {
    #[serde(flatten)]
    difference: Difference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<ValueDifference>,
}

impl Output {
    /// Writes `tree`, or compares it with what is there.
    pub fn put(&self, tree: &FileTree, marker: Marker) -> Result<Verdict> {
        if !self.check {
            write::replace(&self.out, tree, marker)?;
            return Ok(Verdict::Good);
        }
        let differences = write::differences(&self.out, tree)?;
        let good = differences.is_empty();
        match self.format {
            Format::Text => {
                for difference in &differences {
                    for value in self.values(difference, tree) {
                        print(self.sentence(difference, &value) + "\n")?;
                    }
                }
                show_differences(&self.out, &differences)?;
            }
            Format::Json => {
                let checked = differences.into_iter().map(|difference| Checked {
                    values: self.values(&difference, tree),
                    difference,
                });
                let checked: Vec<_> = checked.collect();
                print(serde_json::to_string_pretty(&checked)? + "\n")?;
            }
        }
        Ok(Verdict::of(good))
    }

    fn values(&self, difference: &Difference, tree: &FileTree) -> Vec<ValueDifference> {
        let there = fs::read_to_string(self.out.join(&difference.path));
        match (there, tree.get(&difference.path)) {
            (Ok(there), Some(expected)) => check::values(&there, &expected.text),
            _ => Vec::new(),
        }
    }

    fn sentence(&self, difference: &Difference, value: &ValueDifference) -> String {
        let said = |value: &Option<String>| value.clone().unwrap_or("nothing".to_owned());
        format!(
            "{}: {}: there {}, the manifest says {} (at {})",
            self.out.join(&difference.path),
            value.name,
            said(&value.there),
            said(&value.expected),
            value.at
        )
    }
}
