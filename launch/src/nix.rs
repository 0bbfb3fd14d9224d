//! Nix's own programs, where they are and how they are asked. It must not know what for.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use crate::runner::{Output, Runner};

/// Where Nix is, on NixOS, after its installer, and in the packages of distributions.
const PLACES: [&str; 3] = [
    "/run/current-system/sw/bin",
    "/nix/var/nix/profiles/default/bin",
    "/usr/bin",
];

/// How much of what Nix says is shown, in lines; the last ones tell the cause.
const SHOWN: usize = 12;

/// Nix on this machine.
#[derive(Debug)]
pub struct Nix {
    folder: Utf8PathBuf,
    runner: Runner,
}

/// What a command of Nix's said.
#[derive(Debug)]
pub struct Said {
    /// Whether it did what it was asked to.
    pub success: bool,
    /// Standard error.
    pub stderr: String,
}

impl Said {
    /// Its last lines.
    pub fn tail(&self) -> String {
        let lines = self.stderr.lines().filter(|line| !line.trim().is_empty());
        let lines: Vec<&str> = lines.collect();
        lines[lines.len().saturating_sub(SHOWN)..].join("\n")
    }
}

impl Nix {
    /// The one with the program `nix_store`, or the first at its usual places; what it keeps for itself
    /// goes below `home`.
    ///
    /// # Errors
    /// There is none.
    pub fn find(nix_store: Option<&Utf8Path>, home: &Utf8Path) -> Result<Nix> {
        let named = nix_store.map(|program| program.parent().unwrap_or(Utf8Path::new("/")));
        let folder = match named {
            Some(folder) => folder,
            None => (PLACES.iter().map(Utf8Path::new))
                .find(|folder| folder.join("nix-store").exists())
                .ok_or_else(|| anyhow!("there is no nix-store in {}", PLACES.join(", ")))?,
        };
        let runner = Runner::new(folder.as_str(), "is Nix on this machine?");
        Ok(Nix {
            folder: folder.to_owned(),
            runner: runner
                .with_variable("HOME", home.as_str())
                .with_variable("LC_ALL", "C"),
        })
    }

    /// `nix-store` with `words`, for no longer than `limit`.
    ///
    /// # Errors
    /// It cannot be started or takes longer.
    pub fn store(&self, words: &[&str], limit: Duration) -> Result<Said> {
        let Output {
            success, stderr, ..
        } = self.run("nix-store", words, limit)?;
        Ok(Said { success, stderr })
    }

    /// The caches that it fetches from.
    ///
    /// # Errors
    /// It does not say.
    pub fn substituters(&self, limit: Duration) -> Result<Vec<String>> {
        let answer = self.json(&["config", "show", "--json"], limit)?;
        let list = answer["substituters"]["value"].as_array();
        let list = list.context("`nix config show --json` has no substituters")?;
        Ok(list
            .iter()
            .filter_map(|s| s.as_str().map(str::to_owned))
            .collect())
    }

    /// Bytes of `path` with all that it refers to, as the store at `url` says it.
    ///
    /// # Errors
    /// It does not know the path, or does not answer.
    pub fn closure_size(&self, url: &str, path: &str, limit: Duration) -> Result<u64> {
        let words = [
            "path-info",
            "--json",
            "--closure-size",
            "--store",
            url,
            path,
        ];
        let answer = self.json(&words, limit)?;
        let info = answer.get("info").unwrap_or(&answer);
        let mut each = match info {
            Value::Array(list) => list.iter().collect::<Vec<_>>(),
            Value::Object(map) => map.values().collect(),
            _ => Vec::new(),
        }
        .into_iter();
        let size = each.find_map(|info| info["closureSize"].as_u64());
        size.with_context(|| format!("{url} does not have {path}"))
    }

    fn json(&self, words: &[&str], limit: Duration) -> Result<Value> {
        let first = ["--extra-experimental-features", "nix-command"];
        let Output {
            success,
            stdout,
            stderr,
        } = self.run("nix", &[&first, words].concat(), limit)?;
        if !success {
            bail!("{}", Said { success, stderr }.tail());
        }
        let command = || format!("`nix {}` did not print JSON", words.join(" "));
        serde_json::from_str(&stdout).with_context(command)
    }

    fn run(&self, program: &str, words: &[&str], limit: Duration) -> Result<Output> {
        let runner = self.runner.clone().with_time_limit(limit);
        runner.run(&self.folder.join(program), words, "")
    }
}
