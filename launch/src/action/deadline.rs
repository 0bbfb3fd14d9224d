//! Keeps an action's time-out where the executor leaves that to us: the time for fetching is not the
//! action's. A process of its own watches, since this one becomes the action. It must not know what
//! the action is.

use std::ffi::{CStr, OsStr};
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, getpgid, kill_process_group, pidfd_open, pidfd_send_signal,
};

use super::call::Call;
use crate::variables::{SIDE_CHANNEL, TIMEOUT};

/// Commands for our own use: what starts a watcher, and the watcher.
const START: &str = "launch-start-watch";
const WATCH: &str = "launch-watch";

/// Starts a watcher of this process, where a time-out is set. It is no child of this process, which
/// becomes the action and would find one that it never made.
///
/// # Errors
/// The time-out is no number, or the watcher cannot be started.
pub fn start(call: &Call) -> Result<()> {
    let Some(time) = call.variable(TIMEOUT) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(time);
    let time: u64 = text
        .parse()
        .with_context(|| format!("{TIMEOUT}={text} is no number of milliseconds"))?;
    let side_channel = call.variable(SIDE_CHANNEL).map(OsStr::from_bytes);
    let status = own(&[START, &std::process::id().to_string(), &time.to_string()])
        .args(side_channel)
        .stdout(Stdio::null())
        .status();
    match status.context("what watches it cannot be started")? {
        status if status.success() => Ok(()),
        status => bail!("what watches it ended with {status}"),
    }
}

/// This program with other words and nothing of the action's.
fn own(words: &[&str]) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command
        .args(words)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// What the words of this process say, if it is one of ours: the first starts a watcher, waits until
/// that has the process in view, and ends; the second watches.
pub fn called(words: &[&CStr]) -> Option<ExitCode> {
    let text = |at: usize| words.get(at)?.to_str().ok();
    let watch = |words: &[&CStr]| -> Result<()> {
        let process: i32 = text(1).context("no process")?.parse()?;
        let time = Duration::from_millis(text(2).context("no time")?.parse()?);
        let side_channel = words.get(3).map(|word| OsStr::from_bytes(word.to_bytes()));
        watch(process, time, side_channel)
    };
    let done = match text(0)? {
        START => start_watcher(&words[1..]),
        WATCH => watch(words),
        _ => return None,
    };
    Some(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn start_watcher(words: &[&CStr]) -> Result<()> {
    let words = words.iter().map(|word| OsStr::from_bytes(word.to_bytes()));
    let mut watcher = own(&[WATCH]).args(words).stdout(Stdio::piped()).spawn()?;
    let mut said = [0];
    watcher
        .stdout
        .take()
        .context("no pipe")?
        .read_exact(&mut said)?;
    Ok(())
}

/// Waits until `process` ends, for no longer than `time`; then ends it and, where it leads one, its
/// group.
fn watch(process: i32, time: Duration, side_channel: Option<&OsStr>) -> Result<()> {
    let watched = Pid::from_raw(process).context("no process")?;
    // A number may be another process's by and by; what is opened stays this one.
    let open = pidfd_open(watched, PidfdFlags::empty())?;
    let mut stdout = io::stdout();
    stdout.write_all(b"!")?;
    stdout.flush()?;
    let limit = Timespec::try_from(time)?;
    let mut ended = [PollFd::new(&open, PollFlags::IN)];
    if poll(&mut ended, Some(&limit))? > 0 {
        return Ok(());
    }
    if let Some(file) = side_channel {
        // NativeLink's own word for it, there as a whole or not at all; where it cannot be written,
        // the status alone tells.
        let mut beside = file.to_owned();
        beside.push(".new");
        let _ = fs::write(&beside, r#"{"failure":"timeout"}"#);
        let _ = fs::rename(&beside, file);
    }
    if getpgid(Some(watched)).is_ok_and(|group| group == watched) {
        let _ = kill_process_group(watched, Signal::KILL);
    }
    Ok(pidfd_send_signal(&open, Signal::KILL)?)
}
