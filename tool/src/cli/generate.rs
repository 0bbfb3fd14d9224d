//! `lre generate`: the synthesized repository. It walks from input to files
//! and decides nothing on the way.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::print::print;
use super::{Format, FromImage, Input, Own, Verdict, show_differences};
use crate::agreement::Agreement;
use crate::{input, presence, render, validate, write};

/// Write the synthesized repository, or check one
#[derive(Args)]
pub struct Generate {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    from_image: FromImage,
    /// The folder to write; replaced as a whole, all or nothing.
    #[arg(long, value_name = "DIR", default_value = "local-remote-execution")]
    out: Utf8PathBuf,
    /// Write nothing; exit 1 and print a diff where DIR differs.
    #[arg(long)]
    check: bool,
    /// How --check says what differs.
    #[arg(long, value_enum, default_value_t, requires = "check")]
    format: Format,
    #[command(flatten)]
    own: Own,
    /// An environment or manifest of the dev shell, with which those of --env have
    /// to agree; may be repeated.
    #[arg(
        long = "agree-with",
        value_name = "FILE",
        requires = "files",
        conflicts_with = "image"
    )]
    shell: Vec<Utf8PathBuf>,
    /// Fail unless the helper is of this version, the Bazel module's.
    #[arg(long, value_name = "VERSION")]
    module_version: Option<String>,
    /// Fail unless the helper is of this version, which wrote .bazelrc.lre.
    #[arg(long, value_name = "VERSION")]
    rc_version: Option<String>,
    /// Fail unless the manifest has this digest, for which .bazelrc.lre was written.
    #[arg(long, value_name = "SHA256")]
    rc_digest: Option<String>,
}

impl Generate {
    pub fn run(self) -> Result<Verdict> {
        let agreement = Agreement {
            module_version: self.module_version.clone(),
            rc_version: self.rc_version.clone(),
            rc_digest: self.rc_digest.clone(),
        };
        agreement.check_versions()?;
        let manifest = match self.shell.as_slice() {
            [] => self
                .input
                .manifest_with(self.from_image.container().as_ref())?,
            shell => input::load_agreeing(&self.input.files, shell, &self.input.policy()?)?,
        };
        agreement.check_digest(&manifest)?;
        let missing = presence::warnings(&manifest);
        for warning in render::warnings(&manifest).into_iter().chain(missing) {
            eprintln!("lre: {warning}");
        }
        let tree = render::repository(&manifest, &self.own.wanted())?;
        validate::validate(&tree)?;
        if !self.check {
            write::replace(&self.out, &tree, render::MARKER)?;
            return Ok(Verdict::Good);
        }
        let differences = write::differences(&self.out, &tree)?;
        match self.format {
            Format::Text => show_differences(&self.out, &differences)?,
            Format::Json => print(serde_json::to_string_pretty(&differences)? + "\n")?,
        }
        Ok(Verdict::of(differences.is_empty()))
    }
}
