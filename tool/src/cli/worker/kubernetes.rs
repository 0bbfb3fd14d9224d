//! `lre worker kubernetes`: NativeLink on Kubernetes. It walks from input to files and decides
//! nothing on the way.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::builder::RangedI64ValueParser;
use clap::{Args, value_parser};

use super::output::Output;
use super::sources::FromCaches;
use crate::cli::{Input, Own, Verdict, absolute_program};
use crate::worker::kubernetes::{self, MARKER, Options};

/// Write a Kustomize base of NativeLink with a worker for each image, and an example overlay
#[derive(Args)]
pub struct Kubernetes {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    own: Own,
    #[command(flatten)]
    output: Output,
    /// Pods of each worker.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number_of_pods())]
    replicas: u32,
    /// The registry to pull the environments' images from, where their names have none.
    #[arg(long, value_name = "HOST", value_parser = registry)]
    registry: Option<String>,
    /// A program in the images that runs each action: it gets the action's command as its
    /// arguments.
    #[arg(long, value_name = "PATH", value_parser = absolute_program)]
    entrypoint: Option<Utf8PathBuf>,
    /// On demand: the image of workers, with Nix and the launcher and no toolchain.
    #[arg(long, value_name = "IMAGE", requires = "on_demand")]
    worker_image: Option<String>,
    #[command(flatten)]
    caches: FromCaches,
}

impl Kubernetes {
    pub fn run(self) -> Result<Verdict> {
        let options = Options {
            replicas: self.replicas,
            registry: self.registry.as_deref(),
            entrypoint: self.entrypoint.as_deref(),
            worker_image: self.worker_image.as_deref(),
            sources: self.caches.sources(),
        };
        let manifest = self.input.manifest()?;
        let tree = kubernetes::tree(&manifest, &self.own.wanted(), &options)?;
        self.output.put(&tree, MARKER)
    }
}

/// More than a cluster of Kubernetes is made for is a slip of the finger.
fn number_of_pods() -> RangedI64ValueParser<u32> {
    value_parser!(u32).range(..=10_000)
}

fn registry(text: &str) -> Result<String, String> {
    let known = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(known) {
        return Ok(text.to_owned());
    }
    Err("write a host, with a port or a path where need be: registry.example:5000/lre".to_owned())
}
