//! Stories in which `lre verify` is stopped while Bazel runs. They must not know how it cleans up.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, kill_process};

use super::super::says;
use super::called::{command, text, verify};
use super::untouched::{OwnBazel, folders, nothing_left};
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::shell::{PATIENCE, progress};

/// Given a signal while workers build, and one while this machine does, then all that was started is gone,
/// the folder too, and the user's own Bazel did not notice.
pub fn interrupted(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("slow/BUILD.bazel", SLOW)?;
    a.bazel(&["build", "--config=lre", "//base:all"])?;
    let own = OwnBazel::of(&a)?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    for (signal, target, begun) in [
        // Bazel's client, and then its server, is only starting.
        (Signal::INT, "//slow:everywhere", None),
        (Signal::INT, "//slow:everywhere", Some("remote build")),
        (Signal::TERM, "//slow:here", Some("local build")),
    ] {
        progress(format_args!("{signal:?} during {begun:?}"));
        let before = processes(&a.machine.root)?;
        let mut running = Running::start(lab, &a, &[target, &remote])?;
        match begun {
            Some(build) => running.until(&[build, target])?,
            None => thread::sleep(Duration::from_millis(700)),
        }
        let status = running.signal(signal)?;
        ensure!(status == Some(130), "{status:?}\n{}", running.said()?);
        let after = processes(&a.machine.root)?;
        ensure!(
            after == before,
            "processes before and after: {before:?} {after:?}"
        );
        nothing_left(&a)?;
        own.is_untouched(&a)?;
    }
    Ok(())
}

/// The worker has no Bazel.
const SLOW: &str = r#"genrule(
    name = "everywhere",
    outs = ["everywhere.txt"],
    cmd = "sleep 120; echo > $@",
)

genrule(
    name = "here",
    outs = ["here.txt"],
    cmd = "if [ -e /usr/bin/bazel ]; then sleep 120; fi; echo > $@",
    tags = ["no-cache"],
)
"#;

/// Given that it was killed, so that it could clean nothing up, then Bazel's server ends by itself, and the
/// next run removes the folder.
pub fn killed(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("slow/BUILD.bazel", SLOW)?;
    let executor = lab.worker.start()?;
    let before = processes(&a.machine.root)?;
    let mut running = Running::start(lab, &a, &["//slow:here", &executor.remote_flag()])?;
    running.until(&["local build", "//slow:here"])?;
    running.signal(Signal::KILL)?;
    ensure!(!folders(&a)?.is_empty(), "a kill leaves a folder");

    wait("what Bazel left ends", || {
        Ok(processes(&a.machine.root)? == before)
    })?;
    let output = verify(lab, &a, &["//base:all"])?;

    let said = text(&output);
    ensure!(output.status.code() == Some(0), "{}: {said}", output.status);
    says(&said, "which an earlier run had to leave")?;
    nothing_left(&a)
}

/// The processes that run in the root of a machine.
fn processes(root: &Utf8Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // One may end meanwhile.
        let own = fs::read_link(format!("/proc/{name}/root"));
        if name.parse::<u32>().is_ok() && own.is_ok_and(|own| own == root.as_std_path()) {
            let words = fs::read(format!("/proc/{name}/cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words).replace('\0', " ");
            let brief: String = words.chars().take(80).collect();
            found.insert(format!("{name} {brief}"));
        }
    }
    Ok(found)
}

fn wait(what: &str, mut until: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if until()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    bail!("{what}: waited for in vain")
}

/// A run that goes on while a story does other things.
struct Running {
    child: std::process::Child,
    log: Utf8PathBuf,
}

impl Running {
    fn start(lab: &Lab, a: &Workspace<'_>, words: &[&str]) -> Result<Self> {
        let log = lab.logs.join("verify.log");
        let file = fs::File::create(&log)?;
        let child = command(lab, a, words)
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        Ok(Self { child, log })
    }

    fn said(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.log)?)
    }

    /// Waits for a line with all of `words`.
    fn until(&mut self, words: &[&str]) -> Result<()> {
        wait(&format!("{words:?}"), || {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended before: {status}\n{}", self.said()?);
            }
            let said = self.said()?;
            let all = |line: &str| words.iter().all(|word| line.contains(word));
            Ok(said.lines().any(all))
        })
    }

    /// Sends it a signal, and waits for its end.
    fn signal(&mut self, signal: Signal) -> Result<Option<i32>> {
        kill_process(Pid::from_child(&self.child), signal)?;
        Ok(self.child.wait()?.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where a story fails, nothing of it may go on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
