//! `cargo xtask`: everything a developer of this project runs. This file reads the
//! command line and must not know how anything is done.

mod bench;
mod caller;
mod cargo;
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
mod setup;
mod shell;
mod steps;
mod story;

use std::process::ExitCode;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Parser, Subcommand};

use lab::namespace::{self, Network};
use provision::Needs;
use setup::{Environments, SetUp};
use steps::Steps;

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
    Environments(Environments),
    Demo {
        #[arg(long)]
        quick: bool,
    },
    Lane {
        number: usize,
    },
    Bench(bench::What),
}

fn main() -> ExitCode {
    caller::set_umask();
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
            demo::announce(quick);
            let helper = cargo::quick_helper;
            in_lab(&demo::needs(quick), helper, nothing, |steps| {
                demo::run(quick, steps)
            })
        }
        Command::E2e { filter } => {
            let filter = filter.as_deref();
            e2e::check(filter)?;
            let needs = e2e::needs(filter);
            in_lab(&needs, cargo::helper, nothing, |steps| {
                stories(filter, steps)
            })
        }
        Command::Bench(what) => in_lab(&what.needs(), cargo::helper, nothing, |_| {
            let inside = ["inside".to_owned(), "bench".to_owned()];
            let words: Vec<String> = inside.into_iter().chain(what.args()).collect();
            namespace::enter(Network::Loopback, &words)
        }),
        Command::Test => {
            let needs = e2e::needs(None);
            in_lab(&needs, cargo::helper, checks::all, |steps| {
                stories(None, steps)
            })
        }
        Command::Reference { check } => reference::sync(check),
        Command::Releases { folder, url } => releases::write(&folder, &url).map(|()| true),
        Command::Clean => clean().map(|()| true),
        Command::Inside(inside) => dispatch_inside(inside, &checkout::lab()?),
    }
}

fn dispatch_inside(inside: Inside, lab: &Utf8Path) -> Result<bool> {
    match inside {
        Inside::Provision(needs) => provision::all(lab, &needs).map(|()| true),
        Inside::Environments(environments) => environments.make(lab).map(|()| true),
        Inside::Demo { quick } => demo::show(lab, quick),
        Inside::Lane { number } => e2e::teller::serve(lab, number).map(|()| true),
        Inside::Bench(what) => bench::show(lab, what),
    }
}

fn clean() -> Result<()> {
    let lab = checkout::lab()?;
    let _lock = checkout::lock(&lab)?;
    checkout::remove(&lab)
}

/// What is done while a lab is set up where nothing has to be.
fn nothing(_: &Steps) -> Result<bool> {
    Ok(true)
}

fn stories(filter: Option<&str>, steps: &Steps) -> Result<bool> {
    steps.take("stories", || e2e::run(filter))
}

/// Sets up a lab for `needs` with the `helper` and does `meanwhile`, then does `then` in it, unless what
/// is done meanwhile does not hold; ends with how long each step took.
fn in_lab(
    needs: &Needs,
    helper: fn() -> Result<Utf8PathBuf>,
    meanwhile: impl FnOnce(&Steps) -> Result<bool>,
    then: impl FnOnce(&Steps) -> Result<bool>,
) -> Result<bool> {
    namespace::check()?;
    let _lock = checkout::lock(&checkout::lab()?)?;
    let steps = Steps::start();
    let set_up = SetUp::start(needs, &steps)?;
    let held = meanwhile(&steps)? && {
        set_up.finish(helper)?;
        then(&steps)?
    };
    println!("{}", steps.table());
    Ok(held)
}
