//! Rust on a machine of the lab: this machine's own toolchain, the crates that it has downloaded, and
//! what it has compiled of them. It must not know what is built with them.

use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;

use super::machine::Machine;
use super::mounts;
use crate::checkout;
use crate::shell::{capture, run};

/// Where the machine has what was compiled.
const BUILT: &str = "/var/tmp/cargo-build";

/// Installs Cargo for the user of `machine`; gives flags of Bazel's with which a repository rule finds
/// it.
///
/// The user has a build cache, which Cargo calls `build.build-dir`: of crates that others
/// wrote, what the release of the helper was made of here is taken as it is, and the helper's own
/// are compiled. Whether that is so goes by the crates' absolute paths, too, so that they are where
/// they are on this machine.
pub fn install(machine: &Machine) -> Result<[String; 2]> {
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]))
        .context("Rust is what this program was built with")?;
    mounts::bind_read_only(&Utf8PathBuf::from(sysroot), &machine.path("/opt/rust"))?;
    let home = cargo_home()?;
    copy(
        &home.join("registry"),
        &machine.path(home.as_str()).join("registry"),
    )?;
    let release = checkout::target()?.join("release");
    for part in [".fingerprint", "build", "deps"] {
        let to = machine.path(BUILT).join("release").join(part);
        copy(&release.join(part), &to)?;
    }
    machine.give(BUILT)?;
    machine.write(
        home.join("config.toml").as_str(),
        &format!("[net]\noffline = true\n\n[build]\nbuild-dir = \"{BUILT}\"\n"),
    )?;
    machine.give(home.as_str())?;
    Ok([
        format!("--repo_env=CARGO_HOME={home}"),
        "--repo_env=PATH=/opt/rust/bin:/usr/bin:/bin".to_owned(),
    ])
}

/// Where Cargo keeps what it downloads, <https://doc.rust-lang.org/cargo/guide/cargo-home.html>.
fn cargo_home() -> Result<Utf8PathBuf> {
    if let Ok(home) = std::env::var("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::home_dir().context("neither CARGO_HOME nor HOME is set")?;
    Ok(Utf8PathBuf::try_from(home)?.join(".cargo"))
}

/// A copy with all times as they are, which Cargo compares.
fn copy(from: &Utf8PathBuf, to: &Utf8PathBuf) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot create {to}"))?;
    run(Command::new("cp").args(["-a", &format!("{from}/."), to.as_str()])).map(drop)
}
