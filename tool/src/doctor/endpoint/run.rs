//! Runs Bazel until it ends, or until its time is up: so long until it sends an action, and so long from
//! then on. It must not know what is built.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::program::{self, Interrupts, Stopping};

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
    pub ended: program::Ended,
    /// Whether an action was sent.
    pub sent: bool,
    /// What it said.
    pub lines: Vec<String>,
}

/// Runs `command`, and leaves no process of it.
///
/// # Errors
/// [`Interrupted`](program::Interrupted); or it cannot be started.
pub fn run(command: &mut Command, interrupts: &Interrupts, limits: Limits) -> Result<Outcome> {
    let mut sent = false;
    let mut lines = Vec::new();
    let stopping = Stopping {
        deadline: Some(Instant::now() + limits.start),
        patience: PATIENCE,
        requests: 1,
        whole_group: true,
    };
    let ended = program::run(command, interrupts, stopping, |line, deadline| {
        if line.starts_with(SENT) && !sent {
            sent = true;
            *deadline = Some(Instant::now() + limits.limit);
        }
        lines.push(line.to_owned());
    })?;
    Ok(Outcome { ended, sent, lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use program::Ended;

    fn sh(script: &str, start: u64, limit: u64) -> Outcome {
        let limits = Limits {
            start: Duration::from_millis(start),
            limit: Duration::from_millis(limit),
        };
        let mut command = Command::new("sh");
        run(command.args(["-c", script]), &Interrupts::default(), limits).unwrap()
    }

    #[test]
    fn what_ends_by_itself_has_said_all() {
        let outcome = sh(
            "echo one >&2; echo SUBCOMMAND: x >&2; echo three >&2",
            20_000,
            20_000,
        );
        assert!(matches!(outcome.ended, Ended::Exited(_)));
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
}
