//! `lre probe-inside`, which the helper calls for itself: in new namespaces, then in the image.

use std::io;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;
use clap::Args;

use super::Verdict;
use super::print::print;
use crate::container;

/// Probe in an unpacked image; for the helper's own use
#[derive(Args)]
pub struct ProbeInside {
    root: Utf8PathBuf,
    #[arg(long)]
    entered: bool,
}

impl ProbeInside {
    #[cfg(target_os = "linux")]
    pub fn run(self) -> Result<Verdict> {
        if !self.entered {
            return Ok(Verdict::of(container::inside::respawn(&self.root)?));
        }
        container::inside::enter(&self.root)?;
        let env: Vec<String> =
            serde_json::from_reader(io::stdin().lock()).context("standard input is no Env")?;
        print(container::probe_here(&env)?.to_json())?;
        Ok(Verdict::Good)
    }

    #[cfg(not(target_os = "linux"))]
    pub fn run(self) -> Result<Verdict> {
        anyhow::bail!("{}: the tools of an image are probed on Linux", self.root)
    }
}
