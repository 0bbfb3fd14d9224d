//! `lre doctor`: a line for each check with its mend. It shows, and decides nothing.

use std::env;
use std::time::Duration;

use anyhow::{Context, Result};
use camino::{Utf8PathBuf, absolute_utf8};
use clap::Args;

use super::print::print;
use super::{Format, Input, Unpacked, Verdict};
use crate::doctor::{self, Options, Place, Report};

/// Say what keeps builds of this workspace from parity, and how it is mended
#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    input: Input,
    /// Do what is safe, and say what was done: write .bazelrc.lre anew, add the line that imports it to
    /// .bazelrc and the one that keeps it out of git to .gitignore.
    #[arg(long)]
    fix: bool,
    /// Who reads the output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A configuration that is on in the builds that are meant; may be repeated.
    #[arg(long = "config", value_name = "NAME")]
    configs: Vec<String>,
    /// The endpoint to ask, where no rc file names it.
    #[arg(long = "remote_executor", value_name = "URL")]
    executor: Option<String>,
    /// How long a probe action may take there, from when it is sent.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    action_limit: u64,
    /// A worker's image, an OCI layout of `lre worker image`, to look whether it has what is asked for.
    #[arg(long, value_name = "DIR")]
    image: Option<Utf8PathBuf>,
    /// All store paths that belong into the image, one a line; without it Nix is asked.
    #[arg(long, value_name = "FILE", requires = "image")]
    closure: Option<Utf8PathBuf>,
    #[command(flatten)]
    unpacked: Unpacked,
    /// Bazel's program.
    #[arg(long, value_name = "PATH", default_value = "bazel")]
    bazel: Utf8PathBuf,
}

impl Doctor {
    pub fn run(self) -> Result<Verdict> {
        let here = env::current_dir().context("there is no current folder")?;
        let here = Utf8PathBuf::try_from(here)?;
        let options = self.options()?;
        let variables = || {
            let pairs = env::vars_os();
            pairs.filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
        };
        let look = || Place::around(&here, variables().collect(), options.clone());
        let mut place = look();
        let mut fixed = Vec::new();
        if self.fix {
            fixed = doctor::fix(&place)?;
            place = look();
        }
        let is_text = matches!(self.format, Format::Text);
        if is_text {
            for done in &fixed {
                print(format_args!("fixed    {done}\n"))?;
            }
        }
        let mut shown = Ok(());
        let checks = doctor::examine(&place, |check| {
            if is_text && shown.is_ok() {
                shown = print(check.text());
            }
        })?;
        shown?;
        let report = Report::new(fixed, checks);
        if !is_text {
            print(serde_json::to_string_pretty(&report)? + "\n")?;
        }
        Ok(Verdict::of(report.ok))
    }

    fn options(&self) -> Result<Options> {
        let absolute = |path: &Utf8PathBuf| {
            absolute_utf8(path).with_context(|| format!("{path}: no absolute path"))
        };
        // A name without a slash is looked for on PATH.
        let bazel = match self.bazel.as_str().contains('/') {
            true => absolute(&self.bazel)?,
            false => self.bazel.clone(),
        };
        Ok(Options {
            files: self
                .input
                .files
                .iter()
                .map(absolute)
                .collect::<Result<_>>()?,
            policy: self.input.policy()?,
            configs: self.configs.clone(),
            executor: self.executor.clone(),
            action_limit: Duration::from_secs(self.action_limit),
            image: self.image.clone(),
            closure: self.closure.clone(),
            limits: self.unpacked.limits(),
            bazel,
        })
    }
}
