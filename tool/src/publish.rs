//! Puts the closure of a manifest into a binary cache, by Nix's own copy, which sends what is missing
//! there. It must not know who fetches from it.

use std::process::Command;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;
use lre_launch::names::{Names, STORE};

use crate::manifest::Manifest;

/// Copies every store path that `manifest` names, with all that they refer to, to the store at the
/// address `to`, as Nix takes it (`file:///…`, `s3://…`, `ssh-ng://…`). With a key, the secret part of
/// `nix-store --generate-binary-cache-key`, they are signed on the way. What Nix says goes to standard
/// error.
///
/// # Errors
/// The manifest names no store path, one is not on this machine, or Nix cannot copy.
pub fn publish(manifest: &Manifest, to: &str, key: Option<&Utf8Path>) -> Result<()> {
    let names = Names::of(&manifest.to_json());
    let paths: Vec<String> = names.iter().map(|name| format!("{STORE}{name}")).collect();
    if paths.is_empty() {
        bail!(
            "the manifest names no store path, so there is nothing to publish; is its tools' image \
             the one that workers run?"
        );
    }
    eprintln!(
        "lre: {} store paths and all that they refer to go to {to}",
        paths.len()
    );
    let mut nix = Command::new("nix");
    nix.args([
        "--extra-experimental-features",
        "nix-command",
        "copy",
        "--verbose",
    ]);
    nix.args(["--to", &address(to, key)?]).args(&paths);
    let status = nix
        .status()
        .context("`nix` could not be started; publish where Nix is")?;
    if !status.success() {
        bail!(
            "{to}: Nix could not copy everything there, for the reason above; what is there stays, and the same command goes on"
        );
    }
    Ok(())
}

/// The address with the key as a parameter of binary caches (Nix manual, "HTTP Binary Cache Store",
/// `secret-key`).
fn address(to: &str, key: Option<&Utf8Path>) -> Result<String> {
    let Some(key) = key else {
        return Ok(to.to_owned());
    };
    let key = camino::absolute_utf8(key).with_context(|| format!("{key}: no absolute path"))?;
    if !key.is_file() {
        bail!(
            "{key}: there is no such key; `nix-store --generate-binary-cache-key NAME SECRET PUBLIC` \
             makes one"
        );
    }
    if key.as_str().contains(['&', '%', '#', '?', ' ']) {
        bail!("{key}: this path cannot stand in an address; move the key to a plainer place");
    }
    let separator = if to.contains('?') { '&' } else { '?' };
    Ok(format!("{to}{separator}secret-key={key}"))
}
