//! Where things are in this checkout, and copies of it for the machines of the
//! lab. It must not know what the lab does with them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};

/// The root of the checkout that this program was built from.
pub fn root() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the workspace")
}

/// Where the lab is: `LRE_LAB`, else `target/lab` of the checkout.
pub fn lab() -> Result<Utf8PathBuf> {
    let path = match std::env::var("LRE_LAB") {
        Ok(path) => Utf8PathBuf::from(path),
        Err(_) => root().join("target/lab"),
    };
    fs::create_dir_all(&path).with_context(|| format!("cannot create the lab at {path}"))?;
    path.canonicalize_utf8()
        .with_context(|| format!("cannot resolve the lab's path {path}"))
}

/// Holds the lab for this process until what is given is dropped, or the process ends.
pub fn lock(lab: &Utf8Path) -> Result<fs::File> {
    let path = lab.join("lock");
    let file = fs::File::create(&path).with_context(|| format!("cannot create {path}"))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).with_context(|| {
        format!("another `cargo xtask` uses {lab}: wait for it, or set LRE_LAB to another folder")
    })?;
    Ok(file)
}

/// Waits until no other process has this turn, and has it until what is given is dropped.
pub fn turn(name: &str) -> Result<fs::File> {
    let path = lab()?.join(format!("{name}.turn"));
    let file = fs::File::create(&path).with_context(|| format!("cannot create {path}"))?;
    flock(&file, FlockOperation::LockExclusive).with_context(|| format!("cannot lock {path}"))?;
    Ok(file)
}

/// The folder that cargo builds to.
pub fn target() -> Result<Utf8PathBuf> {
    let path = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| root().join("target").into());
    let path = std::path::absolute(path).context("CARGO_TARGET_DIR is no path")?;
    Utf8PathBuf::try_from(path).context("the path of cargo's target folder is not UTF-8")
}

/// Copies the folder `from` to `to`, which is created; what a build leaves
/// behind (`target`, `bazel-*`, `.git`) stays away.
pub fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {to}"))?;
    for entry in from
        .read_dir_utf8()
        .with_context(|| format!("cannot list {from}"))?
    {
        let entry = entry?;
        let name = entry.file_name();
        if name == "target" || name == ".git" || name.starts_with("bazel-") {
            continue;
        }
        let (source, copy) = (entry.path(), to.join(name));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            self::copy(source, &copy)?;
        } else if kind.is_symlink() {
            symlink(source.read_link_utf8()?, &copy)
                .with_context(|| format!("cannot link {copy}"))?;
        } else {
            fs::copy(source, &copy).with_context(|| format!("cannot copy {source} to {copy}"))?;
            let executable = source.metadata()?.permissions().mode() & 0o100;
            let mode = if executable == 0 { 0o644 } else { 0o755 };
            fs::set_permissions(&copy, fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// Removes a file or a folder, if it is there.
pub fn remove(path: &Utf8Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => return Ok(()),
    };
    removed.with_context(|| format!("cannot remove {path}"))
}
