//! Runs programs in a machine, directly and one after the other, and says how long they took and how
//! much memory. It must not know which programs they are.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::lab::machine::Machine;

/// A program of the machine with its arguments, without a shell in between.
pub fn command(machine: &Machine, words: &[&str]) -> Command {
    let mut command = Command::new("chroot");
    command
        .arg(&machine.root)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// How many milliseconds it takes.
fn milliseconds(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{command:?} could not be started"))?;
    // 1: what was compared differs.
    ensure!(
        matches!(status.code(), Some(0 | 1)),
        "{command:?}: {status}"
    );
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

/// Milliseconds of the two programs in turn, so that what slows the machine down slows both down.
pub fn pairs(
    machine: &Machine,
    first: &[&str],
    second: &[&str],
    runs: usize,
) -> Result<Vec<(f64, f64)>> {
    commands(
        &mut command(machine, first),
        &mut command(machine, second),
        runs,
    )
}

/// As [`pairs`], of any two commands.
pub fn commands(first: &mut Command, second: &mut Command, runs: usize) -> Result<Vec<(f64, f64)>> {
    // Once for what is read from the disk.
    milliseconds(first)?;
    milliseconds(second)?;
    (0..runs)
        .map(|_| Ok((milliseconds(first)?, milliseconds(second)?)))
        .collect()
}

/// The most memory that the program had at any time, in megabytes: what the kernel says of it
/// (`VmHWM`) while it runs.
pub fn peak_memory(machine: &Machine, words: &[&str]) -> Result<f64> {
    peak_memory_of(&mut command(machine, words), &[0])
}

/// As [`peak_memory`], of any command, which may exit with one of `codes`.
pub fn peak_memory_of(command: &mut Command, codes: &[i32]) -> Result<f64> {
    let mut child = command
        .spawn()
        .with_context(|| format!("{command:?} could not be started"))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(now.unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            let ended_well = status.code().is_some_and(|code| codes.contains(&code));
            ensure!(ended_well, "{command:?}: {status}");
            return Ok(peak as f64 / 1024.0);
        }
        thread::sleep(Duration::from_micros(500));
    }
}
