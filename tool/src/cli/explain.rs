//! `lre explain`: two execution logs, compared. It decides nothing.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::print::print;
use super::{Format, Verdict};
use crate::parity::{self, Options};

/// Say why two builds did not agree, from their execution logs
///
/// Each log is one of Bazel's --execution_log_compact_file, --execution_log_binary_file or
/// --execution_log_json_file; which, is told from its content.
#[derive(Args)]
pub struct Explain {
    /// The log of the build that came first.
    #[arg(value_name = "A")]
    a: Utf8PathBuf,
    /// The log of the build that should have been all hits.
    #[arg(value_name = "B")]
    b: Utf8PathBuf,
    #[command(flatten)]
    compare: Compare,
    /// Who reads the output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How logs are compared; the same for all commands that do.
#[derive(Args)]
pub(super) struct Compare {
    /// Report on what can be read of a log that is damaged or cut off.
    #[arg(long)]
    keep_going: bool,
    /// Take it as right that equal spawns were no hits: the second build had no cache to hit.
    #[arg(long)]
    ignore_misses: bool,
    /// Name so many spawns of each cause.
    #[arg(long, value_name = "N", default_value_t = Options::default().named)]
    named: usize,
}

impl Compare {
    pub fn options(&self) -> Options {
        Options {
            keep_going: self.keep_going,
            ignore_misses: self.ignore_misses,
            named: self.named,
        }
    }
}

impl Explain {
    pub fn run(self) -> Result<Verdict> {
        let explanation = parity::explain(&self.a, &self.b, &self.compare.options())?;
        match self.format {
            Format::Text => print(parity::text(&explanation))?,
            Format::Json => print(serde_json::to_string_pretty(&explanation)? + "\n")?,
        }
        Ok(Verdict::of(explanation.is_parity()))
    }
}
