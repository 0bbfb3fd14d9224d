//! `lre generate`: the synthesized repository. It walks from input to files
//! and decides nothing on the way.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::{Input, Verdict};
use crate::agreement::Agreement;
use crate::{input, presence, render, validate, write};

/// Write the synthesized repository, or check one
#[derive(Args)]
pub struct Generate {
    #[command(flatten)]
    input: Input,
    /// The folder to write; replaced as a whole, all or nothing.
    #[arg(long, value_name = "DIR", default_value = "local-remote-execution")]
    out: Utf8PathBuf,
    /// Write nothing; exit 1 and print a diff where DIR differs.
    #[arg(long)]
    check: bool,
    /// Add an execution property to every platform, winning over ours; may be repeated.
    #[arg(long = "exec-property", value_name = "NAME=VALUE", value_parser = property)]
    properties: Vec<(String, String)>,
    /// An environment or manifest of the dev shell, with which those of --env have
    /// to agree; may be repeated.
    #[arg(long = "agree-with", value_name = "FILE", requires = "files")]
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
            module_version: self.module_version,
            rc_version: self.rc_version,
            rc_digest: self.rc_digest,
        };
        agreement.check_versions()?;
        let manifest = match self.shell.as_slice() {
            [] => self.input.manifest()?,
            shell => input::load_agreeing(&self.input.files, shell, &self.input.policy()?)?,
        };
        agreement.check_digest(&manifest)?;
        let properties = self.properties.into_iter().collect();
        let missing = presence::warning(&manifest);
        for warning in render::warnings(&manifest).into_iter().chain(missing) {
            eprintln!("lre: {warning}");
        }
        let tree = render::repository(&manifest, &properties)?;
        validate::validate(&tree)?;
        if !self.check {
            write::replace(&self.out, &tree)?;
            return Ok(Verdict::Good);
        }
        let diff = write::diff(&self.out, &tree)?;
        if diff.is_empty() {
            return Ok(Verdict::Good);
        }
        print!("{diff}");
        eprintln!(
            "lre: {} is stale; write it anew with the same command without --check",
            self.out
        );
        Ok(Verdict::Bad)
    }
}

fn property(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !text.contains(char::is_control) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
