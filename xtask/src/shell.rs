//! Running other programs so that a failure says which one, where, and what it
//! printed; and the progress lines. It must not know what the programs are for.

use std::fs::File;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use camino::Utf8Path;

/// How long a slow and busy machine may take for what comes at once elsewhere.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// Says what is being done now, on standard error.
pub fn progress(what: impl std::fmt::Display) {
    eprintln!("==> {what}");
}

/// Runs `command` with its output captured; one that fails is an error that
/// ends with the last lines it printed.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", name(command)))?;
    if !output.status.success() {
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        bail!("{}: {}\n{}", brief(command), output.status, tail(&text));
    }
    Ok(output)
}

/// As [`run`], and gives what the program printed, trimmed.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = run(command)?;
    let text = String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed bytes that are not UTF-8", name(command)))?;
    Ok(text.trim().to_owned())
}

/// Runs `command` with its output in `log`, and shows the last line of that now and then; gives
/// whether it succeeded.
pub fn logged(command: &mut Command, log: &Utf8Path) -> Result<bool> {
    let file = File::create(log).with_context(|| format!("cannot write {log}"))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("{} could not be started", name(command)))?;
    let (sender, ended) = channel();
    let waits = thread::spawn(move || {
        // Nobody listens where the receiver is gone.
        let _ = sender.send(child.wait());
    });
    let mut shown = String::new();
    let status = loop {
        match ended.recv_timeout(SILENCE) {
            Ok(status) => break status?,
            Err(RecvTimeoutError::Timeout) => show_last(log, &mut shown),
            Err(RecvTimeoutError::Disconnected) => bail!("nobody waits for {}", brief(command)),
        }
    };
    ensure!(waits.join().is_ok(), "nobody waits for {}", brief(command));
    Ok(status.success())
}

/// How long nothing is shown of a program that goes on.
const SILENCE: Duration = Duration::from_secs(10);

/// Shows the last line of `log` unless it was `shown` already.
fn show_last(log: &Utf8Path, shown: &mut String) {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let last = text
        .trim_end()
        .rsplit(['\n', '\r'])
        .next()
        .unwrap_or_default();
    if last != shown {
        const WIDTH: usize = 100;
        eprintln!("    {}", last.chars().take(WIDTH).collect::<String>());
        last.clone_into(shown);
    }
}

/// Runs `command` with this terminal as its own; one that fails is an error.
pub fn show(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{} could not be started", name(command)))?;
    if !status.success() {
        bail!("{}: {status}", brief(command));
    }
    Ok(())
}

/// Whether a program of that name is on the PATH.
pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// An error with its causes, one below the other.
pub fn explain(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join("\n  because: ")
}

/// The last lines of `text`: where programs say why they failed.
pub fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

/// The command line, cut where it would fill the screen.
fn brief(command: &Command) -> String {
    const SHOWN: usize = 300;
    let line = format!("{command:?}");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
