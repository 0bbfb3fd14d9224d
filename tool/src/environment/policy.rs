//! Which paths an environment may name: those in the Nix store, and roots that
//! the user allowed by name. It compares text and never touches the file system.

use anyhow::{Result, anyhow};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// The Nix store directory; a store path's identity is its text, so a store
/// elsewhere has to be allowed as a prefix.
const STORE: &str = "/nix/store";

/// What may stand in a path: Nix's own characters of a store path's name
/// (Nix manual, "Store path"), and what programs below it are called.
const PUNCTUATION: &str = "/ + - . _ ? = @ , ~ %";

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || (c != ' ' && PUNCTUATION.contains(c))
}

/// The admitted roots.
#[derive(Clone, Debug, Default)]
pub struct PathPolicy {
    allowed: Vec<Utf8PathBuf>,
}

impl PathPolicy {
    /// A policy that admits the store and, besides, everything below `allowed`.
    ///
    /// # Errors
    /// An allowed prefix that is no absolute path.
    pub fn new(allowed: Vec<Utf8PathBuf>) -> Result<PathPolicy> {
        match allowed.iter().find(|prefix| !prefix.is_absolute()) {
            None => Ok(PathPolicy { allowed }),
            Some(prefix) => Err(anyhow!(
                "--allow-path-prefix {prefix}: write an absolute path"
            )),
        }
    }

    /// A policy that admits every path: those of an image, which is what tells them from those
    /// of other machines.
    pub fn of_image() -> PathPolicy {
        PathPolicy {
            allowed: vec!["/".into()],
        }
    }

    /// Checks one path of an environment.
    ///
    /// # Errors
    /// A path that is empty, relative, has a `..` or an odd character, or lies in none of the roots.
    pub fn check(&self, path: impl AsRef<Utf8Path>) -> Result<()> {
        let path = path.as_ref();
        if path.as_str().is_empty() {
            return Err(anyhow!(
                "an empty path, which a shell would read as the current folder; take it out"
            ));
        }
        if let Some(c) = path.as_str().chars().find(|c| !is_plain(*c)) {
            return Err(anyhow!(
                "{path:?} has the character {c:?}; a tool is named in shell scripts and in lists \
                 too, so its path is made of letters, digits and {PUNCTUATION} only"
            ));
        }
        if !path.is_absolute() {
            return Err(anyhow!(
                "{path} is a relative path and would mean another file on every machine; \
                 write the absolute store path"
            ));
        }
        if path.components().any(|c| c == Utf8Component::ParentDir) {
            return Err(anyhow!("{path} has a '..'; write the path without it"));
        }
        if self.admits(path) {
            return Ok(());
        }
        Err(anyhow!(
            "{path} is outside the Nix store, so two machines may find different files there; \
             use a store path, or pass --allow-path-prefix {} if it is the same everywhere",
            root_of(path)
        ))
    }

    /// Whether `path` lies in one of the roots; it is taken as it is written.
    pub fn admits(&self, path: &Utf8Path) -> bool {
        (path.starts_with(STORE) && path != STORE)
            || self.allowed.iter().any(|prefix| path.starts_with(prefix))
    }
}

fn root_of(path: &Utf8Path) -> Utf8PathBuf {
    path.components().take(2).collect()
}
