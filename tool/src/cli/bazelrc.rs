//! `lre bazelrc`: `.bazelrc.lre`. It turns the user's paths into absolute ones, says what
//! stands in the way of the file, and leaves the flags to rendering.

use std::env;
use std::io::{self, ErrorKind};

use anyhow::{Context, Error, Result, bail};
use camino::{Utf8Path, Utf8PathBuf, absolute_utf8};
use clap::Args;

use super::print::print;
use super::{Input, Verdict};
use crate::render::{self, BAZELRC, BAZELRC_MARKER};
use crate::workspace::Workspace;
use crate::write::{self, Written};

/// Write .bazelrc.lre, the flags that parity needs
#[derive(Args)]
pub struct Bazelrc {
    #[command(flatten)]
    input: Input,
    /// Let the flags take effect with --config=PREFIX only.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// The helper that the repository rule is to call, rather than finding one itself.
    #[arg(long, value_name = "PATH")]
    tool: Option<Utf8PathBuf>,
    /// Where to write; `-` is standard output. Without it: .bazelrc.lre where the
    /// workspace around the current folder starts.
    #[arg(long, value_name = "FILE")]
    out: Option<Utf8PathBuf>,
}

impl Bazelrc {
    pub fn run(self) -> Result<Verdict> {
        let manifest = self.input.manifest()?;
        let absolute = |path: &Utf8PathBuf| {
            let path = absolute_utf8(path).with_context(|| format!("{path}: no absolute path"))?;
            match path.as_str().chars().find(|c| c.is_control() || *c == ':') {
                None => Ok(path),
                Some(c) => bail!(
                    "{path:?}: the character {c:?} cannot stand in a list of paths or in an rc \
                     file; move the file to another place"
                ),
            }
        };
        let files: Vec<_> = self
            .input
            .files
            .iter()
            .map(absolute)
            .collect::<Result<_>>()?;
        if let Some(prefix) = &self.prefix {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if prefix.is_empty() || !prefix.chars().all(plain) {
                bail!("--prefix {prefix:?}: a config name is letters, digits, '-', '_' and '.'");
            }
        }
        let options = render::Bazelrc {
            files,
            tool: self.tool.as_ref().map(absolute).transpose()?,
            prefix: self.prefix,
        };
        let text = render::bazelrc(&manifest, &options);
        match self.out {
            Some(out) if out == "-" => print(text)?,
            Some(out) => {
                replace(&out, &text)?;
            }
            None => write_to_workspace(&text)?,
        }
        Ok(Verdict::Good)
    }
}

fn write_to_workspace(text: &str) -> Result<()> {
    let here = env::current_dir().context("there is no current folder")?;
    let workspace = Workspace::around(&Utf8PathBuf::try_from(here)?);
    let out = workspace.root.join(BAZELRC);
    // What was said when the file was written need not be said at each entry of a shell.
    if replace(&out, text)? == Written::Changed {
        if !workspace.in_git {
            eprintln!("lre: there is no git repository here; wrote {out} all the same");
        } else if !workspace.ignores(BAZELRC) {
            eprintln!("lre: wrote {out}, which is for this machine only: add it to .gitignore");
        }
    }
    Ok(())
}

fn replace(out: &Utf8Path, text: &str) -> Result<Written> {
    write::replace_ours(out, text, BAZELRC_MARKER).map_err(|error| {
        if is_read_only(&error) {
            error.context(format!(
                "{out} is not up to date, since this checkout is read-only for you; make it writable, or \
                 write elsewhere with `lre bazelrc --out FILE` and say `bazel --bazelrc=FILE`"
            ))
        } else {
            error
        }
    })
}

fn is_read_only(error: &Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(
        kind,
        Some(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
    )
}
