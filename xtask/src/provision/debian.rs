//! A Debian of its own with gcc and a JDK, as one tar archive: what a container image of somebody
//! who has no Nix is made of. It must not know what is built in it.

use std::process::Command;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};
use crate::checkout::remove;
use crate::shell::run;

/// What people put into an image for builds; and Bazel's own ijar and singlejar, since Debian's
/// Bazel has no sources to make them from.
const PACKAGES: &str = "g++,zip,unzip,openjdk-25-jdk-headless,bazel-java-tools";

/// Makes the archive, `debian/root.tar` of the lab. Device nodes are no part of images.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let folder = stamp::folder(lab, "debian", &stamp::key(&[PACKAGES]), |dir| {
        let root = dir.join("root");
        apt::bootstrap(PACKAGES, &[], &root)?;
        let archive = dir.join("root.tar");
        run(Command::new("tar")
            .args(["--directory", root.as_str(), "--exclude=./dev/*"])
            .args(["--create", "--file", archive.as_str(), "."]))?;
        remove(&root)
    })?;
    Ok(folder.join("root.tar"))
}
