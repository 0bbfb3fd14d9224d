//! A Bazel workspace on a machine of the lab: set up as its user would, commands
//! run, execution logs read. It must not know what the outcome ought to be.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;

use super::Lab;
use super::machine::Machine;
use super::store::Environment;
use crate::parity::Run;
use crate::shell::{logged, progress, run, tail};
use crate::{checkout, execlog};

/// Where a machine has the execution log of the last run.
const LOG: &str = "/tmp/execution.json";

/// A checkout of a project on a machine.
#[derive(Debug)]
pub struct Workspace<'lab> {
    /// The machine it is on.
    pub machine: &'lab Machine,
    /// Its path in the machine.
    pub dir: String,
    log: camino::Utf8PathBuf,
}

/// How a command of Bazel's ended.
#[derive(Debug)]
pub struct Outcome {
    /// Whether it succeeded.
    pub ok: bool,
    /// What it printed.
    pub output: String,
}

impl<'lab> Workspace<'lab> {
    /// Checks out `project` on `machine` and writes `.bazelrc.lre`, as entering the
    /// dev shell of `environment` does.
    pub fn set_up(
        lab: &'lab Lab,
        machine: &'lab Machine,
        project: &Utf8Path,
        environment: &Environment,
    ) -> Result<Self> {
        let name = project.file_name().context("a project is in a folder")?;
        let workspace = Self::at(lab, machine, &machine.check_out(project, name)?);
        workspace.enter(environment, &environment.manifest)?;
        Ok(workspace)
    }

    /// The checkout that is at `dir` of `machine`, with whatever rc file it has.
    pub fn at(lab: &Lab, machine: &'lab Machine, dir: &str) -> Self {
        let name = Utf8Path::new(dir).file_name().unwrap_or("root");
        Self {
            machine,
            dir: dir.to_owned(),
            log: lab.logs.join(format!("{name}-{}.log", machine.spec.name)),
        }
    }

    /// Writes `.bazelrc.lre` for the environment or manifest at `env`.
    pub fn enter(&self, environment: &Environment, env: &str) -> Result<()> {
        run(self
            .machine
            .command(&self.dir, &environment.helper)
            .args(["bazelrc", "--prefix", "lre", "--env", env])
            .args(["--tool", &environment.helper, "--out", ".bazelrc.lre"]))
        .map(drop)
        .context("`lre bazelrc` failed")
    }

    /// A command of Bazel's, whatever comes of it.
    pub fn try_bazel(&self, args: &[&str]) -> Result<Outcome> {
        let ok = logged(self.command().args(args), &self.log)?;
        let output =
            std::fs::read(&self.log).with_context(|| format!("cannot read {}", self.log))?;
        let output = String::from_utf8_lossy(&output).into_owned();
        Ok(Outcome { ok, output })
    }

    /// A command of Bazel's that has to succeed; gives what it printed.
    pub fn bazel(&self, args: &[&str]) -> Result<String> {
        let Outcome { ok, output } = self.try_bazel(args)?;
        if !ok {
            bail!(
                "bazel {} failed on machine {} (all of it: {})\n{}",
                args.join(" "),
                self.machine.spec.name,
                self.log,
                tail(&output)
            );
        }
        Ok(output)
    }

    /// Cleans, then builds (or tests: `args` starts with the command) and reads the
    /// execution log; `name` is the run's in progress lines and tables.
    pub fn record(&self, name: &str, args: &[&str]) -> Result<Run> {
        progress(format_args!("{name}: bazel {}", brief(args)));
        self.bazel(&["clean"])?;
        let flag = format!("--execution_log_json_file={LOG}");
        let mut args = args.to_vec();
        args.insert(1, &flag);
        let start = Instant::now();
        self.bazel(&args)?;
        Ok(Run {
            name: name.to_owned(),
            seconds: start.elapsed().as_secs(),
            spawns: execlog::read(&self.machine.path(LOG))?,
        })
    }

    /// Keeps the log of the last run that was recorded as `path` of the machine.
    pub fn keep_log(&self, path: &str) -> Result<()> {
        let (log, path) = (self.machine.path(LOG), self.machine.path(path));
        std::fs::rename(&log, &path).with_context(|| format!("cannot rename {log} to {path}"))
    }

    /// Writes a file of the checkout.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        self.machine.write(&format!("{}/{path}", self.dir), text)?;
        self.machine.give(&self.dir)
    }

    /// Adds a line to the checkout's MODULE.bazel.
    pub fn append_to_module(&self, line: &str) -> Result<()> {
        let text = self.machine.read(&format!("{}/MODULE.bazel", self.dir))?;
        self.write("MODULE.bazel", &format!("{text}{line}\n"))
    }

    fn command(&self) -> Command {
        self.machine.command(&self.dir, "bazel")
    }
}

/// The example in C++ that users copy.
pub fn example() -> camino::Utf8PathBuf {
    checkout::root().join("examples/cpp")
}

/// The one with a toolchain of its own.
pub fn generator_example() -> camino::Utf8PathBuf {
    checkout::root().join("examples/re2c")
}

/// The one in Java and C++.
pub fn java_example() -> camino::Utf8PathBuf {
    checkout::root().join("examples/java")
}

/// `args` without the targets that make a line unreadable.
fn brief(args: &[&str]) -> String {
    const SHOWN: usize = 6;
    let mut text = args[..args.len().min(SHOWN)].join(" ");
    if args.len() > SHOWN {
        text.push_str(&format!(" … ({} more)", args.len() - SHOWN));
    }
    text
}
