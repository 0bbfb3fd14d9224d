//! What a toolchain container declares: the first stage, from JSON to checked values.
//! It reads documents and nothing else: no program is run and no path is looked up.

mod document;
mod env;
pub mod json;
mod options;
mod policy;

use anyhow::{Error, Result, bail};
use serde::{Deserialize, Serialize};

use crate::system::System;

pub use document::parse;
pub use env::{Env, check_option};
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
#[serde(try_from = "UncheckedImage")]
pub struct Image {
    name: String,
    tag: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedImage {
    name: String,
    tag: String,
}

impl TryFrom<UncheckedImage> for Image {
    type Error = Error;

    fn try_from(image: UncheckedImage) -> Result<Image> {
        Image::new(&image.name, &image.tag)
    }
}

impl Image {
    /// An image by its repository name, with its registry where it has one
    /// (`registry.example/lre-cc`), and its tag, for nix2container images the
    /// hash of the image's store path.
    ///
    /// # Errors
    /// A name or tag with a character that a reference to an image cannot have.
    pub fn new(name: &str, tag: &str) -> Result<Image> {
        let plain = |text: &str, extra: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || extra.contains(c);
            !text.is_empty() && text.chars().all(known)
        };
        if !plain(name, "._-/:") {
            bail!("{name:?} cannot be the name of an image");
        }
        if !plain(tag, "._-") {
            bail!("{tag:?} cannot be the tag of an image");
        }
        Ok(Image {
            name: name.to_owned(),
            tag: tag.to_owned(),
        })
    }

    /// The value of the execution property `container-image`, in the form that
    /// Bazel's remote-execution platforms have used since RBE: `docker://NAME:TAG`.
    pub fn reference(&self) -> String {
        format!("docker://{}:{}", self.name, self.tag)
    }
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
