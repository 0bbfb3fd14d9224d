//! What a toolchain container declares: the first stage, from JSON to checked values.
//! It reads documents and nothing else: no program is run and no path is looked up.

mod document;
mod env;
mod image;
pub mod json;
mod options;
mod policy;

use anyhow::{Result, bail};

use crate::system::System;

pub use document::parse;
pub use env::{Env, check_option};
pub use image::Image;
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

/// Checks a name of an environment: it becomes the folder `generated-NAME` and
/// part of labels.
///
/// # Errors
/// A name with other characters than small letters, digits, `-` and `_`.
pub fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain) {
        return Ok(());
    }
    bail!(
        "{name:?} cannot name an environment: start with a small letter, then small letters, \
         digits, '-' and '_'"
    )
}
