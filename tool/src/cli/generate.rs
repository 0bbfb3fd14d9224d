//! `lre generate`: the synthesized repository. It walks from input to files
//! and decides nothing on the way.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::{Format, Input, Verdict};
use crate::agreement::Agreement;
use crate::write::{Difference, State};
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
    /// How --check says what differs.
    #[arg(long, value_enum, default_value_t, requires = "check")]
    format: Format,
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
            module_version: self.module_version.clone(),
            rc_version: self.rc_version.clone(),
            rc_digest: self.rc_digest.clone(),
        };
        agreement.check_versions()?;
        let manifest = match self.shell.as_slice() {
            [] => self.input.manifest()?,
            shell => input::load_agreeing(&self.input.files, shell, &self.input.policy()?)?,
        };
        agreement.check_digest(&manifest)?;
        let properties = self.properties.iter().cloned().collect();
        let missing = presence::warning(&manifest);
        for warning in render::warnings(&manifest).into_iter().chain(missing) {
            eprintln!("lre: {warning}");
        }
        let tree = render::repository(&manifest, &properties)?;
        validate::validate(&tree)?;
        if !self.check {
            write::replace(&self.out, &tree, render::MARKER)?;
            return Ok(Verdict::Good);
        }
        let differences = write::differences(&self.out, &tree)?;
        match self.format {
            Format::Text => self.show(&differences),
            Format::Json => println!("{}", serde_json::to_string_pretty(&differences)?),
        }
        Ok(if differences.is_empty() {
            Verdict::Good
        } else {
            Verdict::Bad
        })
    }

    fn show(&self, differences: &[Difference]) {
        for Difference { path, state, diff } in differences {
            match state {
                State::Extra => println!("{}: this file should not be there", self.out.join(path)),
                State::Missing | State::Changed => print!("{diff}"),
            }
        }
        if !differences.is_empty() {
            eprintln!(
                "lre: {} is stale; write it anew with the same command without --check",
                self.out
            );
        }
    }
}

fn property(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !text.contains(char::is_control) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write NAME=VALUE, on one line and with a name".to_owned()),
    }
}
