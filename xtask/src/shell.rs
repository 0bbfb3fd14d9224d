//! Running other programs so that a failure says which one, where, and what it
//! printed; and the progress lines. It must not know what the programs are for.

use std::fs::File;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};
use camino::Utf8Path;

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

/// Runs `command` with its output in `log`; gives whether it succeeded.
pub fn logged(command: &mut Command, log: &Utf8Path) -> Result<bool> {
    let file = File::create(log).with_context(|| format!("cannot write {log}"))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| format!("{} could not be started", name(command)))?;
    Ok(status.success())
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
