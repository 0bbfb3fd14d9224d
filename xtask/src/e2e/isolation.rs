//! Stories about the lab itself: that what it shows was not shown by luck. They must
//! not know what is built in it.

use std::fs;

use anyhow::{Context, Result, ensure};
use camino::Utf8Path;

use super::Story;
use crate::lab::Lab;

pub const STORIES: &[Story] = &[
    ("lab::reaches_no_network", no_network),
    (
        "lab::worker_holds_the_executor_and_nothing_else",
        stripped_worker,
    ),
    (
        "lab::machines_share_the_store_alone",
        machines_share_nothing,
    ),
];

/// Given the namespace in which everything runs, then its only interface is the
/// loopback, so that nothing was downloaded while building.
fn no_network(_lab: &Lab) -> Result<()> {
    let devices = fs::read_to_string("/proc/net/dev")?;
    // Two lines of headings, then a line for each interface.
    let names: Vec<&str> = devices
        .lines()
        .skip(2)
        .filter_map(|line| line.split(':').next())
        .map(str::trim)
        .collect();
    ensure!(names == ["lo"], "interfaces: {names:?}");
    Ok(())
}

/// Given the worker's root, then beside the executor, the store and what the kernel
/// gives there are the three paths that docs/worker.md asks for.
fn stripped_worker(lab: &Lab) -> Result<()> {
    let mut found = Vec::new();
    list(&lab.worker.root, &lab.worker.root, &mut found)?;
    found.sort();
    ensure!(
        found == ["bin/bash", "bin/sh", "etc/passwd", "usr/bin/env"],
        "files of the worker: {found:?}"
    );
    Ok(())
}

fn list(root: &Utf8Path, folder: &Utf8Path, found: &mut Vec<String>) -> Result<()> {
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        let path = entry.path().strip_prefix(root)?;
        if matches!(
            path.as_str(),
            "nix" | "proc" | "dev" | "tmp" | "opt/justbuild"
        ) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(root, entry.path(), found)?;
        } else {
            found.push(path.to_string());
        }
    }
    Ok(())
}

/// Given a file that A's user writes to places that both machines have, then B has no
/// such file; and neither can change the store.
fn machines_share_nothing(lab: &Lab) -> Result<()> {
    for path in [
        "/tmp/mark",
        "/var/tmp/mark",
        "/home/mark",
        "/opt/mark",
        "/dev/shm/mark",
    ] {
        lab.a.write(path, "A was here")?;
        ensure!(!lab.b.path(path).exists(), "B sees A's {path}");
        let worker = lab.worker.root.join(path.trim_start_matches('/'));
        ensure!(!worker.exists(), "the worker sees A's {path}");
    }
    for machine in [&lab.a, &lab.b] {
        let store = machine.path("/nix/store/mark");
        let error = fs::write(&store, "")
            .err()
            .with_context(|| format!("{store} can be written"))?;
        ensure!(
            error.kind() == std::io::ErrorKind::ReadOnlyFilesystem,
            "{store}: {error}"
        );
    }
    Ok(())
}
