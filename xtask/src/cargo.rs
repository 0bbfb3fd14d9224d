//! What Cargo builds for the lab: the helper, and programs beside it. It must not know what they are
//! for.

use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;

use crate::shell::{capture, progress, show};
use crate::{caller, checkout};

/// Builds the helper as a release does; gives the binary's path.
pub fn helper() -> Result<Utf8PathBuf> {
    build(&["--release", "--bin", "lre"])?;
    Ok(checkout::target()?.join("release/lre"))
}

/// Builds the same helper, without waiting for a compiler that makes it fast; gives the binary's path.
pub fn quick_helper() -> Result<Utf8PathBuf> {
    build(&["--bin", "lre"])?;
    Ok(checkout::target()?.join("debug/lre"))
}

/// Builds what makes large execution logs; gives the binary's path.
pub fn large_log() -> Result<Utf8PathBuf> {
    build(&["--release", "--bin", "large-log", "--offline"])?;
    Ok(checkout::target()?.join("release/large-log"))
}

/// Where [`build_launcher`] puts it.
pub fn launcher() -> Result<Utf8PathBuf> {
    let path = checkout::target()?.join(host()?);
    Ok(path.join("release/lre-launch"))
}

/// What this machine's Rust builds for.
fn host() -> Result<String> {
    let said = capture(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("rustc does not say what it builds for")?;
    Ok(host.to_owned())
}

/// Builds the launcher as a release does, linked statically: a worker has no library for it.
pub fn build_launcher() -> Result<()> {
    let host = host()?;
    // Only with --target do the flags not go to what runs during the build.
    let flags = "-Ctarget-feature=+crt-static','-Crelocation-model=static";
    let flags = format!("target.{host}.rustflags=['{flags}']");
    let launcher = ["--release", "--package", "lre-launch"];
    build(&[&launcher[..], &["--target", &host, "--config", &flags]].concat())
}

/// With the features that the whole workspace wants, so that no crate is compiled once for each program.
fn build(words: &[&str]) -> Result<()> {
    let target = checkout::target()?;
    let build = ["build", "--locked"];
    let to = ["--target-dir", target.as_str()];
    run(&[&build[..], words, &to].concat())
}

/// Runs the Cargo that runs this program, where it does, at the root of the checkout.
pub fn run(words: &[&str]) -> Result<()> {
    progress(format_args!("cargo {}", words.join(" ")));
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    show(
        caller::independent(&cargo)
            .args(words)
            .current_dir(checkout::root()),
    )
}
