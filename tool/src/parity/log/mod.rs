//! Bazel's execution logs, entry by entry, whichever of the three formats a file has. It must not
//! know what is compared, and keeps nothing of what it has read.
//!
//! Every format is read as the compact one: what the others say at length is split into
//! entries by [`expand`]. `--execution_log_compact_file`, `--execution_log_binary_file` and
//! `--execution_log_json_file` are Bazel's flags for them.

mod expand;
mod format;
mod frames;
mod json;
pub mod proto;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use anyhow::{Context, Result, anyhow, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use prost::Message;
use prost::bytes::Bytes;

use expand::Expand;
pub use format::Format;
use proto::{Entry, Kind, SpawnExec};

/// A log that is being read.
pub struct Reader {
    path: Utf8PathBuf,
    format: Format,
    input: Box<dyn BufRead + Send>,
    /// Bytes that were read, of what a compact log unpacks to.
    offset: u64,
    expand: Expand,
    queue: VecDeque<Entry>,
    keep_going: bool,
    ended: bool,
    warnings: Vec<String>,
}

/// Why an entry could not be read.
struct Bad {
    what: String,
    /// Whether the next one can be.
    goes_on: bool,
}

impl Reader {
    /// Opens the log at `path`. With `keep_going`, what cannot be read becomes a warning.
    ///
    /// # Errors
    ///
    /// Where there is no file, or it is none of the three formats; the message says what it is
    /// as far as that can be told.
    pub fn open(path: &Utf8Path, keep_going: bool) -> Result<Self> {
        let cannot = || format!("cannot read {path}");
        // Asked first: opening a pipe waits for somebody who writes.
        let kind = std::fs::metadata(path).with_context(cannot)?.file_type();
        ensure!(!kind.is_dir(), "{path} is a folder, and no execution log");
        ensure!(
            kind.is_file(),
            "{path} is no regular file: a log is read twice, so that it has to be one"
        );
        let file = File::open(path).with_context(cannot)?;
        Self::new(path, file, keep_going)
    }

    /// As [`Reader::open`], of what `input` gives; `path` names it in messages.
    pub fn new(
        path: &Utf8Path,
        input: impl Read + Send + 'static,
        keep_going: bool,
    ) -> Result<Self> {
        let no_log = |what: String| anyhow!("{path} is no execution log: {what}; {}", format::MEND);
        let (start, input) = peeked(input).with_context(|| format!("cannot read {path}"))?;
        let format = Format::of(&start).map_err(no_log)?;
        let input: Box<dyn BufRead + Send> = match format {
            Format::Compact => {
                let unpacked = zstd::Decoder::with_buffer(input).and_then(peeked);
                let (start, input) =
                    unpacked.map_err(|error| no_log(format!("it cannot be unpacked ({error})")))?;
                if let Some(what) = Format::fault_inside(&start) {
                    return Err(no_log(what));
                }
                Box::new(input)
            }
            Format::Binary | Format::Json => Box::new(input),
        };
        Ok(Self {
            path: path.to_owned(),
            format,
            input,
            offset: 0,
            expand: Expand::default(),
            queue: VecDeque::new(),
            keep_going,
            ended: false,
            warnings: Vec::new(),
        })
    }

    /// What the file turned out to be.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What could not be read so far, a line each.
    pub fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    ///
    /// Without `keep_going`, the first thing that cannot be read, with its offset.
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
        loop {
            if let Some(entry) = self.queue.pop_front() {
                return Ok(Some(entry));
            }
            if self.ended {
                return Ok(None);
            }
            let start = self.offset;
            match self.fill() {
                Ok(more) => self.ended = !more,
                Err(bad) => {
                    self.ended = !bad.goes_on;
                    self.fault(start, &bad.what)?;
                }
            }
        }
    }

    /// Takes something wrong at `offset` as `keep_going` says.
    pub fn fault(&mut self, offset: u64, what: &str) -> Result<()> {
        let unpacked = match self.format {
            Format::Compact => " of what it unpacks to",
            Format::Binary | Format::Json => "",
        };
        let line = format!("{}: at byte {offset}{unpacked}: {what}", self.path);
        if !self.keep_going {
            return Err(anyhow!(
                "{line}; with --keep-going, what can be read is reported on"
            ));
        }
        /// Of more, one more would say nothing new.
        const SHOWN: usize = 20;
        if self.warnings.len() < SHOWN {
            self.warnings.push(line);
        }
        Ok(())
    }

