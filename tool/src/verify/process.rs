//! Runs a program to its end: its lines are handed on as they come, and a signal that asks us to stop
//! goes to it first. It must not know which program it is.

use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use super::interrupt::{Interrupted, Interrupts};

/// How often is looked whether a signal came.
const TICK: Duration = Duration::from_millis(100);

/// After how long a program that was asked to stop is asked again.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is asked; Bazel's client kills its server at the third time (`signal_handler.cc`).
const REQUESTS: u32 = 4;

/// What is still said by what outlives the program is not waited for any longer.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A line longer than this is handed on in pieces.
const LINE_LIMIT: u64 = 64 << 10;

enum Event {
    Line(String),
    Silent,
    Ended(io::Result<ExitStatus>),
}

/// Runs `command` in a process group of its own, so that a Ctrl-C of the terminal reaches it through
/// us alone, without input, and gives each line of both its outputs to `each`. A signal to us makes a
/// SIGINT to that group, and once more each time it does not end; in the end SIGKILL.
///
/// # Errors
/// [`Interrupted`] where a signal came; or it cannot be started.
pub fn run(
    command: &mut Command,
    interrupts: &Interrupts,
    mut each: impl FnMut(&str),
) -> Result<ExitStatus> {
    interrupts.check()?;
    let (reader, writer) = io::pipe().context("there is no pipe to be had")?;
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("no pipe")?)
        .stderr(writer);
    let child = command.spawn();
    // What holds our end of the pipe would keep it open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = child.with_context(|| {
        let program = command.get_program().to_string_lossy();
        format!("{program} cannot be started; is it on PATH?")
    })?;
    let group = Pid::from_child(&child);
    let (sender, events) = mpsc::channel();
    let lines = sender.clone();
    thread::spawn(move || {
        read_lines(reader, |line| lines.send(Event::Line(line)).is_ok());
        lines.send(Event::Silent).ok();
    });
    thread::spawn(move || sender.send(Event::Ended(child.wait())).ok());

    let mut asked = Asked::default();
    let mut silent = false;
    let status = loop {
        match events.recv_timeout(TICK) {
            Ok(Event::Line(line)) => each(&line),
            Ok(Event::Silent) => silent = true,
            Ok(Event::Ended(status)) => break status.context("its end was not seen")?,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        if let Some(signal) = asked.next(interrupts) {
            // It may have ended meanwhile.
            kill_process_group(group, signal).ok();
        }
    };
    while !silent {
        match events.recv_timeout(LAST_WORDS) {
            Ok(Event::Line(line)) => each(&line),
            Ok(Event::Silent) | Err(_) => silent = true,
            Ok(Event::Ended(_)) => {}
        }
    }
    match asked.last {
        None => Ok(status),
        Some(_) => Err(Interrupted.into()),
    }
}

/// How often, and when last, a program was asked to stop.
#[derive(Default)]
struct Asked {
    times: u32,
    last: Option<Instant>,
}

impl Asked {
    /// The signal that is due now, if one is.
    fn next(&mut self, interrupts: &Interrupts) -> Option<Signal> {
        let patience_is_over = self.last.is_some_and(|last| last.elapsed() > PATIENCE);
        if !interrupts.again() && !patience_is_over {
            return None;
        }
        self.times += 1;
        self.last = Some(Instant::now());
        Some(if self.times > REQUESTS {
            Signal::KILL
        } else {
            Signal::INT
        })
    }
}

fn read_lines(stream: impl io::Read, mut each: impl FnMut(String) -> bool) {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = io::Read::take(&mut stream, LINE_LIMIT);
        match limited.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {
                let text = String::from_utf8_lossy(&line);
                if !each(text.trim_end_matches(['\n', '\r']).to_owned()) {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> (Result<ExitStatus>, Vec<String>) {
        let mut lines = Vec::new();
        let status = run(
            Command::new("sh").args(["-c", script]),
            &Interrupts::default(),
            |line| lines.push(line.to_owned()),
        );
        (status, lines)
    }

    #[test]
    fn lines_of_both_outputs_come_in_their_order_up_to_the_last() {
        let (status, lines) = sh("echo one; echo two >&2; printf three; exit 3");
        assert_eq!(lines, ["one", "two", "three"]);
        assert_eq!(status.unwrap().code(), Some(3));
    }

    #[test]
    fn what_it_leaves_behind_does_not_hold_us() {
        let (status, lines) = sh("sleep 1000 & echo $!");
        assert!(status.unwrap().success());
        // The child that was left is ended here.
        sh(&format!("kill {}", lines[0])).0.unwrap();
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(
            &mut Command::new("/nowhere/bazel"),
            &Interrupts::default(),
            |_| {},
        )
        .unwrap_err();
        assert!(
            format!("{error:#}").starts_with("/nowhere/bazel cannot be started"),
            "{error:#}"
        );
    }
}
