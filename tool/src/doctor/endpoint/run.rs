//! Runs Bazel until it ends or its time is up, and then leaves no process of it. It must not know what
//! is built.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// How often is looked whether the time is up.
const TICK: Duration = Duration::from_millis(50);

/// How long Bazel may take to end when it is asked to: it cancels what it sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// What Bazel says when it is about to send an action (`--subcommands`).
const SENT: &str = "SUBCOMMAND:";

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the first action is sent.
    pub start: Duration,
    /// From then on.
    pub limit: Duration,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// Whether an action was sent.
    pub sent: bool,
    /// What it said.
    pub lines: Vec<String>,
}

/// How a program ended.
#[derive(Clone, Copy, Debug)]
pub enum Ended {
    /// By itself.
    Exited,
    /// It was stopped.
    OutOfTime,
}

/// A signal asked us to stop.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped by a signal, and the Bazel that was started with it")
    }
}

impl std::error::Error for Interrupted {}

/// Runs `command` in a process group of its own.
///
/// # Errors
/// [`Interrupted`]; or it cannot be started.
pub fn run(command: &mut Command, limits: Limits) -> Result<Outcome> {
    let interrupts = Interrupts::listen()?;
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{program} cannot be started"))?;
    let stderr = child.stderr.take().context("no standard error")?;
    let mut group = Group { child };
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let mut outcome = Outcome {
        ended: Ended::OutOfTime,
        sent: false,
        lines: Vec::new(),
    };
    let mut deadline = Instant::now() + limits.start;
    loop {
        let silent = match lines.recv_timeout(TICK) {
            Ok(line) => {
                if line.starts_with(SENT) && !outcome.sent {
                    outcome.sent = true;
                    deadline = Instant::now() + limits.limit;
                }
                outcome.lines.push(line);
                continue;
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        if group.child.try_wait()?.is_some() {
            outcome.ended = Ended::Exited;
            outcome.lines.extend(lines.try_iter());
            return Ok(outcome);
        }
        if interrupts.noted() {
            group.stop();
            return Err(Interrupted.into());
        }
        if Instant::now() >= deadline {
            group.stop();
            outcome.lines.extend(lines.try_iter());
            return Ok(outcome);
        }
        if silent {
            thread::sleep(TICK);
        }
    }
}

/// A program with all that it starts, which end at the latest when this is dropped.
struct Group {
    child: Child,
}

impl Group {
    /// Asks it to end, as Ctrl-C does, and waits a while.
    fn stop(&mut self) {
        kill_process_group(Pid::from_child(&self.child), Signal::INT).ok();
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(TICK);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Whoever has ended already is no error.
        kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
        self.child.wait().ok();
    }
}

/// Notes signals for as long as it lives.
struct Interrupts {
    noted: Arc<AtomicBool>,
    registered: Vec<SigId>,
}

impl Interrupts {
    fn listen() -> Result<Interrupts> {
        let noted = Arc::new(AtomicBool::new(false));
        let signals = [SIGINT, SIGTERM, SIGHUP].into_iter();
        let registered = signals.map(|signal| flag::register(signal, Arc::clone(&noted)));
        let registered = registered.collect::<Result<_, _>>();
        Ok(Interrupts {
            registered: registered.context("signals cannot be handled")?,
            noted,
        })
    }

    fn noted(&self) -> bool {
        self.noted.load(Ordering::Relaxed)
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, start: u64, limit: u64) -> Outcome {
        let limits = Limits {
            start: Duration::from_millis(start),
            limit: Duration::from_millis(limit),
        };
        run(Command::new("sh").args(["-c", script]), limits).unwrap()
    }

    #[test]
    fn what_ends_by_itself_has_said_all() {
        let outcome = sh(
            "echo one >&2; echo SUBCOMMAND: x >&2; echo three >&2",
            20_000,
            20_000,
        );
        assert!(matches!(outcome.ended, Ended::Exited));
        assert!(outcome.sent);
        assert_eq!(outcome.lines, ["one", "SUBCOMMAND: x", "three"]);
    }

    #[test]
    fn what_does_not_send_or_does_not_end_in_time_is_stopped() {
        let outcome = sh("echo waiting >&2; exec sleep 1000", 300, 20_000);
        assert!(matches!(outcome.ended, Ended::OutOfTime) && !outcome.sent);
        let outcome = sh("echo SUBCOMMAND: x >&2; exec sleep 1000", 20_000, 300);
        assert!(matches!(outcome.ended, Ended::OutOfTime) && outcome.sent);
    }

    #[test]
    fn what_it_started_ends_with_it() {
        let outcome = sh("sleep 1000 2>&- & echo $! >&2; wait", 300, 300);
        let child = format!("/proc/{}", outcome.lines[0]);
        let start = Instant::now();
        while std::path::Path::new(&child).exists() && start.elapsed() < Duration::from_secs(10) {
            // A zombie has nobody who waits for it where no init does.
            let stat = std::fs::read_to_string(format!("{child}/stat")).unwrap_or_default();
            if stat.contains(") Z ") {
                return;
            }
            thread::sleep(TICK);
        }
        assert!(!std::path::Path::new(&child).exists());
    }
}
