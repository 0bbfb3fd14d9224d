//! Runs a program under a time limit, with the variables that it is given and no other, and with
//! bounded output. It must not know what the program is asked.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, kill_process_group};

/// How long one program may take; a compiler answers in hundredths of a second.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How much one stream may print, in bytes; all macros of a compiler are some 20 kB.
const OUTPUT_LIMIT: u64 = 4 << 20;

/// Runs programs that see no more of the world than is said here.
#[derive(Clone, Debug)]
pub struct Runner {
    variables: Vec<(&'static str, String)>,
    time_limit: Duration,
    missing: &'static str,
}

/// What a program printed.
#[derive(Debug)]
pub struct Output {
    /// Whether it exited with status 0.
    pub success: bool,
    /// Standard output; what is no UTF-8 is replaced.
    pub stdout: String,
    /// Standard error, likewise.
    pub stderr: String,
}

impl Runner {
    /// A runner whose programs get `path` as their `PATH`; `missing` is what to do where one is not
    /// there.
    pub fn new(path: &str, missing: &'static str) -> Runner {
        Runner {
            variables: vec![("PATH", path.to_owned())],
            time_limit: TIME_LIMIT,
            missing,
        }
    }

    /// The same with a variable more.
    pub fn with_variable(mut self, name: &'static str, value: &str) -> Runner {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The same with another time limit.
    pub fn with_time_limit(self, time_limit: Duration) -> Runner {
        Runner { time_limit, ..self }
    }

    /// Runs `program` with `args`, `input` on its standard input. It, and all
    /// that it started, is ended when it exits or the time is up.
    ///
    /// # Errors
    /// It cannot be started, is ended by a signal, takes too long or prints too much. An exit
    /// status other than 0 is no error here.
    pub fn run(&self, program: &Utf8Path, args: &[&str], input: &str) -> Result<Output> {
        let shown = || format!("{program} {}", args.join(" "));
        let mut child = Command::new(program)
            .args(args)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {program}; {}", self.missing))?;
        let group = Pid::from_child(&child);
        let mut stdin = child.stdin.take().context("no standard input")?;
        let input = input.to_owned();
        // A program that exits without reading is no failure of ours.
        thread::spawn(move || stdin.write_all(input.as_bytes()).ok());
        let stdout = collect(child.stdout.take().context("no standard output")?);
        let stderr = collect(child.stderr.take().context("no standard error")?);
        let (sender, exited) = mpsc::channel();
        let waiter = thread::spawn(move || sender.send(child.wait()).ok());

        let deadline = Instant::now() + self.time_limit;
        let status = exited.recv_timeout(self.time_limit);
        let end_group = || kill_process_group(group, Signal::KILL).ok();
        let status = match status {
            Ok(status) => status.with_context(shown)?,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                end_group();
                waiter.join().ok();
                bail!(
                    "{}: no answer within {:?}, so it was ended",
                    shown(),
                    self.time_limit
                );
            }
        };
        // What it left behind holds the pipes open; nothing it says is wanted any more.
        end_group();
        waiter.join().ok();
        let text = |stream: mpsc::Receiver<Vec<u8>>| -> Result<String> {
            let left = deadline
                .saturating_duration_since(Instant::now())
                .max(Duration::from_secs(1));
            let bytes = stream
                .recv_timeout(left)
                .map_err(|_| anyhow!("{}: its output does not end", shown()))?;
            if bytes.len() as u64 > OUTPUT_LIMIT {
                bail!(
                    "{}: it prints more than {OUTPUT_LIMIT} bytes, which no compiler or JDK does here",
                    shown()
                );
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        // A program that printed too much was ended by our closing its output, so that
        // is told before any signal.
        let (stdout, stderr) = (text(stdout)?, text(stderr)?);
        if let Some(signal) = status.signal() {
            bail!("{}: ended by signal {signal}", shown());
        }
        Ok(Output {
            success: status.success(),
            stdout,
            stderr,
        })
    }
}

/// Reads a stream in a thread of its own, up to one byte past the limit; what
/// comes after is not read, so the writer blocks or gets SIGPIPE.
fn collect(stream: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if stream
            .take(OUTPUT_LIMIT + 1)
            .read_to_end(&mut bytes)
            .is_ok()
        {
            sender.send(bytes).ok();
        }
    });
    receiver
}

/// A path that names a program wherever it is called from.
///
/// # Errors
/// It is relative or has a control character.
pub fn absolute_program(text: &str) -> Result<Utf8PathBuf, String> {
    if text.starts_with('/') && !text.contains(char::is_control) {
        return Ok(text.into());
    }
    Err("write the absolute path of a program".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Result<Output> {
        Runner::new("/usr/bin:/bin", "")
            .with_time_limit(Duration::from_secs(2))
            .run(Utf8Path::new("/bin/sh"), &["-c", script], "question")
    }

    #[test]
    fn a_program_sees_its_input_and_path_and_no_other_variable() {
        let output =
            sh("cat; echo; echo $PATH; env | grep -vE '^(PATH|PWD|_|OLDPWD|SHLVL)='").unwrap();
        assert_eq!(output.stdout, "question\n/usr/bin:/bin\n");
    }

    #[test]
    fn both_streams_and_a_failure_are_told_apart() {
        let output = sh("echo out; echo err >&2; exit 3").unwrap();
        assert_eq!(
            (
                output.success,
                output.stdout.as_str(),
                output.stderr.as_str()
            ),
            (false, "out\n", "err\n")
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let error = sh("sleep 1000").unwrap_err().to_string();
        assert!(error.contains("no answer within 2s"), "{error}");
    }

    #[test]
    fn a_program_that_leaves_a_child_behind_does_not_hold_us() {
        let output = sh("sleep 1000 & echo done").unwrap();
        assert_eq!(output.stdout, "done\n");
    }

    #[test]
    fn a_program_that_never_stops_printing_is_refused() {
        let error = sh("exec head -c 10000000 /dev/zero")
            .unwrap_err()
            .to_string();
        assert!(error.contains("prints more than"), "{error}");
    }

    #[test]
    fn a_missing_program_is_told_with_what_to_do() {
        let error = Runner::new("/bin", "look elsewhere")
            .run(Utf8Path::new("/nix/store/none/bin/cc"), &[], "")
            .unwrap_err();
        assert!(
            format!("{error:#}").contains("cc; look elsewhere"),
            "{error:#}"
        );
    }
}
