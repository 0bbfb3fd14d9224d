//! The two builds of a row, run on the lab's machines, and their logs. It must not know what is said
//! about them.

use anyhow::{Result, ensure};

use super::project;
use super::rows::{Build, Cache, Place, Row};
use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::lab::executor::Executor;
use crate::shell::progress;

/// Flags of the three logs, and what is behind the dot.
const LOGS: [(&str, &str); 3] = [
    ("--execution_log_compact_file", "zst"),
    ("--execution_log_json_file", "json"),
    ("--execution_log_binary_file", "bin"),
];

/// The logs of two builds.
pub struct Builds<'lab> {
    lab: &'lab Lab,
    logs: [String; 2],
    dir: String,
}

/// What the helper printed.
pub struct Explained {
    pub text: String,
    pub json: String,
    /// What the exit code says.
    pub parity: bool,
}

impl<'lab> Builds<'lab> {
    /// Runs both builds of `row`; which format their logs have, goes by `number`.
    pub fn of(lab: &'lab Lab, row: &Row, number: usize) -> Result<Self> {
        let (flag, suffix) = LOGS[number % LOGS.len()];
        let executor = lab.worker.start()?;
        let run = |build: &Build, name: &str| -> Result<(String, String)> {
            progress(format_args!("{}: build {name}", row.kind));
            let workspace = check_out(lab, build)?;
            let log = format!("/tmp/explained-{}-{name}.{suffix}", row.kind);
            let disk = format!("--disk_cache=/tmp/explained-cache-{}-{number}", row.kind);
            record(
                &workspace,
                build,
                row,
                &executor,
                &disk,
                &format!("{flag}={log}"),
            )?;
            let left = workspace.machine.path(&log);
            ensure!(left.exists(), "build {name} left no log");
            if let Place::B = build.on {
                // The helper reads both on one machine.
                std::fs::write(lab.a.path(&log), std::fs::read(left)?)?;
            }
            Ok((log, workspace.dir))
        };
        let (one, dir) = run(&row.one, "a")?;
        let (other, _) = run(&row.other, "b")?;
        Ok(Self {
            lab,
            logs: [one, other],
            dir,
        })
    }

    /// What the helper says, as text and as JSON.
    pub fn explain(&self, row: &Row) -> Result<Explained> {
        let run = |format: &str| -> Result<(String, Option<i32>)> {
            let mut command = self.lab.a.command(&self.dir, &self.lab.store.main.helper);
            command.arg("explain").args(&self.logs).args(row.options);
            let output = command.args(["--format", format]).output()?;
            let errors = String::from_utf8_lossy(&output.stderr);
            ensure!(errors.is_empty(), "`lre explain` failed: {errors}");
            Ok((String::from_utf8(output.stdout)?, output.status.code()))
        };
        let (text, of_text) = run("text")?;
        let (json, code) = run("json")?;
        ensure!(
            of_text == code && matches!(code, Some(0 | 1)),
            "the exit codes are {of_text:?} and {code:?}"
        );
        Ok(Explained {
            text,
            json,
            parity: code == Some(0),
        })
    }
}

/// The project on the build's machine, with the build's edits.
fn check_out<'lab>(lab: &'lab Lab, build: &Build) -> Result<Workspace<'lab>> {
    let machine = match build.on {
        Place::A => &lab.a,
        Place::B => &lab.b,
    };
    let environment = if build.other_environment {
        lab.store.other()?
    } else {
        &lab.store.main
    };
    let workspace = Workspace::set_up(lab, machine, &project(), environment)?;
    for (file, text) in build.files {
        workspace.write(file, text)?;
    }
    for (file, from, to) in build.edits {
        let before = machine.read(&format!("{}/{file}", workspace.dir))?;
        ensure!(before.contains(from), "{file} has no {from:?} to edit");
        workspace.write(file, &before.replace(from, to))?;
    }
    Ok(workspace)
}

fn record(
    workspace: &Workspace<'_>,
    build: &Build,
    row: &Row,
    executor: &Executor,
    disk: &str,
    log: &str,
) -> Result<()> {
    let (remote, remote_cache) = (executor.remote_flag(), executor.cache_flag());
    let other_disk = format!("{disk}-other");
    let cache = match build.cache {
        Cache::Disk => disk,
        Cache::OtherDisk => &other_disk,
        Cache::Execute => &remote,
        Cache::Remote => &remote_cache,
    };
    workspace.bazel(&with(build.startup, &["clean"]))?;
    let command = [
        row.command,
        "--config=lre",
        log,
        cache,
        "--noremote_upload_local_results",
    ];
    let command = match build.cache {
        // A disk cache is filled by who builds.
        Cache::Disk | Cache::OtherDisk => &command[..4],
        Cache::Execute | Cache::Remote => &command[..],
    };
    let args = [command, build.flags, build.targets.unwrap_or(row.targets)].concat();
    let outcome = workspace.try_bazel(&with(build.startup, &args))?;
    ensure!(
        outcome.ok || row.fails,
        "bazel {} failed:\n{}",
        args.join(" "),
        outcome.output
    );
    Ok(())
}

fn with<'a>(startup: &[&'a str], args: &[&'a str]) -> Vec<&'a str> {
    [startup, args].concat()
}
