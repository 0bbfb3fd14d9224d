//! Bazel's execution log, reduced to what parity is judged by. It must not know
//! how the log came about.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

use anyhow::{Context, Result, ensure};
use camino::Utf8Path;
use serde::Deserialize;

/// One spawn, as Bazel's `spawn.proto` (message SpawnExec) describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spawn {
    /// The label of the target it belongs to.
    pub target_label: String,
    /// What kind of action it is, such as CppCompile.
    pub mnemonic: String,
    /// The program that it calls, and its arguments.
    pub command_args: Vec<String>,
    /// What it asks of the worker.
    pub platform: Platform,
    /// What it reads, as far as Bazel knows: what is sent to a worker.
    pub inputs: Vec<Output>,
    /// Paths of the outputs that it was to make.
    pub listed_outputs: Vec<String>,
    /// What it made.
    pub actual_outputs: Vec<Output>,
    /// How it was run: "remote", "remote cache hit", "disk cache hit", "linux-sandbox".
    pub runner: String,
    /// Whether its result came from a cache.
    pub cache_hit: bool,
    /// Whether its result may be shared.
    pub cacheable: bool,
    /// Whether its result may be shared through a remote cache.
    pub remote_cacheable: bool,
    /// The digest of the action; Bazel gives none without a cache or an executor.
    pub digest: Digest,
}

/// Execution properties, as a list in which each name is once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Platform {
    properties: Vec<Property>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Property {
    name: String,
    value: String,
}

/// One file that a spawn read or made.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Output {
    /// Its path below the execution root.
    pub path: String,
    /// Of its content.
    pub digest: Digest,
}

/// A digest of the Remote Execution API.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Digest {
    /// In hexadecimal.
    pub hash: String,
}

impl Spawn {
    /// Whether parity is asked of it.
    pub fn is_shared(&self) -> bool {
        self.cacheable && self.remote_cacheable
    }

    /// All execution properties.
    pub fn properties(&self) -> BTreeMap<&str, &str> {
        let properties = self.platform.properties.iter();
        properties
            .map(|property| (property.name.as_str(), property.value.as_str()))
            .collect()
    }

    /// The value of an execution property.
    pub fn property(&self, name: &str) -> Option<&str> {
        let mut properties = self.platform.properties.iter();
        properties
            .find(|property| property.name == name)
            .map(|property| property.value.as_str())
    }
}

/// What tells one spawn from another in every run: label, mnemonic, first output.
/// A test's attempts and shards have outputs of their own.
pub type Key = (String, String, String);

/// The spawns of one run, by key.
pub fn read(path: &Utf8Path) -> Result<BTreeMap<Key, Spawn>> {
    let file = File::open(path).with_context(|| format!("cannot read {path}"))?;
    let mut spawns = BTreeMap::new();
    for spawn in serde_json::Deserializer::from_reader(BufReader::new(file)).into_iter::<Spawn>() {
        let spawn = spawn.with_context(|| format!("{path} is no JSON execution log"))?;
        let output = spawn.listed_outputs.first().cloned().unwrap_or_default();
        let key = (spawn.target_label.clone(), spawn.mnemonic.clone(), output);
        ensure!(
            !spawns.contains_key(&key),
            "{path} has two spawns that cannot be told apart: {key:?}"
        );
        spawns.insert(key, spawn);
    }
    Ok(spawns)
}
