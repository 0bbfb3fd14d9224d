//! The crates of Cargo.lock as a folder, so that a machine without a network can build
//! the helper. It must not know who builds it.

use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::stamp;
use crate::checkout;
use crate::shell::{progress, run};

/// The folder, filled by `cargo vendor` where Cargo.lock changed.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let lock = checkout::root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock).with_context(|| format!("cannot read {lock}"))?;
    stamp::folder(lab, FOLDER, &stamp::key(&[&lock]), |dir| {
        progress("vendor: the crates of Cargo.lock");
        run(Command::new("cargo")
            .args(["vendor", "--locked", "--quiet", dir.as_str()])
            .current_dir(checkout::root()))?;
        // Some crates were packed with files that only their owner may read.
        run(Command::new("chmod").args(["-R", "a+rX", dir.as_str()])).map(drop)
    })
}

/// Its name in the lab.
pub const FOLDER: &str = "vendor";
