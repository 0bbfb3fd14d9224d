//! `cargo xtask releases`: `lre/releases.bzl` from the binaries of a release. It must not
//! know who built them or where they are published.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;
use serde::Serialize;
use serde_starlark::Assignment;
use sha2::{Digest, Sha256};

use crate::checkout;
use crate::shell::progress;

/// Hosts as `rctx.os` of Bazel names them (`arch`, then the first word of `name`),
/// and the Rust target of the binary that runs there.
const HOSTS: [(&str, &str); 4] = [
    ("aarch64-linux", "aarch64-unknown-linux-musl"),
    ("aarch64-mac", "aarch64-apple-darwin"),
    ("amd64-linux", "x86_64-unknown-linux-musl"),
    ("x86_64-mac", "x86_64-apple-darwin"),
];

/// What `lre/helper.bzl` needs to download a helper.
#[derive(Debug, Serialize)]
#[serde(rename = "struct")]
struct Release {
    sha256: String,
    url: String,
}

/// Writes `lre/releases.bzl` for the binaries `lre-TARGET` in `folder`, which users
/// will download from `url`.
pub fn write(folder: &Utf8Path, url: &str) -> Result<()> {
    let path = checkout::root().join("lre/releases.bzl");
    fs::write(&path, render(folder, url)?).with_context(|| format!("cannot write {path}"))?;
    progress(format_args!("wrote {path}"));
    Ok(())
}

/// The text of `releases.bzl`; a target without a binary is left out.
pub fn render(folder: &Utf8Path, url: &str) -> Result<String> {
    let mut releases = BTreeMap::new();
    for (host, target) in HOSTS {
        let name = format!("lre-{target}");
        let path = folder.join(&name);
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {path}"))?;
        let release = Release {
            sha256: format!("{:x}", Sha256::digest(bytes)),
            url: format!("{}/{name}", url.trim_end_matches('/')),
        };
        releases.insert(host, release);
    }
    if releases.is_empty() {
        bail!("{folder} has no lre-TARGET for any of the targets of a release");
    }
    let table = serde_starlark::to_string(&Assignment::new("RELEASES", releases))?;
    Ok(format!(
        "\"\"\"Release binaries of this version, written by the release workflow.\"\"\"\n\n\
        # \"ARCH-OS\" as rctx.os has them.\n{table}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_listed_under_its_host_with_its_digest() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let folder = Utf8Path::from_path(folder.path()).context("UTF-8")?;
        assert!(
            render(folder, "https://example.org").is_err(),
            "nothing there"
        );
        fs::write(folder.join("lre-x86_64-unknown-linux-musl"), "abc")?;

        let text = render(folder, "https://example.org/v1/")?;

        // SHA-256 of "abc", from FIPS 180-2.
        assert!(
            text.ends_with(
                r#"RELEASES = {
    "amd64-linux": struct(
        sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        url = "https://example.org/v1/lre-x86_64-unknown-linux-musl",
    ),
}
"#
            ),
            "{text}"
        );
        Ok(())
    }
}
