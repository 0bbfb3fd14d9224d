//! The root of Debian sid that has Bazel, Nix, Clang and a remote executor in the
//! versions that are needed. It must not know what is built with them.

use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};
use crate::shell::{progress, run};

/// What the machines of the lab need, with what it is for: Bazel and its Java
/// tools, Nix with git and direnv, the executor, the compiler that goes to the
/// store (with what makes it run from there), and the static programs that actions
/// and the worker use.
const PACKAGES: &str = "ca-certificates,bazel-bootstrap,bazel-java-tools,nix-bin,git,direnv,\
    justbuild,clang,lld,llvm,libclang-rt-21-dev,patchelf,busybox-static,bash-static,locales,procps";

/// Mount points, and the locale in which the second developer works.
const CUSTOMIZE: &str = r#"mkdir -p "$1/nix" "$1/opt" "$1/srv" && \
    chroot "$1" localedef -i de_DE -f UTF-8 de_DE.UTF-8"#;

/// Identity of what [`provision`] makes; goes into the hash of store paths.
pub fn key() -> String {
    stamp::key(&[PACKAGES, CUSTOMIZE])
}

/// Makes the root at `base/` of the lab with mmdebstrap.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    stamp::folder(lab, "base", &key(), |dir| {
        apt::install("mmdebstrap", "mmdebstrap")?;
        let mirror = apt::mirror()?;
        progress(format_args!(
            "base: a root of Debian sid from {mirror} (about a minute, 2 GB)"
        ));
        run(Command::new("mmdebstrap")
            .args(["--variant=minbase", "--mode=root"])
            // A mirror may be a frozen snapshot, whose Release file has expired.
            .arg("--aptopt=Acquire::Check-Valid-Until \"false\"")
            .arg(format!("--include={PACKAGES}"))
            .arg(format!("--customize-hook={CUSTOMIZE}"))
            .args(["sid", dir.as_str()])
            .arg(apt::source_line("deb", &mirror)))
        .map(drop)
        .with_context(|| apt::mirror_help(&mirror))
    })
}
