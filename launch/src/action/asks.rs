//! Which store paths a command asks for: those that its words and variables name, and those that
//! the parameter files, scripts and programs among its words name in turn. It reads files and
//! must not know which paths are there.

use std::collections::HashSet;
use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::call::Call;
use super::program;
use crate::names::Names;

/// How large a file of words may be, in bytes.
const FILE_LIMIT: u64 = 64 << 20;

/// How many words of a shell's command are looked up as files, and files of a test.
const WORDS: usize = 64;
const RUNFILES: usize = 4096;

/// How many words behind the first may be programs by themselves.
const FIRST: usize = 4;

/// What a command asks for.
#[derive(Debug, Default)]
pub struct Asks {
    pub names: Names,
    seen: HashSet<PathBuf>,
}

impl Asks {
    /// What `command` asks for with the variables of `call` and in the current folder. Of its words, the
    /// first is a program; a word with `@` before it, or a flag with such a value or the name
    /// `--flagfile`, is a file of words (Bazel's parameter files); and in a word with blanks, which
    /// is a shell's, each may be a program.
    pub fn of(call: &Call, command: &[&CStr]) -> Asks {
        let mut asks = Asks::default();
        // Each as one piece, since there are thousands of words, most of them of no interest.
        asks.names.add(call.last_words(command.len()));
        for variable in call.variables() {
            asks.names.add(variable.to_bytes());
        }
        let mut words = command.iter().map(|word| word.to_bytes());
        if let Some(program) = words.next() {
            asks.program(path(program));
        }
        for (index, word) in words.enumerate() {
            // A shell's script, and a program that a wrapper runs, are among the first.
            if index < FIRST {
                asks.program(path(word));
            }
            if let Some(file) = file_of_words(word) {
                asks.words_in(path(file));
            }
            if memchr::memchr2(b' ', b'\n', word).is_some() {
                asks.shell(word);
            }
        }
        // test-setup.sh of Bazel's is given the test by its name among the runfiles.
        if let Some(runfiles) = call.variable("TEST_SRCDIR").map(path) {
            let mut left = RUNFILES;
            asks.programs_below(runfiles, &mut left);
            let workspace = call.variable("TEST_WORKSPACE").map(path);
            if let (Some(workspace), Some(test)) = (workspace, command.get(1)) {
                asks.program(&runfiles.join(workspace).join(path(test.to_bytes())));
            }
        }
        asks
    }

    /// What a file of words names, and the files that it names as such.
    fn words_in(&mut self, file: &Path) {
        if !self.seen.insert(file.to_owned()) {
            return;
        }
        let Some(bytes) = read(file, FILE_LIMIT) else {
            return;
        };
        self.names.add(&bytes);
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Some(file) = file_of_words(line.trim_ascii()) {
                self.words_in(path(file));
            }
        }
    }

    /// The programs that a shell's command calls by a path.
    fn shell(&mut self, text: &[u8]) {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"'\"();|&<>`$={}".contains(byte);
        let paths = text.split(ends).filter(|word| {
            word.contains(&b'/') && !word.starts_with(crate::names::STORE.as_bytes())
        });
        for word in paths.take(WORDS) {
            self.program(path(word));
        }
    }

    fn programs_below(&mut self, folder: &Path, left: &mut usize) {
        let Ok(entries) = folder.read_dir() else {
            return;
        };
        for entry in entries.flatten() {
            if *left == 0 {
                return;
            }
            *left -= 1;
            let path = entry.path();
            // Runfiles are links in many layouts, and folders are none.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.programs_below(&path, left),
                _ => self.program(&path),
            }
        }
    }

    /// What a script or a program itself names, or a link to one; nothing where the file is none of them.
    fn program(&mut self, path: &Path) {
        let in_store = path.starts_with(crate::names::STORE);
        if in_store || !self.seen.insert(path.to_owned()) {
            return;
        }
        if let Ok(target) = path.read_link() {
            self.names.add(target.as_os_str().as_bytes());
        }
        let Ok(metadata) = path.metadata() else {
            return;
        };
        if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 {
            program::names(path, &mut self.names);
        }
    }
}

fn path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// The file that a word says that more words are in.
fn file_of_words(word: &[u8]) -> Option<&[u8]> {
    let file = match word {
        [b'@', file @ ..] => file,
        [b'-', ..] => {
            let at = memchr::memchr(b'=', word)?;
            match (&word[..at], &word[at + 1..]) {
                (_, [b'@', file @ ..]) => file,
                (flag, file) if flag.ends_with(b"flagfile") => file,
                _ => return None,
            }
        }
        _ => return None,
    };
    (!file.is_empty()).then_some(file)
}

/// The whole of a file that is no larger than `limit`.
pub fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > limit {
        return None;
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
