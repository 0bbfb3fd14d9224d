//! Which paths of a manifest are on this machine. That some are not is no error: a
//! client may build remotely only, so this makes warnings and stops nothing.

use crate::manifest::Manifest;

/// A line that says what is missing and how to get it, and one for each environment whose tools
/// are in an image alone, of which nothing can be here; empty where all is there.
pub fn warnings(manifest: &Manifest) -> Vec<String> {
    let references = manifest.references();
    let (in_image, in_store): (Vec<_>, Vec<_>) = manifest
        .environments
        .iter()
        .partition(|(_, probed)| probed.in_image);
    let missing: Vec<_> = in_store
        .iter()
        .flat_map(|(_, probed)| probed.paths())
        .filter(|path| !path.exists())
        .collect();
    let missing = missing.first().map(|first| {
        format!(
            "warning: {} of the toolchain's paths are not on this machine, the first is {first}; \
             building remotely works, building locally does not until they are: enter the dev \
             shell, or run `nix-store --realise` on them",
            missing.len()
        )
    });
    let remote_only = in_image.iter().map(|(name, _)| {
        format!(
            "note: the tools of the environment {name:?} are in the image {} alone; what is at \
             their paths on this machine is something else, so nothing is built with them here: \
             name workers that run this image with --remote_executor",
            references[name.as_str()]
        )
    });
    missing.into_iter().chain(remote_only).collect()
}
