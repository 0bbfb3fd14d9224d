//! How a container image is named. It knows the spelling of references and must not know what
//! is in an image, nor where it is kept.

use anyhow::{Error, Result, bail};
use serde::{Deserialize, Serialize};

/// A container image by its repository name, and which version of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Image {
    name: String,
    version: Version,
}

/// Which version of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    /// The one that a tag names; for nix2container images the hash of the image's store path.
    Tag(String),
    /// The one whose manifest has a digest, `sha256:…`.
    Digest(String),
    /// The one that is made for what it is to carry, and tagged with that.
    OfContent,
}

/// An image as documents have it.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unchecked {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl TryFrom<Unchecked> for Image {
    type Error = Error;

    /// # Errors
    /// A name, tag or digest with a character that a reference to an image cannot have, or
    /// both a tag and a digest.
    fn try_from(Unchecked { name, tag, digest }: Unchecked) -> Result<Image> {
        let plain = |text: &str, extra: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || extra.contains(c);
            !text.is_empty() && text.chars().all(known)
        };
        if !plain(&name, "._-/:") {
            bail!("{name:?} cannot be the name of an image");
        }
        let version = match (tag, digest) {
            (Some(_), Some(_)) => bail!(
                "the image {name:?} has a tag and a digest; leave out the tag, since the digest \
                 says more"
            ),
            (Some(tag), None) if !plain(&tag, "._-") => {
                bail!("{tag:?} cannot be the tag of an image")
            }
            (Some(tag), None) => Version::Tag(tag),
            (None, Some(digest)) => {
                let hash = digest.strip_prefix("sha256:").unwrap_or_default();
                if hash.len() != 64 || !hash.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')) {
                    bail!(
                        "{digest:?} is no digest of an image: write sha256: and 64 hexadecimal \
                         digits"
                    );
                }
                Version::Digest(digest)
            }
            (None, None) => Version::OfContent,
        };
        Ok(Image { name, version })
    }
}

impl From<Image> for Unchecked {
    fn from(Image { name, version }: Image) -> Unchecked {
        let (tag, digest) = match version {
            Version::Tag(tag) => (Some(tag), None),
            Version::Digest(digest) => (None, Some(digest)),
            Version::OfContent => (None, None),
        };
        Unchecked { name, tag, digest }
    }
}

impl Image {
    /// An image that is tagged with what it is to carry.
    ///
    /// # Errors
    /// A name that a reference to an image cannot have.
    pub fn of_content(name: &str) -> Result<Image> {
        let name = name.to_owned();
        Image::try_from(Unchecked {
            name,
            ..Unchecked::default()
        })
    }

    /// The image that an engine knows as `reference`: `NAME:TAG`, `NAME@sha256:…`, or the name
    /// alone, for which `version` is taken as if it stood there.
    ///
    /// # Errors
    /// No such reference, or neither it nor `version` says which image of that name.
    pub fn parse(reference: &str, version: Option<&str>) -> Result<Image> {
        let after_registry = reference.rfind('/').map_or(0, |at| at + 1);
        let separator = reference[after_registry..].find([':', '@']);
        let (name, own) = match separator {
            Some(at) => reference.split_at(after_registry + at),
            None => (reference, ""),
        };
        let version = if own.is_empty() { version } else { Some(own) };
        let (tag, digest) = match version {
            None => bail!(
                "{reference:?} does not say which image of that name; write NAME:TAG or \
                 NAME@sha256:…"
            ),
            Some(version) => match version.strip_prefix('@') {
                Some(digest) => (None, Some(digest.to_owned())),
                None => (Some(version.trim_start_matches(':').to_owned()), None),
            },
        };
        let name = name.to_owned();
        Image::try_from(Unchecked { name, tag, digest })
    }

    /// Whether a tag or a digest says which image of that name it is, so that it is not one that
    /// is made for what it is to carry.
    pub fn is_made_elsewhere(&self) -> bool {
        self.version != Version::OfContent
    }

    /// Whether its content can change while its reference does not.
    pub fn can_move(&self) -> bool {
        matches!(self.version, Version::Tag(_))
    }

    /// Its repository name, with its registry where it has one: `registry.example/lre-cc`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As container engines take it: `NAME:TAG`, or `NAME@sha256:…`. `of_content` is the tag
    /// of an image that has neither.
    pub fn reference(&self, of_content: &str) -> String {
        let name = &self.name;
        match &self.version {
            Version::Tag(tag) => format!("{name}:{tag}"),
            Version::Digest(digest) => format!("{name}@{digest}"),
            Version::OfContent => format!("{name}:{of_content}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn a_reference_has_the_tag_the_digest_or_what_it_is_made_for() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for (document, reference) in [
            (json!({"name": "lre", "tag": "1"}), "lre:1".to_owned()),
            (
                json!({"name": "r.example:5000/lre"}),
                "r.example:5000/lre:content".to_owned(),
            ),
            (
                json!({"name": "lre", "digest": digest}),
                format!("lre@{digest}"),
            ),
        ] {
            let image: Image = from_value(document.clone()).unwrap();
            assert_eq!(image.reference("content"), reference);
            assert_eq!(to_value(image).unwrap(), document);
        }
    }

    #[test]
    fn a_reference_is_read_as_engines_read_it() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let at = format!("@{digest}");
        for (text, version, reference) in [
            ("lre:1", None, "lre:1".to_owned()),
            ("lre:1", Some(at.as_str()), "lre:1".to_owned()),
            ("lre", Some("2"), "lre:2".to_owned()),
            (
                "r.example:5000/a/lre",
                Some(&at),
                format!("r.example:5000/a/lre{at}"),
            ),
            (
                &format!("r.example:5000/lre{at}"),
                None,
                format!("r.example:5000/lre{at}"),
            ),
        ] {
            let image = Image::parse(text, version).unwrap();
            assert_eq!(image.reference("content"), reference);
            assert!(image.is_made_elsewhere());
        }
        for text in ["lre", "r.example:5000/lre", "lre:", "lre@", "lre@1", ":1"] {
            Image::parse(text, None).unwrap_err();
        }
    }

    #[test]
    fn what_no_engine_takes_is_refused() {
        for document in [
            json!({"name": "a b"}),
            json!({"name": "lre", "tag": ""}),
            json!({"name": "lre", "tag": "a:b"}),
            json!({"name": "lre", "digest": "sha256:0A"}),
            json!({"name": "lre", "tag": "1", "digest": format!("sha256:{}", "0".repeat(64))}),
        ] {
            from_value::<Image>(document).unwrap_err();
        }
    }
}
