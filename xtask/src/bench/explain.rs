//! `lre explain`: logs of a real build against unpacking them, many spawns against a tenth of them, and
//! how much memory. The logs are abseil's, many times over. It must not know how they are compared.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::timing::{commands, peak_memory_of};
use super::{Goal, line, median, min, print, ratio};
use crate::cargo;
use crate::checkout;
use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::shell::{capture, progress};
use crate::story::{Project, abseil_libraries, folder};

/// How often real logs are compared, and large ones.
const RUNS: (usize, usize) = (21, 3);

/// The second builds of the large logs, and what is different about them.
const SECOND: [(&str, &str); 3] = [
    ("agreeing", "all hits"),
    ("header", "a header that reaches all"),
    ("flag", "a flag that all have"),
];

/// Java finds Debian's library for zstd nowhere else.
const LIBRARIES: &str = "--host_jvm_args=-Djava.library.path=/usr/lib/x86_64-linux-gnu";

/// The logs that are compared.
pub struct Logs {
    helper: Utf8PathBuf,
    large_log: Utf8PathBuf,
    real: Utf8PathBuf,
    large: Large,
    small: Large,
}

/// Logs of one size.
struct Large {
    spawns: usize,
    folder: Utf8PathBuf,
}

impl Logs {
    /// Builds abseil twice, the second time out of its cache, and makes logs with some `spawns` of that.
    pub fn make(lab: &Lab, spawns: usize) -> Result<Self> {
        let folder = lab.dir.join("explain");
        let real = folder.join("real");
        if !real.join("b.log").exists() {
            fs::create_dir_all(&real)?;
            build(lab, &real)?;
        }
        let large_log = cargo::large_log()?;
        let large = |spawns: usize, name: &str| -> Result<Large> {
            progress(format_args!("logs of {spawns} spawns"));
            let folder = folder.join(name);
            fs::create_dir_all(&folder)?;
            let made = capture(
                Command::new(&large_log)
                    .arg("make")
                    .arg(real.join("a.log"))
                    .arg(format!("--spawns={spawns}"))
                    .args(["--header=absl/base/config.h", "--folder=absl/", "--out"])
                    .arg(&folder),
            )?;
            let spawns = made.trim().parse().context("large-log gives no number")?;
            Ok(Large { spawns, folder })
        };
        Ok(Self {
            helper: checkout::target()?.join("release/lre"),
            large: large(spawns, "large")?,
            small: large(spawns / 10, "small")?,
            large_log,
            real,
        })
    }

    fn explain(&self, a: &Utf8Path, b: &Utf8Path) -> Command {
        quiet(Command::new(&self.helper).arg("explain").args([a, b]))
    }

    fn unpack(&self, a: &Utf8Path, b: &Utf8Path) -> Command {
        quiet(Command::new(&self.large_log).arg("unpack").args([a, b]))
    }
}

fn quiet(command: &mut Command) -> Command {
    let mut quiet = Command::new(command.get_program());
    quiet
        .args(command.get_args())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet
}

fn build(lab: &Lab, to: &Utf8Path) -> Result<()> {
    let project = folder(lab, Project::Abseil);
    let a = Workspace::set_up(lab, &lab.a, &project, &lab.store.main)?;
    let libraries = abseil_libraries(&a)?;
    for name in ["a", "b"] {
        progress(format_args!("abseil, log {name}"));
        let log = format!("/tmp/{name}.log");
        let flag = format!("--execution_log_compact_file={log}");
        let mut args = vec![
            LIBRARIES,
            "build",
            "--config=lre",
            &flag,
            "--disk_cache=/tmp/disk",
        ];
        args.extend(libraries.iter().map(String::as_str));
        a.bazel(&[LIBRARIES, "clean"])?;
        a.bazel(&args)?;
        fs::copy(a.machine.path(&log), to.join(format!("{name}.log")))
            .with_context(|| format!("cannot copy {log}"))?;
    }
    Ok(())
}

/// Measures and prints.
pub fn measure(logs: &Logs) -> Result<()> {
    let (a, b) = (logs.real.join("a.log"), logs.real.join("b.log"));
    let mut explain = logs.explain(&a, &b);
    let runs = commands(&mut logs.unpack(&a, &b), &mut explain, RUNS.0)?;
    let seconds: Vec<f64> = runs.iter().map(|(_, ours)| ours / 1e3).collect();
    print("two logs of abseil", ", s", Some(Goal(0.2)), &seconds);
    ratio("the same ÷ unpacking them", None, &runs);

    let Logs { large, small, .. } = logs;
    for (name, what) in SECOND {
        let pair = |of: &Large| {
            (
                of.folder.join("a.log"),
                of.folder.join(format!("{name}.log")),
            )
        };
        let ((a, b), (small_a, small_b)) = (pair(large), pair(small));
        let what = format!("2 × {} spawns, {what}", large.spawns);
        progress(format_args!("{what}: {} runs", RUNS.1));
        let mut many = logs.explain(&a, &b);
        let runs = commands(&mut logs.explain(&small_a, &small_b), &mut many, RUNS.1)?;
        let seconds: Vec<f64> = runs.iter().map(|(_, ours)| ours / 1e3).collect();
        let whole = |goal: f64| (large.spawns >= 1_000_000).then_some(Goal(goal));
        line(
            &format!("{what}, s"),
            whole(60.0),
            min(&seconds),
            median(&seconds),
        );
        let more = large.spawns as f64 / small.spawns as f64;
        let linear: Vec<(f64, f64)> = runs.iter().map(|(few, many)| (few * more, *many)).collect();
        ratio(
            &format!("the same ÷ {more:.1} × {}", small.spawns),
            None,
            &linear,
        );
        let runs = commands(&mut logs.unpack(&a, &b), &mut many, 1)?;
        ratio("the same ÷ unpacking them", None, &runs);
        let memory = peak_memory_of(&mut many, &[0, 1])?;
        line(
            "its peak resident memory, MB",
            whole(1024.0),
            memory,
            memory,
        );
    }
    Ok(())
}
