//! The main job, told once for the demo and for the tests: a project built
//! remotely from A, then locally on A and on B against the same cache. It must not
//! know how a verdict is shown or asserted.

use std::thread;

use anyhow::{Result, anyhow, ensure};
use camino::{Utf8Path, Utf8PathBuf};

use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example, java_example};
use crate::lab::executor::Executor;
use crate::lab::store::Environment;
use crate::parity::{Filled, Run, Verdict, differences, judge};
use crate::provision::Need;

/// What the job is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Project {
    /// The project in examples/cpp, with its tests.
    Cpp,
    /// The project in examples/java, in Java and C++, with its tests.
    Java,
    /// All libraries of abseil-cpp that users may depend on.
    Abseil,
}

/// Builds `project` with `flags` three times: remotely from A on an executor that has
/// cached nothing, locally on A, locally on B.
pub fn remote_then_local(lab: &Lab, project: Project, flags: &[&str]) -> Result<Verdict> {
    remote_then_local_on(lab, &lab.worker.start()?, project, flags)
}

/// As [`remote_then_local`], on an `executor` that has cached nothing of it.
pub fn remote_then_local_on(
    lab: &Lab,
    executor: &Executor,
    project: Project,
    flags: &[&str],
) -> Result<Verdict> {
    if project == Project::Abseil {
        lab.takes(Need::Abseil)?;
    }
    let (a, b) = on_both(lab, &folder(lab, project), &lab.store.main)?;
    let libraries;
    let mut args = vec!["test"];
    args.extend(flags);
    match project {
        Project::Cpp | Project::Java => args.push("//..."),
        Project::Abseil => {
            args[0] = "build";
            libraries = abseil_libraries(&a)?;
            args.extend(libraries.iter().map(String::as_str));
        }
    }
    Ok(judge(Filled::Remotely, &three_on(executor, &a, &b, &args)?))
}

/// Builds `project` without a cache on the worker, on A and on B; asserts that more than
/// `at_least` shared spawns made the same files everywhere.
pub fn same_bytes(lab: &Lab, project: Project, at_least: usize) -> Result<()> {
    let (a, b) = on_both(lab, &folder(lab, project), &lab.store.main)?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    // Without a cache there are no digests in the log; this one is empty.
    let disk = "--disk_cache=/tmp/empty-disk-cache";
    let build = |machine: &Workspace<'_>, name: &str, flag: &str| {
        machine.record(name, &with(&["build", "//..."], &[flag]))
    };
    let one = build(&a, "remote on A", &remote)?;
    ensure!(
        one.shared()
            .all(|(_, spawn)| !spawn.actual_outputs.is_empty()),
        "the log of {} has spawns without outputs, so that there is nothing to compare",
        one.name
    );
    for other in [
        build(&a, "local on A", disk)?,
        build(&b, "local on B", disk)?,
    ] {
        let differences = differences(&one, &other);
        ensure!(differences.is_empty(), "{}", differences.join("\n"));
    }
    let spawns = one.shared().count();
    ensure!(
        spawns > at_least,
        "{spawns} spawns are too few to show anything"
    );
    Ok(())
}

/// The project checked out on both machines, each in `environment`.
pub fn on_both<'lab>(
    lab: &'lab Lab,
    project: &Utf8Path,
    environment: &Environment,
) -> Result<(Workspace<'lab>, Workspace<'lab>)> {
    Ok((
        Workspace::set_up(lab, &lab.a, project, environment)?,
        Workspace::set_up(lab, &lab.b, project, environment)?,
    ))
}

/// What [`judge`] says of [`three`] runs.
pub fn three_runs(
    lab: &Lab,
    a: &Workspace<'_>,
    b: &Workspace<'_>,
    args: &[&str],
) -> Result<Verdict> {
    Ok(judge(Filled::Remotely, &three(lab, a, b, args)?))
}

/// Runs `args` (a command of Bazel's, flags and targets) remotely from `a`, then
/// locally on `a` and on `b`, at the same time, against what that left in the executor's cache.
pub fn three(lab: &Lab, a: &Workspace<'_>, b: &Workspace<'_>, args: &[&str]) -> Result<[Run; 3]> {
    three_on(&lab.worker.start()?, a, b, args)
}

/// As [`three`], on an `executor` that has cached nothing of it.
pub fn three_on(
    executor: &Executor,
    a: &Workspace<'_>,
    b: &Workspace<'_>,
    args: &[&str],
) -> Result<[Run; 3]> {
    let remote = executor.remote_flag();
    let cache = executor.cache_flag();
    let local = with(args, &local(&cache));
    let remote = a.record("remote on A", &with(args, &[&remote]))?;
    let (on_a, on_b) = thread::scope(|scope| {
        let on_b = scope.spawn(|| b.record("local on B", &local));
        (a.record("local on A", &local), on_b.join())
    });
    let on_b = on_b.map_err(|_| anyhow!("the run on B panicked"))?;
    Ok([remote, on_a?, on_b?])
}

/// Flags of a local run against an executor's cache, which takes no results that were
/// made elsewhere.
pub fn local(cache: &str) -> [&str; 2] {
    [cache, "--noremote_upload_local_results"]
}

/// `args` with the configuration of `.bazelrc.lre` and `flags` behind the command.
pub fn with<'a>(args: &[&'a str], flags: &[&'a str]) -> Vec<&'a str> {
    [&args[..1], &["--config=lre"], flags, &args[1..]].concat()
}

/// Where `project` is.
pub fn folder(lab: &Lab, project: Project) -> Utf8PathBuf {
    match project {
        Project::Cpp => example(),
        Project::Java => java_example(),
        Project::Abseil => lab.dir.join("abseil"),
    }
}

/// All libraries of abseil that users may depend on; `a` has it checked out.
pub fn abseil_libraries(a: &Workspace<'_>) -> Result<Vec<String>> {
    let all = "@abseil-cpp//absl/...";
    let query = format!("kind('cc_library', {all}) except attr(testonly, 1, {all})");
    let printed = a.bazel(&["query", "--config=lre", &query])?;
    Ok(printed
        .lines()
        .filter(|line| line.starts_with('@'))
        .map(str::to_owned)
        .collect())
}