    /// How far has been read, in bytes.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads on; gives whether there was anything.
    fn fill(&mut self) -> Result<bool, Bad> {
        let first = self.offset == 0;
        let bytes = match self.format {
            Format::Json => json::object(&mut self.input, &mut self.offset).map(to_bytes),
            _ => frames::frame(&mut self.input, &mut self.offset),
        };
        let Some(bytes) = bytes.map_err(|error| Bad::of(first, &error))? else {
            return Ok(false);
        };
        match self.format {
            Format::Compact => {
                let entry = Entry::decode(bytes).map_err(|error| Bad::entry(first, &error))?;
                self.queue.push_back(entry);
            }
            Format::Binary => {
                let spawn = SpawnExec::decode(bytes).map_err(|error| Bad::entry(first, &error))?;
                self.take(spawn)?;
            }
            Format::Json => {
                let spawn = serde_json::from_slice(&bytes).map_err(|error| {
                    // Its line and column are of this object alone, so that they would mislead.
                    let error = error.to_string();
                    let what = error.split(" at line ").next().unwrap_or(&error);
                    Bad::entry(first, &what)
                })?;
                self.take(spawn)?;
            }
        }
        Ok(true)
    }

    fn take(&mut self, spawn: SpawnExec) -> Result<(), Bad> {
        if spawn.mnemonic.is_empty() && spawn.target_label.is_empty() {
            return Err(Bad {
                what: format!("this is no spawn, it has no mnemonic; {}", format::MEND),
                goes_on: true,
            });
        }
        self.expand.spawn(spawn, &mut self.queue);
        Ok(())
    }
}

/// How `input` begins, and all of it.
fn peeked(mut input: impl Read + Send + 'static) -> io::Result<(Vec<u8>, impl BufRead + Send)> {
    /// What zstd unpacks at once.
    const BUFFER: usize = 128 << 10;
    let mut start = Vec::new();
    match format::peek(&mut input, &mut start) {
        // Said again when it is read, with its offset.
        Err(error) if !start.is_empty() || error.kind() == ErrorKind::UnexpectedEof => {}
        other => other?,
    }
    let rest = BufReader::with_capacity(BUFFER, input);
    Ok((start.clone(), Cursor::new(start).chain(rest)))
}

fn to_bytes(object: Option<Vec<u8>>) -> Option<Bytes> {
    object.map(Bytes::from)
}

impl Bad {
    /// What reading said; nothing can be read behind it.
    fn of(first: bool, error: &io::Error) -> Bad {
        let what = match error.kind() {
            ErrorKind::UnexpectedEof if first => format!(
                "the log is cut off in its first entry ({error}), or is no execution log; {}",
                format::MEND
            ),
            ErrorKind::UnexpectedEof => {
                format!("the log is cut off ({error}): Bazel was still writing, or was killed")
            }
            _ => format!("the log is damaged: {error}"),
        };
        Bad {
            what,
            goes_on: false,
        }
    }

    fn entry(first: bool, error: &impl std::fmt::Display) -> Bad {
        let what = if first {
            format!(
                "this is no entry of an execution log ({error}); {}",
                format::MEND
            )
        } else {
            format!("this is no entry of an execution log ({error}): the log is damaged")
        };
        Bad {
            what,
            goes_on: true,
        }
    }
}

/// What a kind of entry is called in messages.
pub(super) fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Invocation(_) => "invocation",
        Kind::File(_) => "file",
        Kind::Directory(_) => "directory",
        Kind::Symlink(_) => "symlink",
        Kind::InputSet(_) => "input set",
        Kind::Spawn(_) => "spawn",
        Kind::SymlinkAction(_) => "symlink action",
        Kind::SymlinkEntrySet(_) => "set of symlinks",
        Kind::RunfilesTree(_) => "runfiles tree",
    }
}
