//! Stories in which nothing is wrong: whatever order, mode or machine, each action
//! has one digest. They must not know how the digests come about.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Story, asks, assert_parity};
use crate::execlog::Spawn;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example, generator_example};
use crate::lab::webcache::WebCache;
use crate::parity::{Filled, judge};
use crate::story::{self, Project};

pub const STORIES: &[Story] = &[
    ("example::remote_then_local_on_a_and_b", remote_then_local),
    ("example::optimised_and_debug_modes", modes),
    ("example::local_then_remote", local_then_remote),
    ("example::local_on_a_then_local_on_b", local_then_local),
    ("example::the_same_bytes_without_a_cache", same_bytes),
    ("example::a_toolchain_of_ones_own", own_toolchain),
    ("abseil::remote_then_local_on_a_and_b", abseil),
];

/// Given a project with tests, when A builds it remotely, then it and B find every
/// action in the cache.
fn remote_then_local(lab: &Lab) -> Result<()> {
    let verdict = story::remote_then_local(lab, Project::Cpp, &[])?;
    assert_parity(&verdict, 60)
}

/// The same in the other compilation modes.
fn modes(lab: &Lab) -> Result<()> {
    for mode in ["opt", "dbg"] {
        let verdict = story::remote_then_local(lab, Project::Cpp, &["-c", mode])?;
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
    let remote = executor.remote_flag();
    let disk = "--disk_cache=/tmp/disk-cache";
    let local = a.record("local on A", &story::with(&["test", "//..."], &[disk]))?;
    let remote = a.record(
        "remote on A",
        &story::with(&["test", "//..."], &[disk, &remote]),
    )?;
    assert_parity(&judge(Filled::Locally, &[local, remote]), 60)
}

/// Given a web server for cache, when A builds the project locally, then B finds every action
/// there, and nobody needs an executor.
fn local_then_local(lab: &Lab) -> Result<()> {
    let (a, b) = story::on_both(lab, &example(), &lab.store.main)?;
    let cache = WebCache::start(&lab.a)?;
    let flag = cache.flag();
    let args = story::with(&["test", "//..."], &[&flag]);
    let runs = [
        a.record("local on A", &args)?,
        b.record("local on B", &args)?,
    ];
    assert_parity(&judge(Filled::Locally, &runs), 60)
}

/// Given no cache at all, when the worker, A and B build it, then they run the same actions
/// and make the same files, byte for byte.
fn same_bytes(lab: &Lab) -> Result<()> {
    story::same_bytes(lab, Project::Cpp, 60)
}

/// Given a code generator in the environment, and a toolchain and a rule for it in the project,
/// then what it generates is generated once, by that very store path, for all.
fn own_toolchain(lab: &Lab) -> Result<()> {
    let (a, b) = story::on_both(lab, &generator_example(), lab.store.generator()?)?;
    let runs = story::three(lab, &a, &b, &["test", "//..."])?;
    let generate = |spawn: &&Spawn| spawn.mnemonic == "Re2c";
    let spawn = runs[2]
        .spawns
        .values()
        .find(generate)
        .context("nothing was generated")?;
    let document: Value = serde_json::from_str(&a.machine.read(&lab.store.generator()?.manifest)?)?;
    let declared = document["environments"]["cc"]["env"]["RE2C"].as_str();
    let called = spawn.command_args.first().map(String::as_str);
    ensure!(
        called == declared && called.is_some(),
        "{called:?} was called, not {declared:?}"
    );
    asks(
        &runs[2],
        |spawn| spawn.mnemonic == "Re2c",
        "docker://lre-cc:",
    )?;
    assert_parity(&judge(Filled::Remotely, &runs), 5)
}

/// Given software that no one here wrote, when A builds it remotely, then it and B
/// find every action in the cache.
fn abseil(lab: &Lab) -> Result<()> {
    let verdict = story::remote_then_local(lab, Project::Abseil, &[])?;
    // 340 without the headers, which abseil asks to have parsed one by one.
    assert_parity(&verdict, 500)
}
