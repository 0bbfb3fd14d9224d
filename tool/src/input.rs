//! From the files that a user names to one manifest: reads each, tells environments
//! from manifests, probes what was not probed. It must not know what is rendered from it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use crate::environment::{self, PathPolicy, json};
use crate::manifest::Manifest;
use crate::probe;

/// The reference environment, which is used where no other is named. It is a
/// manifest, so that no tool of it has to be on this machine.
const REFERENCE: &str = include_str!("reference.json");

/// An environment file of some hundred variables has some 10 kB.
const SIZE_LIMIT: u64 = 8 << 20;

/// The manifest of `files`; of the embedded reference where there are none.
///
/// # Errors
/// A file that cannot be read or is neither an environment nor a manifest; a
/// name that two files use; whatever probing complains of.
pub fn load(files: &[Utf8PathBuf], policy: &PathPolicy) -> Result<Manifest> {
    if files.is_empty() {
        let document = serde_json::from_str(REFERENCE).context("the embedded reference")?;
        return Manifest::read(document, "the embedded reference", policy);
    }
    let mut sources: BTreeMap<String, &Utf8Path> = BTreeMap::new();
    let mut environments = BTreeMap::new();
    for file in files {
        for (name, probed) in read(file, policy)?.environments {
            if let Some(earlier) = sources.insert(name.clone(), file) {
                bail!(
                    "{file}: it has an environment {name:?}, and so has {earlier}; give them \
                     different names under \"environments\""
                );
            }
            environments.insert(name, probed);
        }
    }
    Ok(Manifest::new(environments))
}

fn read(file: &Utf8Path, policy: &PathPolicy) -> Result<Manifest> {
    let document = read_json(file)?;
    if Manifest::is_manifest(&document) {
        return Manifest::read(document, file.as_str(), policy);
    }
    let mut environments = BTreeMap::new();
    for (name, environment) in environment::parse(&document, file.as_str(), policy)? {
        let probed = probe::probe(&environment, policy)
            .with_context(|| format!("{file}: the environment {name:?}"))?;
        environments.insert(name, probed);
    }
    Ok(Manifest::new(environments))
}

fn read_json(file: &Utf8Path) -> Result<Value> {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|open| open.take(SIZE_LIMIT + 1).read_to_end(&mut bytes))
        .with_context(|| format!("{file}: cannot read the environment"))?;
    if bytes.len() as u64 > SIZE_LIMIT {
        bail!("{file}: more than {SIZE_LIMIT} bytes are no environment; is it the right file?");
    }
    let text = str::from_utf8(&bytes)
        .map_err(|e| anyhow!("{file}: byte {} is no UTF-8", e.valid_up_to()))?;
    json::read(text, file.as_str())
}
