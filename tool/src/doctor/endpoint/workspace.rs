//! An empty workspace with nothing but probe actions, in a temporary folder with an output base of its
//! own; both go with it. It must not know what comes of them.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use camino::Utf8PathBuf;
use serde::Serialize;
use tempfile::TempDir;

use super::super::place::Place;
use super::run::Limits;
use crate::properties::ExecProperties;
use crate::rc::quote;
use crate::removal;
use crate::starlark::{BuildFile, Load, Rule};

/// The rule: an action that a shell runs, which needs no toolchain. What it writes is never the same, so
/// that no cache has it.
const RULE: &str = include_str!("probe.bzl");

/// The head of generated files.
const COMMENT: &str = "Made by `lre doctor`.";

/// An action for some of the environments.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Their names.
    pub environments: Vec<String>,
    /// What runs it.
    pub shell: Utf8PathBuf,
    /// What it asks for.
    pub properties: ExecProperties,
}

impl Probe {
    /// What it asks for, in words.
    pub fn asks(&self) -> String {
        let each = self.properties.iter();
        let each: Vec<String> = each
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} (of {})", each.join(", "), self.environments.join(", "))
    }
}

#[derive(Serialize)]
#[serde(rename = "probe")]
struct ProbeRule<'a> {
    name: &'a str,
    exec_properties: &'a ExecProperties,
    nonce: &'a str,
    shell: &'a str,
}

impl Rule for ProbeRule<'_> {
    const LOAD: Option<Load> = Some(Load {
        file: ":probe.bzl",
        symbols: &["probe"],
    });
}

#[derive(Serialize)]
#[serde(rename = "module")]
struct Module<'a> {
    name: &'a str,
}

impl Rule for Module<'_> {
    const LOAD: Option<Load> = None;
}

#[derive(Serialize)]
#[serde(rename = "bazel_dep")]
struct BazelDep<'a> {
    name: &'a str,
}

impl Rule for BazelDep<'_> {
    const LOAD: Option<Load> = None;
}

/// The workspace on the disk.
#[derive(Debug)]
pub struct ProbeWorkspace {
    /// Removes it where it is not complete.
    _guard: TempDir,
    root: Utf8PathBuf,
}

impl ProbeWorkspace {
    /// Makes one for the version of Bazel that the workspace of `place` is for.
    ///
    /// # Errors
    /// There is no room for it; of the others likewise.
    pub fn new(place: &Place) -> Result<ProbeWorkspace> {
        let dir = tempfile::Builder::new().prefix("lre-doctor-").tempdir();
        let dir = dir.context("there is no temporary folder to be had")?;
        let root = Utf8PathBuf::try_from(dir.path().canonicalize()?)?;
        let workspace = ProbeWorkspace { _guard: dir, root };
        fs::create_dir(workspace.folder())?;
        // The file by which Bazelisk and others choose the version.
        if let Ok(version) = fs::read_to_string(place.workspace.root.join(".bazelversion")) {
            workspace.write(".bazelversion", &version)?;
        }
        Ok(workspace)
    }

    /// Lets actions go to `executor`, with the lines `carried` in the rc file, which nobody else may read,
    /// since there may be secrets among them; `modules` are those that the lines override.
    pub fn configure(
        &self,
        executor: &str,
        carried: &str,
        modules: &BTreeSet<String>,
    ) -> Result<()> {
        let endpoint = quote(&format!("--remote_executor={executor}"));
        self.write(".bazelrc", &format!("{carried}build {endpoint}\n"))?;
        let mut module = BuildFile::default();
        module.add(&Module { name: "lre_doctor" })?;
        for name in modules {
            module.add(&BazelDep { name })?;
        }
        self.write("MODULE.bazel", &module.print(COMMENT)?)
    }

    /// Adds an action for each of `probes`.
    pub fn add(&self, probes: &[Probe]) -> Result<()> {
        self.write("probe.bzl", RULE)?;
        let mut build = BuildFile::default();
        let nonce = format!("{:?} {}", SystemTime::now(), std::process::id());
        for (number, probe) in probes.iter().enumerate() {
            build.add(&ProbeRule {
                name: &name(number),
                exec_properties: &probe.properties,
                nonce: &nonce,
                shell: probe.shell.as_str(),
            })?;
        }
        self.write("BUILD.bazel", &build.print(COMMENT)?)
    }

    fn folder(&self) -> Utf8PathBuf {
        self.root.join("workspace")
    }

    fn base(&self) -> Utf8PathBuf {
        self.root.join("base")
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder().join(name);
        fs::write(&path, text).with_context(|| format!("{path}: cannot write it"))?;
        let mode = Permissions::from_mode(0o600);
        fs::set_permissions(&path, mode).with_context(|| format!("{path}: cannot set its mode"))
    }

    /// The command that builds all probes, and how long it may take until it sends the first action, and
    /// from then on.
    pub fn command(&self, place: &Place, start: Duration) -> (Command, Limits) {
        let limit = place.options.action_limit;
        let mut command = Command::new(&place.options.bazel);
        command.current_dir(self.folder());
        // No server is left; the system's rc file is read, which may be what makes Bazel work here.
        command.args(["--batch", "--nohome_rc"]);
        command.arg(format!("--output_base={}", self.base()));
        command.args(["build", "--keep_going", "--subcommands"]);
        command.args(["--color=no", "--curses=no", "--noshow_progress"]);
        command.args(["--spawn_strategy=remote", "--noremote_local_fallback"]);
        command.args(["--noremote_accept_cached", "--remote_retries=0"]);
        command.args(["--remote_download_outputs=all", "--lockfile_mode=off"]);
        command.arg("--experimental_convenience_symlinks=ignore");
        command.arg(format!("--remote_timeout={}s", limit.as_secs().max(1)));
        command.arg(format!("--remote_grpc_log={}", self.calls()));
        command.arg("//:all");
        (command, Limits { start, limit })
    }

    /// Where Bazel writes which calls it made.
    pub fn calls(&self) -> Utf8PathBuf {
        self.root.join("calls")
    }

    /// Of each of so many probes, whether its output is there.
    pub fn done(&self, probes: usize) -> Vec<bool> {
        let out = self.base().join("execroot/_main/bazel-out");
        let configurations: Vec<Utf8PathBuf> = out
            .read_dir_utf8()
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .collect();
        let is_there = |number| {
            let output = format!("{}.out", name(number));
            configurations.iter().any(|bin| bin.join(&output).is_file())
        };
        (0..probes).map(is_there).collect()
    }
}

fn name(number: usize) -> String {
    format!("probe_{number}")
}

impl Drop for ProbeWorkspace {
    fn drop(&mut self) {
        // Before its guard, which does not remove what Bazel made.
        removal::remove(&self.root).ok();
    }
}
