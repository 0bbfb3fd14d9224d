//! The few mounts that roots are made of; all are private to the namespace and
//! gone with it. It must not know whose root is being made.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8Path;

use crate::shell::run;

/// An empty file system in memory at `path`, in which everyone may write where
/// `mode` says so.
pub fn memory(path: &Utf8Path, mode: &str) -> Result<()> {
    mount(
        &["-t", "tmpfs", "-o", &format!("mode={mode}"), "tmpfs"],
        path,
    )
}

/// A file system in memory at `path` that is full after `size` (as mount(8) takes it).
pub fn small(path: &Utf8Path, size: &str) -> Result<()> {
    mount(
        &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"],
        path,
    )
}

/// The folder `from`, seen at `to` as well.
pub fn bind(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    mount(&["--bind", from.as_str()], to)
}

/// As [`bind`], but nothing can be written there.
pub fn bind_read_only(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    bind(from, to)?;
    mount(&["-o", "remount,bind,ro"], to)
}

/// `/proc` and `/dev` of a root.
pub fn system(root: &Utf8Path) -> Result<()> {
    mount(&["-t", "proc", "proc"], &root.join("proc"))?;
    mount(&["--rbind", "/dev"], &root.join("dev"))?;
    // What is mounted below must not be seen by the other roots, which have the same /dev.
    mount(&["--make-rprivate"], &root.join("dev"))?;
    memory(&root.join("dev/shm"), "1777")
}

fn mount(args: &[&str], at: &Utf8Path) -> Result<()> {
    fs::create_dir_all(at).with_context(|| format!("cannot create the mount point {at}"))?;
    run(Command::new("mount").args(args).arg(at))
        .map(drop)
        .with_context(|| format!("cannot mount at {at}"))
}
