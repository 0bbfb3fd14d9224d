//! From the files that a user names to one manifest: reads each, tells environments
//! from manifests, probes what was not probed. It must not know what is rendered from it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use crate::container::{self, Container};
use crate::drift::{self, Described};
use crate::environment::{self, PathPolicy, json};
use crate::manifest::Manifest;
use crate::probe;

/// The reference environment, which is used where no other is named. It is a
/// manifest, so that no tool of it has to be on this machine.
const REFERENCE: &str = include_str!("reference.json");

/// An environment file of some hundred variables has some 10 kB.
const SIZE_LIMIT: u64 = 8 << 20;

/// The manifest of `files` and of the `container`; of the embedded reference where there are
/// none.
///
/// # Errors
/// A file that cannot be read or is neither an environment nor a manifest; a
/// name that two of them use; whatever probing complains of.
pub fn load(
    files: &[Utf8PathBuf],
    container: Option<&Container>,
    policy: &PathPolicy,
) -> Result<Manifest> {
    if files.is_empty() && container.is_none() {
        let document = serde_json::from_str(REFERENCE).context("the embedded reference")?;
        return Manifest::read(document, "the embedded reference", policy);
    }
    let mut environments = read_all(files, policy)?;
    if let Some(container) = container {
        let (name, probed) = container::environment(container)?;
        let described = Described::Probed(Box::new(probed));
        add(
            &mut environments,
            container.reference.as_str().into(),
            name,
            described,
        )?;
    }
    complete(environments, policy)
}

/// The manifest of the committed `files`, which have to agree with those of the
/// dev `shell`. Where they do, what was probed for either is not probed again.
///
/// # Errors
/// As [`load`], and where the two differ: the first differences and what to do.
pub fn load_agreeing(
    files: &[Utf8PathBuf],
    shell: &[Utf8PathBuf],
    policy: &PathPolicy,
) -> Result<Manifest> {
    let (mut committed, entered) = (read_all(files, policy)?, read_all(shell, policy)?);
    let differences = drift::differences(&by_name(&committed), &by_name(&entered));
    if differences.is_empty() {
        committed.extend(entered.into_iter().filter(|(_, e)| e.is_probed()));
        return complete(committed, policy);
    }
    let names = |files: &[Utf8PathBuf]| {
        let names: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
        names.join(" and ")
    };
    bail!(
        "the committed environment and the dev shell's are not the same.\n\
         committed: {}\nshell: {}\nwhere they differ (committed / shell):\n  {}\n\
         If the shell is right, commit its environment: cp {} {}\n\
         If the committed one is right, enter the dev shell of its revision anew.",
        names(files),
        names(shell),
        differences.join("\n  "),
        names(shell),
        names(files),
    )
}

/// Where the committed `files` and those of the dev `shell` differ, a line each, at most a few.
///
/// # Errors
/// A file that cannot be read or is neither an environment nor a manifest.
pub fn differences(
    files: &[Utf8PathBuf],
    shell: &[Utf8PathBuf],
    policy: &PathPolicy,
) -> Result<Vec<String>> {
    let (committed, entered) = (read_all(files, policy)?, read_all(shell, policy)?);
    Ok(drift::differences(&by_name(&committed), &by_name(&entered)))
}

/// An environment with the file that it was read from.
struct Loaded {
    file: Utf8PathBuf,
    described: Described,
}

impl Loaded {
    fn is_probed(&self) -> bool {
        matches!(self.described, Described::Probed(_))
    }
}

fn by_name(environments: &BTreeMap<String, Loaded>) -> BTreeMap<&str, &Described> {
    let entries = environments.iter();
    entries
        .map(|(name, e)| (name.as_str(), &e.described))
        .collect()
}

fn read_all(files: &[Utf8PathBuf], policy: &PathPolicy) -> Result<BTreeMap<String, Loaded>> {
    let mut environments: BTreeMap<String, Loaded> = BTreeMap::new();
    for file in files {
        for (name, described) in read(file, policy)? {
            add(&mut environments, file, name, described)?;
        }
    }
    Ok(environments)
}

fn add(
    environments: &mut BTreeMap<String, Loaded>,
    file: &Utf8Path,
    name: String,
    described: Described,
) -> Result<()> {
    if let Some(earlier) = environments.get(&name) {
        bail!(
            "{file}: it has an environment {name:?}, and so has {}; give them \
             different names under \"environments\"",
            earlier.file
        );
    }
    let file = file.to_owned();
    environments.insert(name, Loaded { file, described });
    Ok(())
}

fn read(file: &Utf8Path, policy: &PathPolicy) -> Result<Vec<(String, Described)>> {
    let document = read_json(file)?;
    if Manifest::is_manifest(&document) {
        let manifest = Manifest::read(document, file.as_str(), policy)?;
        let probed = manifest.environments.into_iter();
        return Ok(probed
            .map(|(n, p)| (n, Described::Probed(Box::new(p))))
            .collect());
    }
    let declared = environment::parse(&document, file.as_str(), policy)?.into_iter();
    Ok(declared.map(|(n, e)| (n, Described::Declared(e))).collect())
}

/// Probes what was not probed yet.
fn complete(environments: BTreeMap<String, Loaded>, policy: &PathPolicy) -> Result<Manifest> {
    let mut complete = BTreeMap::new();
    for (name, Loaded { file, described }) in environments {
        let probed = match described {
            Described::Probed(probed) => *probed,
            Described::Declared(environment) => probe::probe(&environment, policy)
                .with_context(|| format!("{file}: the environment {name:?}"))?,
        };
        complete.insert(name, probed);
    }
    Ok(Manifest::new(complete))
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
