//! `lre worker nativelink`: NativeLink's configuration. It walks from input to files and
//! decides nothing on the way.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Args;

use super::output::Output;
use super::sources::FromCaches;
use crate::cli::{Input, Own, Verdict, absolute_program};
use crate::worker::nativelink::{self, MARKER, Options};

/// Write NativeLink's configuration: cache, scheduler and workers
#[derive(Args)]
pub struct Nativelink {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    output: Output,
    /// One file for one machine, on which one process is everything.
    #[arg(long)]
    single_process: bool,
    /// A program on the worker that runs each action: it gets the action's command as its
    /// arguments. On demand it is the launcher, by default /opt/lre/lre-launch.
    #[arg(long, value_name = "PATH", value_parser = absolute_program)]
    entrypoint: Option<Utf8PathBuf>,
    #[command(flatten)]
    caches: FromCaches,
}

impl Nativelink {
    pub fn run(self) -> Result<Verdict> {
        let options = Options {
            single_process: self.single_process,
            entrypoint: self.entrypoint.as_deref(),
            sources: self.caches.sources(),
        };
        let manifest = self.input.manifest()?;
        let tree = nativelink::tree(&manifest, &self.own.wanted(), &options)?;
        self.output.put(&tree, MARKER)
    }
}
