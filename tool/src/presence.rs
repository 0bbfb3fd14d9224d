//! Which paths of a manifest are on this machine. That some are not is no error: a
//! client may build remotely only, so this makes one warning and stops nothing.

use crate::manifest::Manifest;

/// One line that says what is missing and how to get it; `None` where all is there.
pub fn warning(manifest: &Manifest) -> Option<String> {
    let missing: Vec<_> = manifest
        .environments
        .values()
        .flat_map(|probed| probed.paths())
        .filter(|path| !path.exists())
        .collect();
    let first = missing.first()?;
    Some(format!(
        "warning: {} of the toolchain's paths are not on this machine, the first is {first}; \
         building remotely works, building locally does not until they are: enter the dev shell, \
         or run `nix-store --realise` on them",
        missing.len()
    ))
}
