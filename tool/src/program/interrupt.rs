//! Signals that ask this process to stop: they are noted, and whoever waits looks. It must not know
//! what has to be stopped and cleaned up before.

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether this process was asked to stop, by Ctrl-C, a CI system or a closed terminal.
#[derive(Debug, Default)]
pub struct Interrupts {
    noted: Arc<AtomicBool>,
    asked: Cell<bool>,
}

/// The error of whatever was not finished, since a signal asked to stop.
#[derive(Debug)]
pub struct Interrupted;

impl Interrupts {
    /// From now on signals are noted and do not end the process. One that the caller had ignored,
    /// as nohup does, stays so.
    pub fn listen() -> Result<Interrupts> {
        let interrupts = Interrupts::default();
        let ignored = ignored();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            if ignored & (1 << (signal - 1)) == 0 {
                flag::register(signal, Arc::clone(&interrupts.noted))
                    .context("signals cannot be handled")?;
            }
        }
        Ok(interrupts)
    }

    /// Whether a signal came since the last call.
    pub fn again(&self) -> bool {
        let again = self.noted.swap(false, Ordering::Relaxed);
        self.asked.set(again || self.asked.get());
        again
    }

    /// An error if a signal ever came.
    pub fn check(&self) -> Result<(), Interrupted> {
        self.again();
        if self.asked.get() {
            return Err(Interrupted);
        }
        Ok(())
    }
}

/// The signals that this process ignores, as a mask (proc_pid_status(5), `SigIgn`); none where
/// that cannot be told.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .map(|mask| u64::from_str_radix(mask.trim(), 16));
    mask.and_then(Result::ok).unwrap_or_default()
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped by a signal")
    }
}

impl std::error::Error for Interrupted {}
