//! What this process was called with, as the kernel has it: one piece of memory for all words, which
//! are handed on as they are. It must not know what they mean.

use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Read};

use ::nix::errno::Errno;
use ::nix::unistd::{execvp, execvpe};

use crate::variables::HIDDEN;
use anyhow::{Context, Result};

/// Words and variables of this process (proc_pid_cmdline(5), proc_pid_environ(5)): for thousands of
/// words, copying each takes longer than all else that is done.
#[derive(Debug)]
pub struct Call {
    words: Vec<u8>,
    variables: Vec<u8>,
}

impl Call {
    /// Reads them.
    ///
    /// # Errors
    /// `/proc` is not there.
    pub fn of_process() -> Result<Call> {
        let read = |name: &str| {
            let path = format!("/proc/self/{name}");
            read_at_once(&path)
                .with_context(|| format!("{path}: cannot read it; workers have a /proc"))
        };
        Ok(Call {
            words: read("cmdline")?,
            variables: read("environ")?,
        })
    }

    /// The last `count` words as one piece, each with a NUL behind it.
    pub fn last_words(&self, count: usize) -> &[u8] {
        let mut ends = memchr::memrchr_iter(0, &self.words);
        // Before the last words is the end of the one that comes before them.
        let start = ends.nth(count).map_or(0, |end| end + 1);
        &self.words[start..]
    }

    /// The words, the program's own name first.
    pub fn words(&self) -> Vec<&CStr> {
        split(&self.words)
    }

    /// The action's variables, `NAME=value` each: all but our own.
    pub fn variables(&self) -> Vec<&CStr> {
        let shown = |entry: &&CStr| {
            let name = entry.to_bytes().split(|byte| *byte == b'=').next();
            !HIDDEN.iter().any(|hidden| Some(hidden.as_bytes()) == name)
        };
        split(&self.variables).into_iter().filter(shown).collect()
    }

    /// The value of the variable `name`.
    pub fn variable(&self, name: &str) -> Option<&[u8]> {
        let mut entries = self.variables.split(|byte| *byte == 0);
        entries.find_map(|entry| entry.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
    }

    /// Becomes `command`, without our own variables. Rust ignores SIGPIPE, which a program would
    /// inherit.
    pub fn become_command(&self, command: &[&CStr]) -> Errno {
        sigpipe::reset();
        let program = command[0];
        let failed = if HIDDEN.iter().any(|name| self.variable(name).is_some()) {
            execvpe(program, command, &self.variables())
        } else {
            execvp(program, command)
        };
        let Err(error) = failed;
        error
    }
}

/// The whole of a file whose size nobody says before, in few calls.
fn read_at_once(path: &str) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = vec![0; 256 << 10];
    let mut length = 0;
    loop {
        match file.read(&mut bytes[length..])? {
            0 => {
                bytes.truncate(length);
                return Ok(bytes);
            }
            read => length += read,
        }
        if length == bytes.len() {
            bytes.resize(2 * length, 0);
        }
    }
}

fn split(bytes: &[u8]) -> Vec<&CStr> {
    let words = bytes.split_inclusive(|byte| *byte == 0);
    words
        .filter_map(|word| CStr::from_bytes_with_nul(word).ok())
        .collect()
}
