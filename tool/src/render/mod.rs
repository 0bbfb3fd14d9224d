//! From a manifest to the synthesized repository: pure, no I/O, the same bytes on every
//! machine. One file here for each kind of generated file; nothing is probed or looked up.

mod bazelrc;
mod cc;
mod config;
mod java;
mod order;
mod root;
mod sh;
mod variables;

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use crate::manifest::{Manifest, Probed};
use crate::properties::{self, ExecProperties, Wanted};
use crate::system::Cpu;
use crate::tree::{FileTree, Marker};

pub use bazelrc::{
    Bazelrc, FILE_NAME as BAZELRC, IMPORT as BAZELRC_IMPORT, MARKER as BAZELRC_MARKER, REPOSITORY,
    bazelrc,
};
pub use java::warnings;

/// The files of `@local-remote-execution`.
///
/// # Errors
/// An environment that lacks what a toolchain cannot be without, such as an archiver; what
/// [`properties::of`] refuses.
pub fn repository(manifest: &Manifest, wanted: &Wanted) -> Result<FileTree> {
    let mut tree = FileTree::default();
    tree.add(MARKER.file, root::build()?)?;
    tree.add("manifest.json", manifest.to_json())?;
    let mut properties = properties::of(manifest, wanted)?;
    let mut first_of_image = BTreeMap::new();
    for (name, probed) in &manifest.environments {
        let first = first_of_image.entry((wanted.image(probed), wanted.machine(probed)));
        let environment = Rendered {
            name,
            probed,
            exec_properties: properties.remove(name.as_str()).unwrap_or_default(),
            first: first.or_insert(name),
            folder: folder(name),
        };
        environment
            .add_to(&mut tree)
            .with_context(|| format!("the environment {name:?}"))?;
    }
    Ok(tree)
}

/// The folder of an environment, which is also the package of its labels.
pub fn folder(name: &str) -> String {
    format!("generated-{name}")
}

/// An environment with the names that its files and labels get.
struct Rendered<'a> {
    name: &'a str,
    probed: &'a Probed,
    exec_properties: ExecProperties,
    /// The name of the first environment with the same image (or none) and system.
    first: &'a str,
    folder: String,
}

impl Rendered<'_> {
    fn add_to(&self, tree: &mut FileTree) -> Result<()> {
        tree.add(self.path("config/BUILD"), config::build(self)?)?;
        let variables = self.path("config/environment.bzl");
        tree.add(variables, variables::file(self)?)?;
        if let Some(cc) = &self.probed.cc {
            cc::add_to(tree, self, cc)?;
        }
        if let Some(java) = &self.probed.java {
            java::add_to(tree, self, java)?;
        }
        if let Some(shell) = &self.probed.shell {
            tree.add(self.path("sh/BUILD"), sh::build(self, shell)?)?;
        }
        Ok(())
    }

    fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.folder)
    }

    /// The comment at the head of a generated file; `origin` is the file of
    /// this crate that rendered it.
    fn comment(&self, origin: &str) -> String {
        header(
            &format!("/environments/{} of manifest.json", self.name),
            origin,
        )
    }
}

/// By what a folder is known as a synthesized repository.
pub const MARKER: Marker = Marker {
    file: "BUILD.bazel",
    begins: "# Made by `lre generate`",
};

fn header(from: &str, origin: &str) -> String {
    format!(
        "Made by `lre generate` from {from}; changes here are lost.\n\
         Rendered by {origin} of the helper's sources."
    )
}

/// What Bazel calls a CPU in the names of C++ toolchains and output folders.
pub(crate) fn bazel_cpu(cpu: Cpu) -> &'static str {
    match cpu {
        Cpu::X86_64 => "k8",
        Cpu::Aarch64 => "aarch64",
    }
}
