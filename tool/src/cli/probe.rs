//! `lre probe`: from an environment to a manifest. It prints what the stages
//! found and decides nothing.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::print::print;
use super::{FromImage, Input, Verdict};
use crate::write;

/// Ask the tools of an environment what they are, and write a manifest
#[derive(Args)]
pub struct Probe {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    from_image: FromImage,
    /// Where to write the manifest; `-`, or nothing, is standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<Utf8PathBuf>,
}

impl Probe {
    pub fn run(self) -> Result<Verdict> {
        let text = self
            .input
            .manifest_with(self.from_image.container().as_ref())?
            .to_json();
        match self.out {
            Some(file) if file != "-" => write::replace_file(&file, &text)?,
            _ => print(text)?,
        }
        Ok(Verdict::Good)
    }
}
