//! Stories in which nothing is wrong: whatever order, mode or machine, each action
//! has one digest. They must not know how the digests come about.

use anyhow::Result;

use super::{Story, assert_parity};
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::parity::{Filled, judge};
use crate::story;

pub const STORIES: &[Story] = &[
    ("example::remote_then_local_on_a_and_b", remote_then_local),
    ("example::optimised_and_debug_modes", modes),
    ("example::local_then_remote", local_then_remote),
    ("abseil::remote_then_local_on_a_and_b", abseil),
];

/// Given a project with tests, when A builds it remotely, then it and B find every
/// action in the cache.
fn remote_then_local(lab: &Lab) -> Result<()> {
    let (a, b) = story::on_both(lab, &example())?;
    let verdict = story::remote_then_local(lab, &a, &b, &["test", "//..."])?;
    assert_parity(&verdict, 60)
}

/// The same in the other compilation modes.
fn modes(lab: &Lab) -> Result<()> {
    let (a, b) = story::on_both(lab, &example())?;
    for mode in ["opt", "dbg"] {
        let verdict = story::remote_then_local(lab, &a, &b, &["test", "-c", mode, "//..."])?;
        assert_parity(&verdict, 60)?;
    }
    Ok(())
}

/// Given a cache that a local build filled, when the project is built with a remote
/// executor, then nothing is left to execute.
///
/// Results go from one to the other through a disk cache: the executor takes none
/// that were made elsewhere.
fn local_then_remote(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let executor = lab.worker.start()?;
    let remote = format!("--remote_executor={}", executor.address());
    let disk = "--disk_cache=/tmp/disk-cache";
    let local = a.record("local on A", &story::with(&["test", "//..."], &[disk]))?;
    let remote = a.record(
        "remote on A",
        &story::with(&["test", "//..."], &[disk, &remote]),
    )?;
    assert_parity(&judge(Filled::Locally, &[local, remote]), 60)
}

/// Given software that no one here wrote, when A builds it remotely, then it and B
/// find every action in the cache.
fn abseil(lab: &Lab) -> Result<()> {
    let project = story::abseil(&lab.dir);
    let (a, b) = story::on_both(lab, &project)?;
    let libraries = story::abseil_libraries(&a)?;
    let mut args = vec!["build"];
    args.extend(libraries.iter().map(String::as_str));
    let verdict = story::remote_then_local(lab, &a, &b, &args)?;
    assert_parity(&verdict, 300)
}
