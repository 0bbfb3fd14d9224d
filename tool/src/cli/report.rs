//! `lre report`: execution logs as a page for people. It decides nothing.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::Verdict;
use super::print::print;
use crate::report;
use crate::write::{Written, replace_ours};

/// Show one execution log, or two of builds that should have agreed, as a page for the browser
#[derive(Args)]
pub struct Report {
    /// An execution log of Bazel's, in any of its three formats; of two, the build that ran first
    /// comes first.
    #[arg(value_name = "LOG", num_args = 1..=2, required = true)]
    logs: Vec<Utf8PathBuf>,
    /// The page: one file of HTML that needs nothing else and no network.
    #[arg(long, value_name = "FILE")]
    out: Utf8PathBuf,
    /// Show what can be read of a damaged log.
    #[arg(long)]
    keep_going: bool,
}

impl Report {
    pub fn run(self) -> Result<Verdict> {
        let page = report::page(&self.logs, self.keep_going)?;
        for warning in &page.warnings {
            eprintln!("lre: {warning}");
        }
        let mut html = Vec::new();
        report::write(&mut html, &page)?;
        let html = String::from_utf8(html)?;
        if replace_ours(&self.out, &html, report::MARKER)? == Written::Changed {
            print(format_args!("{}\n", self.out))?;
        }
        Ok(Verdict::Good)
    }
}
