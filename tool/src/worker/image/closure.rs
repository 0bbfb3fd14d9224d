//! The closure of an image: every store path that goes into it, and where those are read from. It
//! must not know how they are spread over layers.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::carried::store_path;

/// Store paths with all that they refer to.
#[derive(Clone, Debug)]
pub struct Closure {
    paths: BTreeSet<Utf8PathBuf>,
    store: Utf8PathBuf,
}

impl Closure {
    /// The store paths that `file` lists, one a line, which lie below `store` where one is named.
    ///
    /// # Errors
    /// The file cannot be read, or has a line that is no store path.
    pub fn read(file: &Utf8Path, store: Option<&Utf8Path>) -> Result<Closure> {
        let text =
            fs::read_to_string(file).with_context(|| format!("{file}: cannot read the closure"))?;
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let paths = lines.map(|(number, line)| match store_path(line) {
            Some(path) if path == line => Ok(line.into()),
            _ => bail!(
                "{file}: line {}: {line:?} is no store path; write one a line, as `nix-store \
                 --query --requisites` does",
                number + 1
            ),
        });
        Closure::new(paths.collect::<Result<_>>()?, store)
    }

    /// What Nix says the closure of `roots` is.
    ///
    /// # Errors
    /// Nix is not there, or does not know one of the store paths.
    pub fn ask_nix(roots: &BTreeSet<Utf8PathBuf>, store: Option<&Utf8Path>) -> Result<Closure> {
        let mut command = Command::new("nix");
        command.args(["--extra-experimental-features", "nix-command"]);
        command.args(["path-info", "--json", "--recursive"]);
        command.args(store.iter().flat_map(|store| ["--store", store.as_str()]));
        let output = command.args(roots).output().context(
            "`nix` could not be started; where it is not, give the closure with --closure FILE: \
             `nix-store --query --requisites PATH… > FILE` writes it where it is",
        )?;
        if !output.status.success() {
            bail!(
                "Nix does not know the closure of the environments; get their store paths first, \
                 by `nix-store --realise` or in the dev shell:\n{}",
                String::from_utf8_lossy(&output.stderr).trim_end()
            );
        }
        let answer = serde_json::from_slice(&output.stdout)
            .context("`nix path-info --json` did not print JSON")?;
        Closure::new(listed(&answer)?, store)
    }

    fn new(paths: BTreeSet<Utf8PathBuf>, store: Option<&Utf8Path>) -> Result<Closure> {
        let store = store.unwrap_or(Utf8Path::new("/")).to_owned();
        Ok(Closure { paths, store })
    }

    /// Checks that all of `roots` are in it.
    ///
    /// # Errors
    /// One is not, so that it is the closure of something else.
    pub fn covers(&self, roots: &BTreeSet<Utf8PathBuf>) -> Result<()> {
        match roots.difference(&self.paths).next() {
            None => Ok(()),
            Some(path) => bail!(
                "{path}: the environment names this store path, and the closure does not have it; \
                 make the list anew, from all store paths of the manifest"
            ),
        }
    }

    /// Its store paths, sorted.
    pub fn paths(&self) -> &BTreeSet<Utf8PathBuf> {
        &self.paths
    }

    /// Where a store path lies on this machine.
    pub fn on_disk(&self, path: &Utf8Path) -> Utf8PathBuf {
        let below = path.strip_prefix("/").unwrap_or(path);
        self.store.join(below)
    }

    /// Its store paths with the bytes of their files.
    ///
    /// # Errors
    /// One is not on this machine or cannot be read.
    pub fn measured(&self) -> Result<Vec<(Utf8PathBuf, u64)>> {
        let each = self.paths.iter().map(|path| {
            let there = self.on_disk(path);
            let bytes = bytes_below(there.as_std_path()).with_context(|| {
                format!("{there}: cannot read it; get it with `nix-store --realise {path}`")
            })?;
            Ok((path.clone(), bytes))
        });
        each.collect()
    }
}

/// The three forms that Nix has had for what `path-info --json` prints: a list, an object with
/// paths as keys (2.19), and one with the names of paths as keys below `info` (2.33).
fn listed(answer: &Value) -> Result<BTreeSet<Utf8PathBuf>> {
    let info = answer.get("info").unwrap_or(answer);
    let keys: Vec<&str> = match info {
        Value::Array(list) => list.iter().filter_map(|i| i["path"].as_str()).collect(),
        Value::Object(map) => map.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let paths: BTreeSet<Utf8PathBuf> = keys
        .into_iter()
        .map(|key| Utf8Path::new("/nix/store").join(key))
        .collect();
    match paths
        .iter()
        .find(|path| store_path(path.as_str()) != Some(path.as_str()))
    {
        Some(path) => bail!("`nix path-info --json` lists {path}, which is no store path"),
        None if paths.is_empty() => bail!("`nix path-info --json` lists no store paths"),
        None => Ok(paths),
    }
}

fn bytes_below(path: &Path) -> Result<u64> {
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_dir() {
        return Ok(metadata.size());
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        bytes += bytes_below(&entry?.path())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_form_of_nix_is_read() {
        let name = "0123456789abcdfghijklmnpqrsvwxyz-bash-5";
        let path = format!("/nix/store/{name}");
        for answer in [
            json!([{ "path": path, "narSize": 1 }]),
            json!({ &path: { "narSize": 1 } }),
            json!({ "version": 2, "storeDir": "/nix/store", "info": { name: {} } }),
        ] {
            let paths = listed(&answer).unwrap();
            assert_eq!(paths.into_iter().collect::<Vec<_>>(), [path.as_str()]);
        }
        for answer in [json!([]), json!({ "/etc/passwd": {} }), json!(null)] {
            listed(&answer).unwrap_err();
        }
    }
}
