//! `lre worker`: what goes to the other side of remote execution, one file for each command.
//! What the outputs say is not decided here.

mod image;

use anyhow::Result;
use clap::Subcommand;

use super::Verdict;

/// Make what workers need, from the same manifest as the platforms
#[derive(Subcommand)]
pub enum Worker {
    Image(image::Image),
}

impl Worker {
    pub fn run(self) -> Result<Verdict> {
        match self {
            Worker::Image(command) => command.run(),
        }
    }
}
