//! `lre publish`: the closure of a manifest into a binary cache. It decides nothing.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::{Input, Verdict};
use crate::publish;

/// Put the store paths of environments into a binary cache, for workers that fetch on demand
#[derive(Args)]
pub struct Publish {
    #[command(flatten)]
    input: Input,
    /// The cache, as Nix takes it: file:///DIR, s3://BUCKET, ssh-ng://HOST.
    #[arg(long, value_name = "URL")]
    to: String,
    /// Sign with this key, the secret one of `nix-store --generate-binary-cache-key`.
    #[arg(long, value_name = "FILE")]
    sign_key: Option<Utf8PathBuf>,
}

impl Publish {
    pub fn run(self) -> Result<Verdict> {
        let manifest = self.input.manifest()?;
        publish::publish(&manifest, &self.to, self.sign_key.as_deref())?;
        Ok(Verdict::Good)
    }
}
