//! Keeps an action's time-out where the executor leaves that to us: the time for fetching is not the
//! action's. A process of its own watches, since this one becomes the action. It must not know what
//! the action is.

use std::ffi::{CStr, OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{
    Signal, getpgid, getppid, kill_process, kill_process_group, set_parent_process_death_signal,
};

use super::call::Call;
use crate::variables::{SIDE_CHANNEL, TIMEOUT};

/// The command of the helper that watches, for the helper alone.
pub const COMMAND: &str = "launch-watch";

/// What is watched: the process that started this one.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Its number.
    pub process: i32,
    /// How long it may run.
    pub time: Duration,
    /// Where to say that the time was up.
    pub side_channel: Option<OsString>,
}

/// Starts a watcher of this process, where a time-out is set.
///
/// # Errors
/// It is no number, or the watcher cannot be started.
pub fn start(call: &Call) -> Result<()> {
    let Some(time) = call.variable(TIMEOUT) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(time);
    let time: u64 = text
        .parse()
        .with_context(|| format!("{TIMEOUT}={text} is no number of milliseconds"))?;
    let mut watcher = Command::new("/proc/self/exe");
    watcher
        .args([COMMAND, &std::process::id().to_string(), &time.to_string()])
        .args(call.variable(SIDE_CHANNEL).map(OsStr::from_bytes))
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Nobody waits for it: it ends with this process.
    watcher.spawn().context("cannot start what watches it")?;
    Ok(())
}

impl Watch {
    /// What the words behind [`COMMAND`] say.
    pub fn of(words: &[&CStr]) -> Option<Watch> {
        let text = |at: usize| words.get(at)?.to_str().ok();
        Some(Watch {
            process: text(0)?.parse().ok()?,
            time: Duration::from_millis(text(1)?.parse().ok()?),
            side_channel: (words.get(2)).map(|word| OsStr::from_bytes(word.to_bytes()).to_owned()),
        })
    }

    /// Waits, and ends the process that started this one where it is still there by then; its group,
    /// too, where it leads one.
    pub fn run(&self) -> ExitCode {
        // Where the process ends, so does its watcher. Where it ended before that was asked for,
        // somebody else is the parent by now.
        let asked = set_parent_process_death_signal(Some(Signal::KILL));
        let watched = getppid().filter(|pid| pid.as_raw_pid() == self.process);
        let (Ok(()), Some(watched)) = (asked, watched) else {
            return ExitCode::FAILURE;
        };
        thread::sleep(self.time);
        if let Some(file) = &self.side_channel {
            // NativeLink's own word for it; where it cannot be written, the status alone tells.
            let _ = fs::write(file, r#"{"failure":"timeout"}"#);
        }
        if getpgid(Some(watched)).is_ok_and(|group| group == watched) {
            let _ = kill_process_group(watched, Signal::KILL);
        }
        // Where it is gone by itself, all is well.
        let _ = kill_process(watched, Signal::KILL);
        ExitCode::SUCCESS
    }
}
