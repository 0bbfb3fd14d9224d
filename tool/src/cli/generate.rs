//! `lre generate`: the synthesized repository. It walks from input to files
//! and decides nothing on the way.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::{Input, Verdict};
use crate::{presence, render, validate, write};

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
}

impl Generate {
    pub fn run(self) -> Result<Verdict> {
        let properties = self.properties.into_iter().collect();
        let manifest = self.input.manifest()?;
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
