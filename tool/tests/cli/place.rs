//! A folder in which the helper is run as a user runs it, and what a test asks of the
//! outcome. It knows no command.

use std::fs;
use std::process::{Command, Output};

use camino::Utf8PathBuf;
use tempfile::TempDir;

/// A folder of its own for each test, with the helper to run in it.
pub struct Place {
    _dir: TempDir,
    pub path: Utf8PathBuf,
}

impl Place {
    pub fn new() -> Place {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(dir.path().canonicalize().unwrap()).unwrap();
        Place { _dir: dir, path }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lre"));
        command.args(args).current_dir(&self.path);
        command
    }

    pub fn lre(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path.join(name)).unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        let entries = self.path.read_dir_utf8().unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().to_owned()).collect();
        names.sort();
        names
    }
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Asserts that the helper refused, with exit code 2 and `reason` in what it said.
pub fn assert_refused(output: &Output, reason: &str) {
    assert_eq!(code(output), 2);
    assert!(stderr(output).contains(reason), "{}", stderr(output));
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
