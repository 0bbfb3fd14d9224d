//! What a person sees while Bazel runs: its lines, each with the build and the time that it belongs to.
//! It must not know what they mean, but for those that only say how far Bazel is.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::bazel::is_progress;

/// Where nobody watches, lines that only say how far Bazel is come no more often than this.
const SELDOM: Duration = Duration::from_secs(10);

/// Prints the lines of one build to standard error; on a terminal, what only says how far it is stays on
/// one line.
#[derive(Debug)]
pub struct Progress {
    name: &'static str,
    start: Instant,
    terminal: bool,
    last: Option<Instant>,
    open: bool,
}

impl Progress {
    /// Of the build called `name`, which starts now.
    pub fn start(name: &'static str) -> Progress {
        Progress {
            name,
            start: Instant::now(),
            terminal: io::stderr().is_terminal(),
            last: None,
            open: false,
        }
    }

    /// Shows a line.
    pub fn line(&mut self, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        let seconds = self.start.elapsed().as_secs();
        let head = format!("{} {}:{:02} ", self.name, seconds / 60, seconds % 60);
        let passing = is_progress(line);
        if passing && !self.terminal {
            if self.last.is_some_and(|last| last.elapsed() < SELDOM) {
                return;
            }
            self.last = Some(Instant::now());
        }
        let text = if self.terminal {
            const CLEAR: &str = "\r\x1b[K";
            let end = if passing { "" } else { "\n" };
            let line = if passing { cut(line, head.len()) } else { line };
            self.open = passing;
            format!("{CLEAR}{head}{line}{end}")
        } else {
            format!("{head}{line}\n")
        };
        // A terminal that is gone does not stop the build.
        io::stderr().write_all(text.as_bytes()).ok();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.open {
            io::stderr().write_all(b"\r\x1b[K").ok();
        }
    }
}

/// As much of `line` as a terminal of 80 columns has room for behind `before` others.
fn cut(line: &str, before: usize) -> &str {
    let room = 79_usize.saturating_sub(before);
    match line.char_indices().nth(room) {
        Some((end, _)) => &line[..end],
        None => line,
    }
}
