//! `lre worker properties`: what other servers have to be told of the execution properties. It
//! walks from input to files and decides nothing on the way.

use anyhow::Result;
use clap::Args;

use super::output::Output;
use crate::cli::{Input, Own, Verdict};
use crate::worker::servers::{self, Server};

/// Write the properties of workers in the format of another server
#[derive(Args)]
pub struct Properties {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    output: Output,
    /// The server that reads them.
    #[arg(long, value_enum)]
    server: Server,
}

impl Properties {
    pub fn run(self) -> Result<Verdict> {
        let manifest = self.input.manifest()?;
        let tree = servers::tree(self.server, &manifest, &self.own.wanted())?;
        self.output.put(&tree, self.server.marker())
    }
}
