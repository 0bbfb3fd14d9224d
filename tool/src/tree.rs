//! The file tree that rendering produces and that validation and writing consume.
//! It knows paths and bytes; it must not know what Bazel, Nix or a manifest is.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// One file of a [`FileTree`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The whole content; every file that we render is text.
    pub text: String,
    /// Whether the file gets mode 0755 instead of 0644.
    pub executable: bool,
}

/// Files by their path relative to the root of the tree, in byte order of the
/// paths, so that two trees made from the same manifest are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileTree {
    files: BTreeMap<Utf8PathBuf, File>,
}

impl FileTree {
    /// Adds a text file of mode 0644.
    ///
    /// # Errors
    /// A path that is empty, absolute or has a `..`, and a path that is there already.
    pub fn add(&mut self, path: impl AsRef<Utf8Path>, text: impl Into<String>) -> Result<()> {
        self.insert(path.as_ref(), text.into(), false)
    }

    /// Adds a text file of mode 0755; errors as [`FileTree::add`].
    pub fn add_executable(
        &mut self,
        path: impl AsRef<Utf8Path>,
        text: impl Into<String>,
    ) -> Result<()> {
        self.insert(path.as_ref(), text.into(), true)
    }

    fn insert(&mut self, path: &Utf8Path, mut text: String, executable: bool) -> Result<()> {
        // A text that was put together has up to twice the room that it needs.
        text.shrink_to_fit();
        let plain = !path.as_str().is_empty()
            && path
                .components()
                .all(|c| matches!(c, Utf8Component::Normal(_)));
        if !plain {
            bail!("{path:?} cannot be the path of a generated file: it must stay below the root");
        }
        let file = File { text, executable };
        if self.files.insert(path.to_owned(), file).is_some() {
            bail!("{path} would be generated twice");
        }
        Ok(())
    }

    /// The files in byte order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&Utf8Path, &File)> {
        self.files.iter().map(|(path, file)| (path.as_path(), file))
    }

    /// The file at `path`, if there is one.
    pub fn get(&self, path: impl AsRef<Utf8Path>) -> Option<&File> {
        self.files.get(path.as_ref())
    }
}

/// The file at the top of a tree, and how it begins, by which a folder is known as one
/// that was written before and may be replaced.
#[derive(Clone, Copy, Debug)]
pub struct Marker {
    /// Name of the file.
    pub file: &'static str,
    /// Its first words.
    pub begins: &'static str,
}
