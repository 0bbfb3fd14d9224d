//! Runs a program to its end, or stops it: its lines are handed on as they come, and a signal that asks us
//! to stop goes to it first. It must not know which program it is.

mod interrupt;

use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

pub use interrupt::{Interrupted, Interrupts};

/// How often is looked whether a signal came, or the time is up.
const TICK: Duration = Duration::from_millis(50);

/// What is still said by what outlives the program is not waited for any longer.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A line longer than this is handed on in pieces.
const LINE_LIMIT: u64 = 64 << 10;

/// When and how a program is stopped that does not end by itself. It is asked to by SIGINT.
#[derive(Clone, Copy, Debug)]
pub struct Stopping {
    /// When its time is up, if ever.
    pub deadline: Option<Instant>,
    /// After how long one that was asked is asked again.
    pub patience: Duration,
    /// How often it is asked before SIGKILL.
    pub requests: u32,
    /// Whether what it leaves in its process group is killed.
    pub whole_group: bool,
}

/// How a program ended.
#[derive(Clone, Copy, Debug)]
pub enum Ended {
    /// By itself.
    Exited(ExitStatus),
    /// It was stopped, since its time was up.
    OutOfTime,
}

enum Event {
    Line(String),
    Silent,
    Ended,
}

/// Runs `command` in a process group of its own, so that a Ctrl-C of the terminal reaches it through
/// us alone, without input, and gives each line of both its outputs to `each`, which may set another
/// deadline. A signal to us makes a SIGINT to that group, as the deadline does, and once more each time
/// that it does not end; in the end SIGKILL.
///
/// # Errors
/// [`Interrupted`] where a signal came; or it cannot be started.
pub fn run(
    command: &mut Command,
    interrupts: &Interrupts,
    stopping: Stopping,
    mut each: impl FnMut(&str, &mut Option<Instant>),
) -> Result<Ended> {
    interrupts.check()?;
    let (mut group, events) = start(command, stopping.whole_group)?;
    let mut asked = Asked::default();
    let mut deadline = stopping.deadline;
    let mut silent = false;
    loop {
        match events.recv_timeout(TICK) {
            Ok(Event::Line(line)) => each(&line, &mut deadline),
            Ok(Event::Silent) => silent = true,
            Ok(Event::Ended) => break,
            Err(_) => {}
        }
        if let Some(signal) = asked.next(interrupts, deadline, &stopping) {
            group.signal(signal);
        }
    }
    let status = group.end().context("its end was not seen")?;
    let last = Instant::now() + LAST_WORDS;
    while !silent {
        match events.recv_timeout(last.saturating_duration_since(Instant::now())) {
            Ok(Event::Line(line)) => each(&line, &mut deadline),
            Ok(Event::Silent) | Err(_) => silent = true,
            Ok(Event::Ended) => {}
        }
    }
    match asked {
        Asked {
            interrupted: true, ..
        } => Err(Interrupted.into()),
        Asked { times: 0, .. } => Ok(Ended::Exited(status)),
        Asked { .. } => Ok(Ended::OutOfTime),
    }
}

fn start(command: &mut Command, whole: bool) -> Result<(Group, Receiver<Event>)> {
    let (reader, writer) = io::pipe().context("there is no pipe to be had")?;
    command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("no pipe")?)
        .stderr(writer);
    let child = command.spawn();
    // What holds our end of the pipe would keep it open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let child = child.with_context(|| {
        let program = command.get_program().to_string_lossy();
        format!("{program} cannot be started; is it on PATH?")
    })?;
    let group = Group { child, whole };
    let (sender, events) = mpsc::channel();
    let lines = sender.clone();
    thread::spawn(move || {
        read_lines(reader, |line| lines.send(Event::Line(line)).is_ok());
        lines.send(Event::Silent).ok();
    });
    let leader = group.id();
    thread::spawn(move || {
        // Not reaped yet, so that its number stays that of its group.
        let seen = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(leader), seen).is_err_and(|error| error == Errno::INTR) {}
        sender.send(Event::Ended).ok();
    });
    Ok((group, events))
}

/// A program with what it starts in its group. Where all is to end with it, that is so at the latest when
/// this is dropped.
struct Group {
    child: Child,
    whole: bool,
}

impl Group {
    fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn signal(&self, signal: Signal) {
        // Whoever has ended already is no error.
        kill_process_group(self.id(), signal).ok();
    }

    /// Of a program that has ended, how it did.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if self.whole {
            self.signal(Signal::KILL);
            self.whole = false;
        }
        self.child.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.whole {
            self.end().ok();
        }
    }
}

/// How often, and when last, a program was asked to stop, and whether a signal was among the reasons.
#[derive(Default)]
struct Asked {
    times: u32,
    last: Option<Instant>,
    interrupted: bool,
}

