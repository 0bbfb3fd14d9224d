//! A project on a machine whose user may write to the store, and `lre doctor` called there. It must not
//! know what is wrong with it.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::Lab;
use super::bazel::{Workspace, example};
use super::machine::Machine;
use crate::shell::{PATIENCE, run};

/// What the names of the doctor's temporary folders begin with.
const TEMPORARY: &str = "lre-doctor-";

/// The C++ example on such a machine.
#[derive(Debug)]
pub struct Patient<'lab> {
    /// The checkout.
    pub workspace: Workspace<'lab>,
    helper: String,
}

/// What the doctor said.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: Option<i32>,
    /// Its report.
    pub report: Value,
}

impl<'lab> Patient<'lab> {
    /// Checks out the example, as a git repository, in the main environment.
    pub fn new(lab: &Lab, machine: &'lab Machine) -> Result<Self> {
        let main = &lab.store.main;
        let dir = machine.check_out(&example(), "patient")?;
        run(machine.command(&dir, "git").args(["init", "--quiet"]))?;
        let patient = Self {
            workspace: Workspace::at(lab, machine, &dir),
            helper: main.helper.clone(),
        };
        patient.workspace.enter(main, &main.manifest)?;
        Ok(patient)
    }

    /// `lre doctor` with `args`; nothing is left of it.
    pub fn doctor(&self, args: &[&str]) -> Result<Said> {
        self.doctor_with(&[], args)
    }

    /// As [`Patient::doctor`], with variables.
    pub fn doctor_with(&self, variables: &[&str], args: &[&str]) -> Result<Said> {
        let output = self
            .command(variables, args)
            .stdin(Stdio::null())
            .output()?;
        self.nothing_is_left()?;
        said(&output)
    }

    /// Starts it, and ends it by `signal` once its Bazel has sent an action, which `sent` sees.
    pub fn interrupt(
        &self,
        args: &[&str],
        signal: Signal,
        sent: impl Fn() -> bool,
    ) -> Result<Output> {
        let child = self
            .command(&[], args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let start = Instant::now();
        while !sent() {
            ensure!(start.elapsed() < PATIENCE, "no action was sent");
            std::thread::sleep(Duration::from_millis(50));
        }
        // chroot, env and sh have each become the next one, and in the end the helper.
        kill_process(Pid::from_child(&child), signal)?;
        let output = child.wait_with_output()?;
        self.nothing_is_left()?;
        Ok(output)
    }

    fn command(&self, variables: &[&str], args: &[&str]) -> Command {
        let machine = self.workspace.machine;
        let mut command = machine.command(&self.workspace.dir, "/usr/bin/env");
        command.args(variables).arg(&self.helper);
        command.args(["doctor", "--format=json"]).args(args);
        command
    }

    /// No temporary folder and no process of the doctor's.
    pub fn nothing_is_left(&self) -> Result<()> {
        let tmp = self.workspace.machine.path("/tmp");
        for entry in tmp.read_dir_utf8()? {
            let entry = entry?;
            ensure!(
                !entry.file_name().starts_with(TEMPORARY),
                "{} is left",
                entry.path()
            );
        }
        for process in fs::read_dir("/proc")?.flatten() {
            let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words).replace('\0', " ");
            ensure!(
                !words.contains(TEMPORARY),
                "{:?} is left: {words}",
                process.file_name()
            );
        }
        Ok(())
    }
}

fn said(output: &Output) -> Result<Said> {
    let text = String::from_utf8_lossy(&output.stdout);
    let report = serde_json::from_str(&text).with_context(|| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        format!("no JSON: {text}\n{stderr}")
    })?;
    Ok(Said {
        code: output.status.code(),
        report,
    })
}

impl Said {
    /// The checks called `name`.
    fn checks(&self, name: &str) -> Vec<&Value> {
        let all = self.report["checks"].as_array().into_iter().flatten();
        all.filter(|check| check["name"] == name).collect()
    }

    /// Asserts that the check `name` is in this `state`, and that what it found and how it is mended have
    /// all of these `words`.
    pub fn check(&self, name: &str, state: &str, words: &[&str]) -> Result<()> {
        let checks = self.checks(name);
        let [check] = checks.as_slice() else {
            bail!(
                "{} checks are called {name}:\n{:#}",
                checks.len(),
                self.report
            );
        };
        let text = format!("{} {}", check["found"], check["mend"]);
        let missing = words.iter().find(|word| !text.contains(**word));
        ensure!(
            check["state"] == state && missing.is_none(),
            "{name} should be {state}, with {words:?}:\n{check:#}"
        );
        Ok(())
    }

    /// Asserts that `faults` are all the checks that are not well, each by its name and state.
    pub fn only(&self, faults: &[(&str, &str)]) -> Result<()> {
        let all = self.report["checks"].as_array().into_iter().flatten();
        let found: Vec<(&str, &str)> = all
            .filter(|check| check["state"] != "ok")
            .map(|check| {
                (
                    check["name"].as_str().unwrap_or(""),
                    check["state"].as_str().unwrap_or(""),
                )
            })
            .collect();
        let wrong = faults.iter().any(|(_, state)| *state == "wrong");
        ensure!(
            found == faults && self.code == Some(i32::from(wrong)),
            "exit code {:?}; expected {faults:?}:\n{:#}",
            self.code,
            self.report
        );
        Ok(())
    }
}
