//! `cargo xtask`: everything a developer of this project runs. This file reads the
//! command line and must not know how anything is done.

mod bench;
mod checkout;
mod checks;
mod demo;
mod e2e;
mod execlog;
mod lab;
mod parity;
mod provision;
mod reference;
mod releases;
mod shell;
mod story;

use std::process::ExitCode;

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::{Parser, Subcommand};

use lab::namespace::{self, Network};
use provision::Needs;

/// Everything a developer of lre runs.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set up a lab and show parity on abseil-cpp and an example: built remotely, then from the
    /// cache on two developers' machines.
    Demo {
        /// The example alone.
        #[arg(long)]
        quick: bool,
    },
    /// Set up a lab and run the end-to-end tests.
    E2e {
        /// Only tests whose name contains this.
        filter: Option<String>,
    },
    /// Set up a lab and print how long the helper takes, against other things timed in the same
    /// run, and how much memory, beside the goals (docs/performance.md).
    Bench(bench::What),
    /// Run every check and every test, fast ones first.
    Test,
    /// Write generated-cc/ and generated-java/ anew from the helper's reference.
    Reference {
        /// Only say whether they are what the helper makes.
        #[arg(long)]
        check: bool,
    },
    /// Write lre/releases.bzl from the binaries of a release.
    Releases {
        /// The folder with the binaries, `lre-TARGET` each.
        folder: Utf8PathBuf,
        /// Where users will download them from.
        #[arg(long)]
        url: String,
    },
    /// Remove the lab.
    Clean,
    /// The part of a command that runs in namespaces of its own.
    #[command(subcommand, hide = true)]
    Inside(Inside),
}

#[derive(Debug, Subcommand)]
enum Inside {
    Provision(Needs),
    Demo {
        #[arg(long)]
        quick: bool,
    },
    E2e {
        filter: Option<String>,
    },
    Bench(bench::What),
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", shell::explain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Runs a command; gives whether what it checks is so.
fn dispatch(command: Command) -> Result<bool> {
    match command {
        Command::Demo { quick } => {
            let quick = if quick { &["--quick"][..] } else { &[] };
            let needs = Needs {
                abseil: quick.is_empty(),
                ..Needs::default()
            };
            in_lab(needs, &[&["inside", "demo"], quick].concat())
        }
        Command::E2e { filter } => e2e(filter.as_deref()),
        Command::Bench(what) => {
            let args = what.args();
            let args = args.iter().map(String::as_str);
            in_lab(
                what.needs(),
                &["inside", "bench"]
                    .into_iter()
                    .chain(args)
                    .collect::<Vec<_>>(),
            )
        }
        Command::Test => Ok(checks::all()? && e2e(None)?),
        Command::Reference { check } => reference::sync(check),
        Command::Releases { folder, url } => releases::write(&folder, &url).map(|()| true),
        Command::Clean => clean().map(|()| true),
        Command::Inside(Inside::Provision(needs)) => {
            provision::all(&checkout::lab()?, needs).map(|()| true)
        }
        Command::Inside(Inside::Demo { quick }) => demo::show(&checkout::lab()?, quick),
        Command::Inside(Inside::Bench(what)) => bench::show(&checkout::lab()?, what),
        Command::Inside(Inside::E2e { filter }) => e2e::run(&checkout::lab()?, filter),
    }
}

fn clean() -> Result<()> {
    let lab = checkout::lab()?;
    let _lock = checkout::lock(&lab)?;
    checkout::remove(&lab)
}

fn e2e(filter: Option<&str>) -> Result<bool> {
    let args: Vec<&str> = ["inside", "e2e"].into_iter().chain(filter).collect();
    in_lab(e2e::needs(filter), &args)
}

/// Provisions the lab, then runs this program again with `args` where it can reach
/// nothing but the lab.
fn in_lab(needs: Needs, args: &[&str]) -> Result<bool> {
    namespace::check()?;
    let _lock = checkout::lock(&checkout::lab()?)?;
    let provision: Vec<&str> = ["inside", "provision"]
        .into_iter()
        .chain(needs.args())
        .collect();
    Ok(
        namespace::enter(Network::Shared, &provision)?
            && namespace::enter(Network::Loopback, args)?,
    )
}
