//! What a toolchain container declares: the first stage, from JSON to checked values.
//! It reads documents and nothing else: no program is run and no path is looked up.

mod document;
mod env;
pub mod json;
mod options;
mod policy;

use serde::{Deserialize, Serialize};

use crate::system::System;

pub use document::parse;
pub use env::Env;
pub use options::split_escaped;
pub use policy::PathPolicy;

/// A declared toolchain environment: one name of the `environments` of our JSON form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The image that carries the environment on a worker, where one was named.
    pub image: Option<Image>,
    /// The Nix system that the tools run on; where the document names none, the
    /// probe takes the one of the machine that it runs on.
    pub system: Option<System>,
    /// The Nix system that the tools build for, where it differs from `system`.
    pub target: Option<System>,
    /// The variables of the OCI image configuration.
    pub env: Env,
}

/// A container image's name and tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Repository name, with its registry where it has one: `lre-cc`, `registry.example/lre-cc`.
    pub name: String,
    /// Tag, for nix2container images the hash of the image's store path.
    pub tag: String,
}

impl Image {
    /// The value of the execution property `container-image`, in the form that
    /// Bazel's remote-execution platforms have used since RBE: `docker://NAME:TAG`.
    pub fn reference(&self) -> String {
        format!("docker://{}:{}", self.name, self.tag)
    }
}
