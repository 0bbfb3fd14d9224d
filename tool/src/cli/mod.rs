//! The command line: one file for each command, each a short walk along the stages.
//! What the stages do is not decided here.

mod bazelrc;
mod doctor;
mod explain;
mod generate;
mod init;
mod manual;
mod print;
mod probe;
mod probe_inside;
mod publish;
mod report;
mod verify;
mod worker;

use std::process::ExitCode;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Parser, Subcommand, ValueEnum};

use self::print::print;
use crate::container::Container;
use crate::environment::PathPolicy;
use crate::input;
use crate::manifest::Manifest;
use crate::oci::Limits;
use crate::program::Interrupted;
use crate::properties::Wanted;
use crate::write::{Difference, State};
use lre_launch::runner::absolute_program;

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
    Init(init::Init),
    Generate(generate::Generate),
    Probe(probe::Probe),
    #[command(hide = true)]
    ProbeInside(probe_inside::ProbeInside),
    Bazelrc(bazelrc::Bazelrc),
    Doctor(doctor::Doctor),
    Publish(publish::Publish),
    Report(report::Report),
    Explain(explain::Explain),
    Verify(verify::Verify),
    #[command(subcommand)]
    Worker(worker::Worker),
    #[cfg(target_os = "linux")]
    Launch(lre_launch::action::Launch),
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
        self.manifest_with(None)
    }

    fn manifest_with(&self, container: Option<&Container>) -> Result<Manifest> {
        input::load(&self.files, container, &self.policy()?)
    }

    fn policy(&self) -> Result<PathPolicy> {
        PathPolicy::new(self.prefixes.clone())
    }
}

/// An environment that is a container image; the same for all commands that probe.
#[derive(Args)]
struct FromImage {
    /// A container image whose own tools make an environment: oci:PATH[:TAG],
    /// oci-archive:PATH[:TAG] or docker-archive:PATH[:TAG].
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// What workers call that image: NAME, NAME:TAG or NAME@sha256:…; else its own name, by
    /// digest where it has one.
    #[arg(long, value_name = "NAME", requires = "image")]
    image_name: Option<String>,
    #[command(flatten)]
    unpacked: Unpacked,
}

impl FromImage {
    fn container(&self) -> Option<Container> {
        Some(Container {
            reference: self.image.clone()?,
            name: self.image_name.clone(),
            limits: self.unpacked.limits(),
        })
    }
}

/// How much of an image is read; the same wherever one is.
#[derive(Args)]
struct Unpacked {
    /// The most bytes that an image which is read may unpack to.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().bytes)]
    max_unpacked_size: u64,
}

impl Unpacked {
    fn limits(&self) -> Limits {
        Limits {
            bytes: self.max_unpacked_size,
            ..Limits::default()
        }
    }
}

/// What platforms ask of workers, and these say of themselves; the same for both.
#[derive(Args)]
struct Own {
    /// Add an execution property to every platform and worker, winning over ours; may be
    /// repeated.
    #[arg(long = "exec-property", value_name = "NAME=VALUE", value_parser = property)]
    properties: Vec<(String, String)>,
    /// Ask for workers that fetch store paths when an action first names them, rather than for
    /// an image: of what CPU and operating system they are, and of which pool.
    #[arg(long)]
    on_demand: bool,
}

impl Own {
    fn wanted(&self) -> Wanted {
        Wanted {
            own: self.properties.iter().cloned().collect(),
            on_demand: self.on_demand,
        }
    }
}

fn property(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !text.contains(char::is_control) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write NAME=VALUE, on one line and with a name".to_owned()),
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

impl Verdict {
    /// Of a check that is so only where it is `good`.
    fn of(good: bool) -> Verdict {
        if good { Verdict::Good } else { Verdict::Bad }
    }
}

/// Prints in which lines the files of `out` differ from what they should be.
fn show_differences(out: &Utf8Path, differences: &[Difference]) -> Result<()> {
    for Difference { path, state, diff } in differences {
        match state {
            State::Extra => print(format_args!(
                "{}: this file should not be there\n",
                out.join(path)
            ))?,
            State::Missing | State::Changed => print(diff)?,
        }
    }
    if !differences.is_empty() {
        eprintln!("lre: {out} is stale; write it anew with the same command without --check");
    }
    Ok(())
}

impl Cli {
    /// Runs the command. Exit codes: 0 done, 1 the checked thing is not so, 2 wrong
    /// usage or input (clap's own for usage), 130 stopped by a signal, as shells say it.
    pub fn run(self) -> ExitCode {
        let result = match self.command {
            #[cfg(target_os = "linux")]
            Command::Launch(command) => return command.run(),
            Command::Init(command) => command.run(),
            Command::Generate(command) => command.run(),
            Command::Probe(command) => command.run(),
            Command::ProbeInside(command) => command.run(),
            Command::Bazelrc(command) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Publish(command) => command.run(),
            Command::Report(command) => command.run(),
            Command::Explain(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Worker(command) => command.run(),
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        };
        match result {
            Ok(Verdict::Good) => ExitCode::SUCCESS,
            Ok(Verdict::Bad) => ExitCode::from(1),
            Err(error) => {
                eprintln!("lre: {error:#}");
                ExitCode::from(if error.is::<Interrupted>() { 130 } else { 2 })
            }
        }
    }
}
