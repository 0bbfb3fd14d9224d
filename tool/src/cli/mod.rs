//! The command line: one file for each command, each a short walk along the stages.
//! What the stages do is not decided here.

mod bazelrc;
mod generate;
mod manual;
mod probe;
mod worker;

use std::process::ExitCode;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::environment::PathPolicy;
use crate::input;
use crate::manifest::Manifest;

/// Makes Bazel toolchains, platforms and flags out of a Nix toolchain environment, so
/// that local and remote builds have the same action digests.
#[derive(Parser)]
#[command(name = "lre", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Generate(generate::Generate),
    Probe(probe::Probe),
    Bazelrc(bazelrc::Bazelrc),
    #[command(subcommand)]
    Worker(worker::Worker),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// Where the environments come from; the same for all commands.
#[derive(Args)]
struct Input {
    /// An environment (a list of KEY=value, an OCI image configuration or lre's own JSON
    /// form) or a manifest; may be repeated. Without it: the embedded reference.
    #[arg(long = "env", value_name = "FILE")]
    files: Vec<Utf8PathBuf>,
    /// Admit paths below PREFIX besides those of the Nix store; may be repeated.
    #[arg(long = "allow-path-prefix", value_name = "PREFIX")]
    prefixes: Vec<Utf8PathBuf>,
}

impl Input {
    fn manifest(&self) -> Result<Manifest> {
        input::load(&self.files, &self.policy()?)
    }

    fn policy(&self) -> Result<PathPolicy> {
        PathPolicy::new(self.prefixes.clone())
    }
}

/// Who reads the output.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A person.
    #[default]
    Text,
    /// A program.
    Json,
}

/// Whether the thing that was checked is so.
enum Verdict {
    Good,
    Bad,
}

impl Cli {
    /// Runs the command. Exit codes: 0 done, 1 the checked thing is not so, 2 wrong
    /// usage or input (clap's own for usage).
    pub fn run(self) -> ExitCode {
        let result = match self.command {
            Command::Generate(command) => command.run(),
            Command::Probe(command) => command.run(),
            Command::Bazelrc(command) => command.run(),
            Command::Worker(command) => command.run(),
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        };
        match result {
            Ok(Verdict::Good) => ExitCode::SUCCESS,
            Ok(Verdict::Bad) => ExitCode::from(1),
            Err(error) => {
                eprintln!("lre: {error:#}");
                ExitCode::from(2)
            }
        }
    }
}
