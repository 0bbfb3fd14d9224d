//! The real buildifier, from its npm package, which carries the native binaries.
//! It must not know which files are checked with it.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};
use crate::shell::{capture, progress, run};

const PACKAGE: &str = "@bazel/buildifier@8.2.1";
const BINARY: &str = "buildifier-linux_amd64";

/// Path of buildifier, downloaded to `buildifier/` of the lab where it is not
/// there yet, with npm and from the registry that npm is configured for.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let folder = stamp::folder(lab, "buildifier", &stamp::key(&[PACKAGE, BINARY]), |dir| {
        apt::install("npm", "npm")?;
        progress(format_args!("buildifier: npm pack {PACKAGE}"));
        let archive = capture(
            Command::new("npm")
                .args(["pack", "--silent", PACKAGE])
                .current_dir(dir),
        )
        .with_context(|| {
            format!("npm cannot get {PACKAGE}: check `npm config get registry` and the network")
        })?;
        run(Command::new("tar")
            .args(["--strip-components=1", "-xf", &archive])
            .current_dir(dir))?;
        let binary = dir.join(BINARY);
        std::fs::set_permissions(&binary, std::fs::Permissions::from_mode(0o755))
            .with_context(|| format!("{PACKAGE} has no {BINARY}"))?;
        Ok(())
    })?;
    Ok(folder.join(BINARY))
}
