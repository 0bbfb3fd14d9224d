//! The main job, told once for the demo and for the tests: a project built
//! remotely from A, then locally on A and on B against the same cache. It must not
//! know how a verdict is shown or asserted.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::parity::{Filled, Verdict, judge};

/// The project checked out on both machines, each in the main environment.
pub fn on_both<'lab>(
    lab: &'lab Lab,
    project: &Utf8Path,
) -> Result<(Workspace<'lab>, Workspace<'lab>)> {
    let environment = &lab.store.main;
    Ok((
        Workspace::set_up(lab, &lab.a, project, environment)?,
        Workspace::set_up(lab, &lab.b, project, environment)?,
    ))
}

/// Runs `args` (a command of Bazel's, flags and targets) three times: remotely from
/// `a` on an executor that knows nothing, locally on `a`, locally on `b`.
pub fn remote_then_local(
    lab: &Lab,
    a: &Workspace<'_>,
    b: &Workspace<'_>,
    args: &[&str],
) -> Result<Verdict> {
    let executor = lab.worker.start()?;
    let remote = format!("--remote_executor={}", executor.address());
    let cache = format!("--remote_cache={}", executor.address());
    let runs = [
        a.record("remote on A", &with(args, &[&remote]))?,
        a.record("local on A", &with(args, &local(&cache)))?,
        b.record("local on B", &with(args, &local(&cache)))?,
    ];
    Ok(judge(Filled::Remotely, &runs))
}

/// Flags of a local run against a cache that takes no results from outside.
pub fn local(cache: &str) -> [&str; 2] {
    [cache, "--noremote_upload_local_results"]
}

/// `args` with `flags` behind the command.
pub fn with<'a>(args: &[&'a str], flags: &[&'a str]) -> Vec<&'a str> {
    [&args[..1], &["--config=lre"], flags, &args[1..]].concat()
}

/// Labels of all libraries of abseil that users may depend on.
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

/// Where the workspace with abseil is.
pub fn abseil(lab: &Utf8Path) -> Utf8PathBuf {
    lab.join("abseil")
}
