//! `lre completions` and `lre man`: what clap knows of the command line, for shells
//! and for readers. Nothing is described here that clap does not know.

use std::fs;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::print::print;
use super::{Cli, Verdict};

/// Print completions for a shell
#[derive(Args)]
pub struct Completions {
    /// The shell that reads them.
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<Verdict> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "lre", &mut script);
        print(String::from_utf8(script)?)?;
        Ok(Verdict::Good)
    }
}

/// Write the manual pages, one for each command
#[derive(Args)]
pub struct Man {
    /// The folder to write them to.
    #[arg(long, value_name = "DIR")]
    out: Utf8PathBuf,
}

impl Man {
    pub fn run(self) -> Result<Verdict> {
        fs::create_dir_all(&self.out)
            .with_context(|| format!("{}: cannot make this folder", self.out))?;
        clap_mangen::generate_to(Cli::command(), &self.out)
            .with_context(|| format!("{}: cannot write the manual pages", self.out))?;
        Ok(Verdict::Good)
    }
}
