//! `lre worker`: what goes to the other side of remote execution, one file for each command.
//! What the outputs say is not decided here.

mod image;
mod kubernetes;
mod nativelink;
mod output;
mod properties;
mod sources;

use anyhow::Result;
use clap::Subcommand;

use super::Verdict;

/// Write what workers need, from the same manifest as the platforms
#[derive(Subcommand)]
pub enum Worker {
    Image(image::Image),
    Nativelink(nativelink::Nativelink),
    Properties(properties::Properties),
    Kubernetes(kubernetes::Kubernetes),
}

impl Worker {
    pub fn run(self) -> Result<Verdict> {
        match self {
            Worker::Image(command) => command.run(),
            Worker::Nativelink(command) => command.run(),
            Worker::Properties(command) => command.run(),
            Worker::Kubernetes(command) => command.run(),
        }
    }
}
