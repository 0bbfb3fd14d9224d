//! A Bazel of our own: its server, its output base, and no more of them when it is dropped. It must not
//! know what is built, or what for.

use std::collections::VecDeque;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, kill_process};

use crate::program::{self, Interrupts, Stopping};

/// A server that nobody shuts down, since we were killed, ends by itself after so many seconds.
const IDLE_SECONDS: u32 = 30;

/// So long may a server take to end once it is asked to.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a build is stopped: time is given to actions that end, and Bazel's client kills its server at the
/// third time (`signal_handler.cc`).
const BUILD: Stopping = Stopping {
    deadline: None,
    patience: Duration::from_secs(10),
    requests: 4,
    whole_group: false,
};

/// So many of the last lines are what an error shows.
const TAIL: usize = 40;

/// Bazel with an output base that nobody else uses.
#[derive(Debug)]
pub struct Bazel<'a> {
    /// The program.
    pub program: &'a str,
    /// Where it is called: the caller's own folder, to which targets are relative.
    pub folder: &'a Utf8Path,
    /// Its output base.
    pub output_base: Utf8PathBuf,
    /// Variables that differ from ours.
    pub variables: Vec<(&'static str, String)>,
    /// Who asks it to stop.
    pub interrupts: &'a Interrupts,
}

/// How a command of Bazel's ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code (Bazel, `ExitCode.java`); none where a signal ended it.
    pub code: Option<i32>,
    /// The last lines that it printed, without those that only say how far it is.
    pub tail: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

impl Bazel<'_> {
    /// Runs a command; `words` is the command, its flags and targets. Each line that it prints goes to
    /// `show`.
    ///
    /// # Errors
    /// A signal asked us to stop, and it is stopped; or it cannot be started.
    pub fn run(&self, words: &[String], mut show: impl FnMut(&str)) -> Result<Ended> {
        let start = Instant::now();
        let mut tail = VecDeque::new();
        let mut command = self.command();
        let ended = program::run(command.args(words), self.interrupts, BUILD, |line, _| {
            show(line);
            if !line.trim().is_empty() && !is_progress(line) {
                tail.push_back(line.to_owned());
                if tail.len() > TAIL {
                    tail.pop_front();
                }
            }
        })?;
        Ok(Ended {
            code: match ended {
                program::Ended::Exited(status) => status.code(),
                program::Ended::OutOfTime => None,
            },
            tail: tail.into(),
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command
            .current_dir(self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .arg(format!("--output_base={}", self.output_base))
            .arg(format!("--max_idle_secs={IDLE_SECONDS}"));
        command
    }

    /// The processes that have our output base among their words, which only Bazel's have: the server, and
    /// one that a client which was stopped had just started, or that ends and has removed its own files.
    /// None where there is no `/proc`.
    fn processes(&self) -> Vec<Pid> {
        let ours = format!("--output_base={}", self.output_base);
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let words = fs::read(entry.path().join("cmdline")).ok()?;
                let mut words = words.split(|byte| *byte == 0);
                words.any(|word| word == ours.as_bytes()).then_some(pid)
            })
            .filter_map(Pid::from_raw)
            .collect()
    }

    /// Those that are still there after a while.
    fn remaining(&self) -> Vec<Pid> {
        let start = Instant::now();
        loop {
            let remaining = self.processes();
            if remaining.is_empty() || start.elapsed() > PATIENCE {
                return remaining;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Bazel<'_> {
    /// Ends the server: by `bazel shutdown`, and by signals where that takes too long, as it does of a server
    /// that hangs, or is refused, as it is where an rc file names a configuration for all commands that only
    /// some have.
    fn drop(&mut self) {
        if !self.output_base.exists() {
            return;
        }
        // A signal that came has been heard, and must not end this as well.
        let unheard = Interrupts::default();
        let mut shutdown = self.command();
        let stopping = Stopping {
            deadline: Some(Instant::now() + PATIENCE),
            patience: Duration::from_secs(2),
            requests: 1,
            whole_group: false,
        };
        let ended = program::run(shutdown.arg("shutdown"), &unheard, stopping, |_, _| {});
        let shut_down =
            ended.is_ok_and(|ended| matches!(ended, program::Ended::Exited(it) if it.success()));
        let mut remaining = if shut_down {
            self.remaining()
        } else {
            self.processes()
        };
        for signal in [Signal::TERM, Signal::KILL] {
            for process in remaining {
                kill_process(process, signal).ok();
            }
            remaining = self.remaining();
        }
    }
}

/// Whether a line only says how far Bazel is (Bazel, `UiStateTracker.java`).
pub fn is_progress(line: &str) -> bool {
    let counts = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .is_some_and(|(counts, _)| {
            let digit = |c: char| c.is_ascii_digit() || " /,".contains(c);
            counts.contains('/') && counts.chars().all(digit)
        });
    let stages = [
        "Loading:",
        "Analyzing:",
        "Computing main repo mapping:",
        "Fetching ",
        "currently loading:",
    ];
    let stage = line.trim_start();
    counts || stages.iter().any(|begin| stage.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_how_far_it_is_are_told_from_others() {
        for line in [
            "[1 / 3] Executing genrule //:a; 1s processwrapper-sandbox",
            "[1,204 / 3,005] 8 actions, 2 running",
            "Analyzing: 2 targets (1 packages loaded)",
            "Loading: ",
            "    currently loading: lib",
        ] {
            assert!(is_progress(line), "{line}");
        }
        for line in [
            "ERROR: /ws/BUILD.bazel:1:8: Executing genrule //:a failed",
            "[ERROR] no / yes]",
            "INFO: 3 processes: 1 internal, 2 remote.",
        ] {
            assert!(!is_progress(line), "{line}");
        }
    }
}
