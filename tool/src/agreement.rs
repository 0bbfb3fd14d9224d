//! Whether helper, Bazel module, `.bazelrc.lre` and manifest belong together. It knows
//! the mend for each pair that does not; it must not know how any of them is made.

use anyhow::{Result, bail};

use crate::manifest::Manifest;

/// The version of this helper; the module and the rc file carry the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the caller says of the other parts; what it does not say is not checked.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// Version of the Bazel module whose repository rule is calling.
    pub module_version: Option<String>,
    /// Version of the helper that wrote `.bazelrc.lre`.
    pub rc_version: Option<String>,
    /// Digest of the manifest that `.bazelrc.lre` was written for.
    pub rc_digest: Option<String>,
}

impl Agreement {
    /// Checks the versions, which can be told before anything is read.
    ///
    /// # Errors
    /// A version that is not this helper's.
    pub fn check_versions(&self) -> Result<()> {
        if let Some(module) = other_than(self.module_version.as_ref(), VERSION) {
            bail!(
                "the Bazel module lre is version {module} and this helper is version {VERSION}: \
                 give both the same, in MODULE.bazel (bazel_dep) or in the flake (nix flake \
                 update lre), then enter the dev shell again"
            );
        }
        if let Some(rc) = other_than(self.rc_version.as_ref(), VERSION) {
            bail!(
                ".bazelrc.lre was written by version {rc} and this helper is version {VERSION}: \
                 enter the dev shell again, or run `lre bazelrc` with this one"
            );
        }
        Ok(())
    }

    /// Checks that the flags of `.bazelrc.lre` are those of `manifest`.
    ///
    /// # Errors
    /// The rc file was written for another manifest.
    pub fn check_digest(&self, manifest: &Manifest) -> Result<()> {
        let Some(rc) = &self.rc_digest else {
            return Ok(());
        };
        let digest = manifest.digest();
        if *rc != digest {
            bail!(
                ".bazelrc.lre was written for the manifest sha256:{rc}, and this is \
                 sha256:{digest}: its PATH and its toolchains may be others. Enter the dev shell \
                 again, or run `lre bazelrc` with the environment's file"
            );
        }
        Ok(())
    }
}

fn other_than<'a>(said: Option<&'a String>, own: &str) -> Option<&'a String> {
    said.filter(|said| said.as_str() != own)
}