impl Asked {
    /// The signal that is due now, if one is.
    fn next(
        &mut self,
        interrupts: &Interrupts,
        deadline: Option<Instant>,
        stopping: &Stopping,
    ) -> Option<Signal> {
        let interrupted = interrupts.again();
        self.interrupted |= interrupted;
        let due = match self.last {
            None => deadline.is_some_and(|deadline| Instant::now() >= deadline),
            Some(last) => last.elapsed() > stopping.patience,
        };
        if !interrupted && !due {
            return None;
        }
        self.times += 1;
        self.last = Some(Instant::now());
        Some(if self.times > stopping.requests {
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

    const FOREVER: Stopping = Stopping {
        deadline: None,
        patience: Duration::from_millis(200),
        requests: 1,
        whole_group: false,
    };

    fn brief() -> Stopping {
        Stopping {
            deadline: Some(Instant::now() + Duration::from_millis(300)),
            ..FOREVER
        }
    }

    fn sh(script: &str, stopping: Stopping) -> (Ended, Vec<String>) {
        let mut lines = Vec::new();
        let ended = run(
            Command::new("sh").args(["-c", script]),
            &Interrupts::default(),
            stopping,
            |line, _| lines.push(line.to_owned()),
        );
        (ended.unwrap(), lines)
    }

    fn code(ended: Ended) -> Option<i32> {
        match ended {
            Ended::Exited(status) => status.code(),
            Ended::OutOfTime => None,
        }
    }

    /// Whether a process is there; one that has ended may have nobody who waits for it.
    fn lives(process: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    fn ends(process: &str) -> bool {
        let start = Instant::now();
        while lives(process) && start.elapsed() < Duration::from_secs(10) {
            thread::sleep(TICK);
        }
        !lives(process)
    }

    #[test]
    fn lines_of_both_outputs_come_in_their_order_up_to_the_last() {
        let (ended, lines) = sh("echo one; echo two >&2; printf three; exit 3", FOREVER);
        assert_eq!(lines, ["one", "two", "three"]);
        assert_eq!(code(ended), Some(3));
    }

    #[test]
    fn what_it_leaves_behind_does_not_hold_us() {
        for script in ["sleep 1000", "while echo more; do sleep 0.01; done"] {
            let (ended, lines) = sh(&format!("({script}) & echo $!"), FOREVER);
            assert_eq!(code(ended), Some(0));
            // The child that was left is ended here.
            let process = lines.iter().find(|line| *line != "more").unwrap();
            sh(&format!("kill {process}"), FOREVER);
        }
    }

    #[test]
    fn what_it_leaves_behind_ends_with_it_where_that_is_wanted() {
        for stopping in [FOREVER, brief()] {
            let wait = if stopping.deadline.is_some() {
                "wait"
            } else {
                ":"
            };
            let stopping = Stopping {
                whole_group: true,
                ..stopping
            };
            let (_, lines) = sh(&format!("sleep 1000 & echo $!; {wait}"), stopping);
            assert!(ends(&lines[0]), "{wait}");
        }
    }

    #[test]
    fn what_it_started_ends_where_we_come_to_no_orderly_end() {
        let mut process = String::new();
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let stopping = Stopping {
                whole_group: true,
                ..FOREVER
            };
            let mut command = Command::new("sh");
            command.args(["-c", "echo $$; exec sleep 1000"]);
            run(&mut command, &Interrupts::default(), stopping, |line, _| {
                line.clone_into(&mut process);
                panic!("as a test does");
            })
        }));
        assert!(unwound.is_err());
        assert!(ends(&process));
    }

    #[test]
    fn one_that_does_not_end_in_time_is_stopped_whatever_it_does() {
        for script in [
            "exec sleep 1000",
            "while :; do echo more; done",
            "trap '' INT; while :; do sleep 0.05; done",
        ] {
            let (ended, _) = sh(script, brief());
            assert!(matches!(ended, Ended::OutOfTime), "{script}");
        }
    }

    #[test]
    fn a_line_may_set_another_deadline() {
        let ended = run(
            Command::new("sh").args(["-c", "echo begun; exec sleep 1000"]),
            &Interrupts::default(),
            FOREVER,
            |_, deadline| *deadline = Some(Instant::now()),
        );
        assert!(matches!(ended.unwrap(), Ended::OutOfTime));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(
            &mut Command::new("/nowhere/bazel"),
            &Interrupts::default(),
            FOREVER,
            |_, _| {},
        )
        .unwrap_err();
        assert!(
            format!("{error:#}").starts_with("/nowhere/bazel cannot be started"),
            "{error:#}"
        );
    }
}
