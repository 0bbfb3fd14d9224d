//! The end-to-end tests: stories told with real Bazel, a real store and a real
//! executor. This file lists them and must not know what they say.

mod adopt;
mod cluster;
mod compilers;
mod container;
mod doctor;
mod drift;
mod explain;
mod extension;
mod faults;
mod features;
mod flake;
mod hostile;
mod image;
mod isolation;
mod java;
mod ondemand;
mod oracle;
mod parity;
mod report;
mod repository;
mod verify;

use std::sync::Arc;

use anyhow::{Result, ensure};
use camino::Utf8Path;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::execlog::Spawn;
use crate::lab::Lab;
use crate::parity::{Run, Verdict};
use crate::provision::Needs;
use crate::shell;

/// A story: what it is called and what is told.
type Story = (&'static str, fn(&Lab) -> Result<()>);

/// All of them, in the order in which they run.
const STORIES: &[&[Story]] = &[
    isolation::STORIES,
    repository::STORIES,
    oracle::STORIES,
    extension::STORIES,
    drift::STORIES,
    hostile::STORIES,
    parity::STORIES,
    explain::STORIES,
    verify::STORIES,
    report::STORIES,
    doctor::STORIES,
    adopt::STORIES,
    compilers::STORIES,
    java::STORIES,
    image::STORIES,
    container::STORIES,
    ondemand::STORIES,
    features::STORIES,
    faults::STORIES,
    flake::STORIES,
    cluster::STORIES,
];

/// What the stories that `filter` selects need, which their names say.
pub fn needs(filter: Option<&str>) -> Needs {
    let filter = filter.unwrap_or_default();
    let selected = |begins: &[&str]| {
        let names = STORIES.iter().copied().flatten().map(|(name, _)| *name);
        let mut selected = names.filter(|name| name.contains(filter));
        selected.any(|name| begins.iter().any(|begin| name.starts_with(begin)))
    };
    Needs {
        abseil: selected(&["abseil::"]),
        browser: selected(&["report::"]),
        compilers: selected(&["compilers::", "oracle::"]),
        debian: selected(&["container::"]),
        kubernetes: selected(&["cluster::"]),
    }
}

/// Runs the stories that `filter` selects, one after the other, in the lab that is
/// provisioned; gives whether all of them held.
pub fn run(lab: &Utf8Path, filter: Option<String>) -> Result<bool> {
    let lab = Arc::new(Lab::open(lab)?);
    let trials: Vec<Trial> = STORIES
        .iter()
        .copied()
        .flatten()
        .map(|&(name, story)| {
            let lab = Arc::clone(&lab);
            Trial::test(name, move || {
                // Progress lines begin below the test's name.
                eprintln!();
                story(&lab).map_err(|error| Failed::from(shell::explain(&error)))
            })
        })
        .collect();
    if let Some(filter) = &filter {
        let selected = |trial: &Trial| trial.name().contains(filter.as_str());
        let none = "no story has this in its name; `cargo xtask e2e` runs them all";
        ensure!(trials.iter().any(selected), "{filter:?}: {none}");
    }
    let arguments = Arguments {
        filter,
        // The machine is shared, and so is what a story leaves in it.
        test_threads: Some(1),
        ..Arguments::default()
    };
    Ok(!libtest_mimic::run(&arguments, trials).has_failed())
}

/// The flag that makes `name` of an environment's configuration the target platform, and so
/// chooses its compiler.
fn platform(environment: &str, name: &str) -> String {
    format!("--platforms=@local-remote-execution//generated-{environment}/config:{name}")
}

/// Asserts that `text` is in what was printed.
fn says(output: &str, text: &str) -> Result<()> {
    ensure!(output.contains(text), "{text:?} is not in:\n{output}");
    Ok(())
}

/// Asserts parity over more than `at_least` spawns, and shows the numbers.
fn assert_parity(verdict: &Verdict, at_least: usize) -> Result<()> {
    eprintln!("{verdict}");
    ensure!(verdict.problems.is_empty(), "not at parity:\n{verdict}");
    ensure!(
        verdict.spawns() > at_least,
        "{} spawns are too few to show anything; more than {at_least} were expected",
        verdict.spawns()
    );
    Ok(())
}

/// Asserts that there are spawns of a kind, and that all of them ask for an image.
fn asks(run: &Run, kind: impl Fn(&Spawn) -> bool, image: &str) -> Result<()> {
    let mut spawns = run.spawns.values().filter(|spawn| kind(spawn)).peekable();
    ensure!(spawns.peek().is_some(), "there are no spawns for {image}");
    for spawn in spawns {
        let asked = spawn.property("container-image");
        ensure!(
            asked.is_some_and(|asked| asked.starts_with(image)),
            "{} of {} asks for {asked:?} rather than {image}",
            spawn.mnemonic,
            spawn.target_label
        );
    }
    Ok(())
}
