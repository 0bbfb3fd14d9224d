//! `lre bazelrc`: `.bazelrc.lre`. It turns the user's paths into absolute ones
//! and leaves the flags to rendering.

use anyhow::{Context, Result, bail};
use camino::{Utf8PathBuf, absolute_utf8};
use clap::Args;

use super::{Input, Verdict};
use crate::render::{self, BAZELRC_MARKER, Source};
use crate::write;

/// Write .bazelrc.lre, the flags that parity needs
#[derive(Args)]
pub struct Bazelrc {
    #[command(flatten)]
    input: Input,
    /// Let the flags take effect with --config=PREFIX only.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// The helper that the repository rule is to call, rather than finding one itself.
    #[arg(long, value_name = "PATH")]
    tool: Option<Utf8PathBuf>,
    /// Where to write; `-` is standard output.
    #[arg(long, value_name = "FILE", default_value = ".bazelrc.lre")]
    out: Utf8PathBuf,
}

impl Bazelrc {
    pub fn run(self) -> Result<Verdict> {
        let manifest = self.input.manifest()?;
        let absolute = |path: &Utf8PathBuf| {
            absolute_utf8(path).with_context(|| format!("{path}: cannot make it absolute"))
        };
        let files: Vec<_> = self
            .input
            .files
            .iter()
            .map(absolute)
            .collect::<Result<_>>()?;
        if let Some(prefix) = &self.prefix {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if prefix.is_empty() || !prefix.chars().all(plain) {
                bail!("--prefix {prefix:?}: a config name is letters, digits, '-', '_' and '.'");
            }
        }
        let options = render::Bazelrc {
            source: (!files.is_empty()).then_some(Source { files }),
            tool: self.tool.as_ref().map(absolute).transpose()?,
            prefix: self.prefix,
        };
        let text = render::bazelrc(&manifest, &options);
        if self.out == "-" {
            print!("{text}");
        } else {
            write::replace_file(&self.out, &text, BAZELRC_MARKER)?;
        }
        Ok(Verdict::Good)
    }
}
