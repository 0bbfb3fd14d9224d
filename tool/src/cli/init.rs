//! `lre init`: shows what the files of a workspace lack, asks, and writes it. What they lack is
//! found elsewhere.

use std::env;
use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, Result};
use camino::Utf8PathBuf;
use clap::Args;

use super::Verdict;
use super::print::print;
use crate::adopt::{self, Plan};
use crate::workspace::Workspace;

/// Add lre to the Bazel workspace around the current folder, after showing what changes
#[derive(Args)]
pub struct Init {
    /// Write without asking.
    #[arg(long)]
    yes: bool,
    /// Write nothing; exit 1 and print a diff where a file lacks something.
    #[arg(long, conflicts_with = "yes")]
    check: bool,
}

impl Init {
    pub fn run(self) -> Result<Verdict> {
        let here = env::current_dir().context("there is no current folder")?;
        let workspace = Workspace::around(&Utf8PathBuf::try_from(here)?);
        let plan = adopt::plan(&workspace)?;
        show(&plan)?;
        if plan.edits.is_empty() {
            eprintln!("lre: {}: its files lack nothing", workspace.root);
            return Ok(Verdict::Good);
        }
        if self.check {
            eprintln!("lre: {}: not written; `lre init` does it", workspace.root);
            return Ok(Verdict::Bad);
        }
        if !self.yes && !agreed()? {
            eprintln!(
                "lre: {}: nothing was written; `lre init --yes` does not ask",
                workspace.root
            );
            return Ok(Verdict::Bad);
        }
        adopt::put(&plan.edits)?;
        eprintln!(
            "lre: {}: written; once .bazelrc.lre is there, build with --config=lre",
            workspace.root
        );
        Ok(Verdict::Good)
    }
}

fn show(plan: &Plan) -> Result<()> {
    for edit in &plan.edits {
        print(edit.diff())?;
    }
    for note in &plan.notes {
        eprintln!("lre: {note}");
    }
    if let Some(flake) = &plan.flake {
        eprint!("lre: {flake}");
    }
    Ok(())
}

/// Asks whoever is at the terminal; without one, nobody agrees.
fn agreed() -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("lre: write these changes? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(
        answer.trim().to_ascii_lowercase().as_str(),
        "y" | "yes"
    ))
}
