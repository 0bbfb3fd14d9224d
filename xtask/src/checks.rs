//! The checks that need no lab, fast ones first. It must not know about machines.

use std::process::Command;

use anyhow::Result;
use camino::Utf8PathBuf;

use crate::cargo;
use crate::checkout;
use crate::provision::{apt, buildifier};
use crate::reference;
use crate::shell::{on_path, progress, show};
use crate::steps::Steps;

/// Runs all of them; the first that fails ends it.
pub fn all(steps: &Steps) -> Result<bool> {
    steps.take("cargo fmt", || cargo::run(&["fmt", "--all", "--check"]))?;
    steps.take("cargo clippy", || {
        cargo::run(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--release",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    // Rust needs a C compiler only, and the tests of probing ask one for C++.
    apt::install("g++", "g++")?;
    steps.take("cargo test", || {
        if on_path("cargo-nextest") {
            cargo::run(&["nextest", "run", "--workspace", "--release", "--locked"])
        } else {
            cargo::run(&["test", "--workspace", "--release", "--locked", "--quiet"])
        }
    })?;
    steps.take("buildifier and the reference", starlark_is_as_written)
}

/// What is written in Starlark is formatted, and what is generated is what the helper makes.
fn starlark_is_as_written() -> Result<bool> {
    progress("buildifier -mode=check -lint=warn");
    show(
        Command::new(buildifier::provision(&checkout::lab()?)?)
            // rules_cc's unix toolchain configuration is private, and Bazel's own
            // C++ auto-configuration loads it from a repository as ours does.
            .args(["-mode=check", "-lint=warn", "-warnings=-bzl-visibility"])
            .args(starlark(checkout::root().to_owned())?),
    )?;
    progress("reference: generated-cc/ and generated-java/ are what the helper makes");
    reference::sync(true)
}

/// Every Starlark file below `folder` that Bazel reads; the helper's stubs of
/// Bazel's functions have the parameters that Bazel's have, used or not.
fn starlark(folder: Utf8PathBuf) -> Result<Vec<Utf8PathBuf>> {
    let mut files = Vec::new();
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name != "target" && name != "stubs" && !name.starts_with('.') {
                files.extend(starlark(entry.into_path())?);
            }
        } else if matches!(name, "BUILD" | "BUILD.bazel" | "MODULE.bazel") || name.ends_with(".bzl")
        {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}
