//! Rust on a machine of the lab: this machine's own toolchain and the vendored crates,
//! seen there as well. It must not know what is built with them.

use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;

use super::machine::Machine;
use super::{Lab, mounts};
use crate::provision::vendor;
use crate::shell::capture;

/// Installs Cargo for the user of `machine`; gives a PATH that has it.
pub fn install(lab: &Lab, machine: &Machine) -> Result<String> {
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]))
        .context("Rust is what this program was built with")?;
    mounts::bind_read_only(&Utf8PathBuf::from(sysroot), &machine.path("/opt/rust"))?;
    mounts::bind_read_only(&lab.dir.join(vendor::FOLDER), &machine.path("/opt/crates"))?;
    let home = machine.spec.home;
    machine.write(
        &format!("{home}/.cargo/config.toml"),
        "[source.crates-io]\nreplace-with = \"vendored\"\n\n\
        [source.vendored]\ndirectory = \"/opt/crates\"\n",
    )?;
    machine.give(home)?;
    Ok("/opt/rust/bin:/usr/bin:/bin".to_owned())
}
