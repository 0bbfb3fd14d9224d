//! The end-to-end tests: stories told with real Bazel, a real store and a real
//! executor. This file lists them and must not know what they say.

mod adopt;
mod board;
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
mod lanes;
mod needs;
mod ondemand;
mod oracle;
mod parity;
mod plan;
mod report;
mod repository;
pub mod teller;
mod verify;

use std::sync::Arc;
use std::thread;

use anyhow::{Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::execlog::Spawn;
use crate::lab::Lab;
use crate::parity::{Run, Verdict};
use crate::provision::{Need, Needs};

use self::board::Board;

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
    let selected: Vec<&str> = groups(filter).into_iter().flatten().collect();
    let many = (selected.len() > FEW).then_some(Need::Classes);
    let needs = selected.iter().flat_map(|name| needs::of(name).iter());
    needs.chain(many).collect()
}

/// How many stories start too few servers for an archive of their classes to pay.
const FEW: usize = 5;

/// The names of the stories that `filter` selects, by group.
fn groups(filter: Option<&str>) -> Vec<Vec<&'static str>> {
    let filter = filter.unwrap_or_default();
    let selected = |group: &&[Story]| {
        let names = group.iter().map(|(name, _)| *name);
        names.filter(|name| name.contains(filter)).collect()
    };
    STORIES.iter().map(selected).collect()
}

/// Says where `filter` selects no story.
pub fn check(filter: Option<&str>) -> Result<()> {
    ensure!(
        groups(filter).iter().any(|group| !group.is_empty()),
        "{:?}: no story has this in its name; `cargo xtask e2e` runs them all",
        filter.unwrap_or_default()
    );
    Ok(())
}

/// Tells the stories that `filter` selects, in the lab that is provisioned, on as many lanes as there
/// are processors, up to [`LANES`]; gives whether all of them held. They are reported in the
/// order in which they are listed, then once more by how long they took.
pub fn run(filter: Option<&str>) -> Result<bool> {
    let groups = groups(filter);
    let names: Vec<&'static str> = groups.iter().flatten().copied().collect();
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    let lanes = lanes.min(LANES).min(names.len());
    let board = Arc::new(Board::new(groups));
    let lanes: Vec<_> = (1..=lanes)
        .map(|number| {
            let board = Arc::clone(&board);
            thread::spawn(move || board.work(number))
        })
        .collect();
    let trials = names.iter().map(|&name| {
        let board = Arc::clone(&board);
        Trial::test(name, move || match board.wait(name).failure {
            Some(failure) => Err(Failed::from(failure)),
            None => Ok(()),
        })
    });
    let arguments = Arguments {
        // A trial is a report: it waits for its story, and reports come in order.
        test_threads: Some(1),
        ..Arguments::default()
    };
    let held = !libtest_mimic::run(&arguments, trials.collect()).has_failed();
    for lane in lanes {
        ensure!(lane.join().is_ok(), "a lane's thread panicked");
    }
    println!("{}", board.table());
    Ok(held)
}

/// How many lanes there are at most: each has machines in memory, with a Bazel for each checkout.
const LANES: usize = 2;

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
