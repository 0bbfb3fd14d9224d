//! `lre verify`: parity of a workspace, proved with real builds. It turns words into a request and the
//! verdict into files; what a verdict is, is not decided here.

use std::env;
use std::fs;

use anyhow::{Context, Result, anyhow};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::print::print;
use super::{Format, Verdict};
use crate::program::Interrupts;
use crate::verify::{self, Named, Request};

/// Prove parity: build remotely, then locally from the cache, and compare every action
#[derive(Args)]
pub struct Verify {
    /// What to build, as Bazel takes it.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
    /// The workers that build first. Without it, and without --remote_cache, what rc files and
    /// flags say.
    #[arg(long = "remote_executor", value_name = "ADDRESS")]
    executor: Option<String>,
    /// The cache that both builds share; where there are workers, theirs.
    #[arg(long = "remote_cache", value_name = "ADDRESS")]
    cache: Option<String>,
    /// Share a disk cache of its own, whatever rc files say: digests and reuse on this machine only.
    #[arg(long, conflicts_with_all = ["executor", "cache"])]
    disk_cache: bool,
    /// Run tests as well.
    #[arg(long)]
    test: bool,
    /// Leave out the --config that .bazelrc.lre is written for.
    #[arg(long)]
    no_config: bool,
    /// Bazel, or what stands in for it.
    #[arg(long, value_name = "PROGRAM", default_value = "bazel")]
    bazel: String,
    /// Where its output bases and logs are, which stay then; else in a folder of the user's cache that
    /// is removed.
    #[arg(long, value_name = "DIR")]
    output_base: Option<Utf8PathBuf>,
    /// How the verdict is printed.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the verdict as JSON, too.
    #[arg(long, value_name = "FILE")]
    json: Option<Utf8PathBuf>,
    /// Write the verdict as JUnit XML, too.
    #[arg(long, value_name = "FILE")]
    junit: Option<Utf8PathBuf>,
    /// Flags of Bazel's for both builds.
    #[arg(last = true, value_name = "BAZEL FLAGS")]
    flags: Vec<String>,
}

impl Verify {
    pub fn run(self) -> Result<Verdict> {
        let folder = env::current_dir().context("there is no current folder")?;
        let reports = Reports {
            json: self.json,
            junit: self.junit,
        };
        let request = Request {
            bazel: self.bazel,
            folder: Utf8PathBuf::try_from(folder)?,
            test: self.test,
            targets: self.targets,
            flags: self.flags,
            configuration: !self.no_config,
            shared: Named {
                executor: self.executor,
                cache: self.cache,
                disk_cache: self.disk_cache,
            },
            keep: self.output_base,
        };
        let interrupts = Interrupts::listen()?;
        reports.begin()?;
        let verdict = verify::verify(&request, &interrupts);
        let written = reports.end(&verdict);
        let verdict = verdict?;
        written?;
        match self.format {
            Format::Text => print(verdict.text())?,
            Format::Json => print(json(&verdict)?)?,
        }
        Ok(Verdict::of(verdict.parity))
    }
}

/// The files that are asked for. At no time do they say what an earlier run found.
struct Reports {
    json: Option<Utf8PathBuf>,
    junit: Option<Utf8PathBuf>,
}

impl Reports {
    /// Before there is a verdict, and in case that this process is killed.
    fn begin(&self) -> Result<()> {
        if let Some(path) = self.json.as_deref().filter(|path| path.is_file()) {
            // What a link names, `/dev/stdout` for one, is the user's choice and stays.
            let emptied = match path.is_symlink() {
                true => fs::write(path, ""),
                false => fs::remove_file(path),
            };
            emptied.with_context(|| format!("cannot remove the old {path}"))?;
        }
        // To a pipe or a terminal, one document goes.
        let junit = self.junit.as_deref();
        if let Some(path) = junit.filter(|path| path.is_file() || !path.exists()) {
            write(path, &verify::junit(Err(&anyhow!("not finished")))?)?;
        }
        Ok(())
    }

    /// Once it is known whether there is one.
    fn end(&self, verdict: &Result<verify::Verdict>) -> Result<()> {
        if let Some(path) = &self.junit {
            write(path, &verify::junit(verdict.as_ref())?)?;
        }
        if let (Some(path), Ok(verdict)) = (&self.json, verdict) {
            write(path, &json(verdict)?)?;
        }
        Ok(())
    }
}

fn json(verdict: &verify::Verdict) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(verdict)?))
}

fn write(path: &Utf8Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {path}"))
}
