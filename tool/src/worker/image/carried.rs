//! What one image carries of a manifest: which environments, under which name and tag, with which
//! variables and store paths. It must not know how images are written.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};

use crate::environment::Image;
use crate::manifest::{Manifest, Probed};
use crate::system::System;

/// The store directory, whatever store it is of.
const STORE: &str = "/nix/store/";

/// Length of the hash in a store path, and its characters (Nix manual, "Store path").
const HASH_LENGTH: usize = 32;
const HASH: &str = "0123456789abcdfghijklmnpqrsvwxyz";

/// What an image carries.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Its name, with its registry where it has one.
    pub name: String,
    /// Its tag: that of [`Manifest::references`].
    pub tag: String,
    /// Where its tools run.
    pub system: System,
    /// The variables of all its environments; one on which they disagree is left out.
    pub env: BTreeMap<String, String>,
    /// The three paths of docs/worker.md and what they link to.
    pub links: Vec<(&'static str, Utf8PathBuf)>,
    /// The store paths that it names.
    pub roots: BTreeSet<Utf8PathBuf>,
    /// Paths that it names outside of the store, which only a base can have.
    pub elsewhere: BTreeSet<Utf8PathBuf>,
    /// The names of its environments.
    pub environments: Vec<String>,
    /// SHA-256 of the manifest.
    pub digest: String,
}

impl Carried {
    /// What the image `name` of `manifest` carries, or its only one; all environments where
    /// none of them names an image.
    ///
    /// # Errors
    /// No such image, or several and none is named; one that is named by its digest; tools of
    /// several systems; no shell or no `env` for the links.
    pub fn new(mut manifest: Manifest, name: Option<&str>) -> Result<Carried> {
        if manifest.environments.values().all(|e| e.image.is_none()) {
            let name = name.ok_or_else(|| {
                anyhow!("the manifest names no image; say with --name how it is to be called")
            })?;
            for probed in manifest.environments.values_mut() {
                probed.image = Some(Image::of_content(name)?);
            }
        }
        let images = manifest.images();
        let names: BTreeSet<&str> = images.keys().map(|image| image.name()).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let mut meant = images
            .iter()
            .filter(|(image, _)| name.is_none_or(|name| image.name() == name));
        let Some((image, probed)) = meant.next() else {
            bail!("the manifest has no image of that name; --name is one of: {names}");
        };
        if meant.next().is_some() {
            bail!("the manifest names several images; say with --name which is meant, of: {names}");
        }
        if probed.values().any(|e| e.in_image) {
            bail!(
                "the image {} has its own tools, so there is nothing to make: give workers that one",
                image.name()
            );
        }
        let references = manifest.references();
        let first = probed.keys().next().expect("an image carries something");
        let reference = &references[first];
        let tag = reference
            .strip_prefix(image.name())
            .and_then(|rest| rest.strip_prefix(':'))
            .ok_or_else(|| {
                anyhow!(
                    "the image {reference} is named by its digest, so it was made already; leave \
                     the digest out of the environment to make one that is tagged with its content"
                )
            })?;
        let environments: Vec<&Probed> = probed.values().copied().collect();
        let mut carried = Carried {
            name: image.name().to_owned(),
            tag: tag.to_owned(),
            system: environments[0].system,
            env: variables(&environments),
            links: links(&environments)?,
            roots: BTreeSet::new(),
            elsewhere: BTreeSet::new(),
            environments: probed.keys().map(|name| (*name).to_owned()).collect(),
            digest: manifest.digest(),
        };
        if environments
            .iter()
            .any(|e| e.system.cpu != carried.system.cpu)
        {
            bail!(
                "the environments of the image {} run on several CPUs, and an image is for one; \
                 give each an image of its own",
                carried.name
            );
        }
        for probed in environments {
            carried.add_paths(probed);
        }
        Ok(carried)
    }

    /// As container engines take it: `NAME:TAG`.
    pub fn reference(&self) -> String {
        format!("{}:{}", self.name, self.tag)
    }

    /// The variables as an image's configuration has them.
    pub fn env(&self) -> impl Iterator<Item = String> {
        self.env.iter().map(|(key, value)| format!("{key}={value}"))
    }

    fn add_paths(&mut self, probed: &Probed) {
        for path in probed.paths() {
            match store_path(path.as_str()) {
                Some(root) => self.roots.insert(root.into()),
                None => self.elsewhere.insert(path.to_owned()),
            };
        }
        for (_, value) in probed.env.iter() {
            let named = value.match_indices(STORE);
            let paths = named.filter_map(|(at, _)| store_path(&value[at..]));
            self.roots.extend(paths.map(Utf8PathBuf::from));
        }
    }
}

/// The store path that `text` begins with, without what is below it.
pub fn store_path(text: &str) -> Option<&str> {
    let name = text.strip_prefix(STORE)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-._?=".contains(c);
    let name = &name[..name.find(|c| !plain(c)).unwrap_or(name.len())];
    let (hash, rest) = name.split_at_checked(HASH_LENGTH)?;
    let is_one = hash.chars().all(|c| HASH.contains(c)) && rest.len() > 1 && rest.starts_with('-');
    is_one.then(|| &text[..STORE.len() + name.len()])
}

/// The variables of `environments`. PATH is the folders of all of them, each once, as it is for
/// actions; a value on which they disagree would be right for one of them only.
fn variables(environments: &[&Probed]) -> BTreeMap<String, String> {
    let mut merged: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, value) in environments.iter().flat_map(|probed| probed.env.iter()) {
        merged.entry(key).or_default().insert(value);
    }
    let agreed = merged.into_iter().filter(|(_, values)| values.len() == 1);
    let mut env: BTreeMap<String, String> = agreed
        .map(|(key, values)| (key.to_owned(), values.into_iter().collect()))
        .collect();
    let path = folders(environments.iter().flat_map(|probed| probed.env.path()));
    if !path.is_empty() {
        env.insert("PATH".to_owned(), path);
    }
    env
}

/// Folders as PATH has them, each once.
pub fn folders(all: impl IntoIterator<Item = Utf8PathBuf>) -> String {
    let mut seen = BTreeSet::new();
    let each = all.into_iter().filter(|folder| seen.insert(folder.clone()));
    let each: Vec<String> = each.map(Utf8PathBuf::into_string).collect();
    each.join(":")
}

/// The paths that scripts hard-code, with the shell and `env` of the first environment that has
/// them.
fn links(environments: &[&Probed]) -> Result<Vec<(&'static str, Utf8PathBuf)>> {
    let core = |name: &str| {
        environments
            .iter()
            .find_map(|probed| probed.core_tools.get(name))
    };
    let shell = environments.iter().find_map(|probed| probed.shell.as_ref());
    let link = |place, tool: Option<&Utf8PathBuf>| match tool {
        Some(tool) if store_path(tool.as_str()).is_some() => Ok((place, tool.to_owned())),
        Some(tool) => bail!("/{place} has to link into the store, and {tool} is not in it"),
        None => bail!(
            "no environment of the image has what /{place} links to; add bash and the core tools \
             to PATH, as docs/worker.md says"
        ),
    };
    Ok(vec![
        link("bin/bash", core("bash").or(shell))?,
        link("bin/sh", core("sh").or(shell))?,
        link("usr/bin/env", core("env"))?,
    ])
}

/// What is behind the hash in the name of a store path.
pub fn name_of(path: &Utf8Path) -> &str {
    let name = path.file_name().unwrap_or_default();
    name.get(HASH_LENGTH + 1..).unwrap_or(name)
}
