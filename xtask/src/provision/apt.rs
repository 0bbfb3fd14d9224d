//! What is asked of the package manager of the machine that xtask runs on: where
//! its mirror is, and packages. It must not know about the lab.

use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{capture, on_path, progress, run};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The address of the Debian mirror that this machine's own sources name.
pub fn mirror() -> Result<String> {
    let help = "Debian's packages come from the mirror that apt's sources name; \
        run this on Debian with a `deb` line in /etc/apt/sources.list";
    capture(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]))
        .context(help)?
        .lines()
        .find(|uri| !uri.contains("security"))
        .map(str::to_owned)
        .context(help)
}

/// A line of sources for Debian sid, `kind` being `deb` or `deb-src`.
pub fn source_line(kind: &str, mirror: &str) -> String {
    format!("{kind} [signed-by={KEYRING}] {mirror} sid main")
}

/// What to do where the mirror does not give what is needed.
pub fn mirror_help(mirror: &str) -> String {
    format!(
        "Debian sid cannot be had from {mirror}: check that it is reached (`apt-get update`) \
        and that it serves dists/sid, or name another mirror in apt's sources"
    )
}

/// Installs `package` on this machine, unless `program` is there.
pub fn install(program: &str, package: &str) -> Result<()> {
    if on_path(program) {
        return Ok(());
    }
    progress(format_args!("apt-get install {package}"));
    let apt = |args: &[&str]| {
        run(Command::new("apt-get")
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])
        .and_then(|_| apt(&["install", "--yes", "--no-install-recommends", package]))
        .with_context(|| format!("{program} is needed and {package} cannot be installed"))?;
    Ok(())
}
