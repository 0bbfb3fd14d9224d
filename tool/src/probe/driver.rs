//! A C and C++ compiler driver and the ways to run it. It knows how a question is put, and that clang
//! and gcc are asked differently; it must not know which flags are worth asking for.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::include;
use crate::manifest::CompilerKind;
use lre_launch::runner::{Output, Runner};

/// Makes the C library say its version, and shows that the compiler finds its own headers.
const QUESTION: &str = "\
#include <stddef.h>
#if __has_include(<features.h>)
#include <features.h>
#endif
";

const PROGRAM: &str = "#include <stddef.h>\nint main() { return 0; }\n";

/// A driver that can be asked.
pub struct Driver<'a> {
    pub runner: &'a Runner,
    pub path: &'a Utf8Path,
    pub kind: CompilerKind,
}

/// What the file that `path` leads to is called like. It only decides which questions are put at
/// first; where the name deceives, the right ones are put again.
pub fn guess(path: &Utf8Path) -> CompilerKind {
    let file = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let name = file.file_name().unwrap_or_default();
    if name.contains("gcc") || name.contains("g++") {
        CompilerKind::Gcc
    } else {
        CompilerKind::Clang
    }
}

impl Driver<'_> {
    /// All macros on stdout, the search list on stderr.
    pub fn preprocess(&self, language: &str, flags: &[&str]) -> Result<Output> {
        let args = ["-E", "-dM", "-v", "-x", language, "-"];
        self.run(&[&args, flags].concat(), QUESTION)
    }

    /// Compiles a program in C++ and keeps nothing; the search list is on stderr.
    pub fn compile(&self, flags: &[&str]) -> Result<Output> {
        // Only with -c does nixpkgs' wrapper of clang see that nothing is linked; else it adds
        // flags for the linker, which are unused then.
        let how: &[&str] = match self.kind {
            CompilerKind::Clang => &[
                "-Werror=unknown-warning-option",
                "-Werror=unused-command-line-argument",
                "-c",
                "-o",
                "/dev/null",
            ],
            CompilerKind::Gcc => &["-fsyntax-only"],
        };
        let source = ["-v", "-x", "c++", "-"];
        self.run(&[flags, how, &source].concat(), PROGRAM)
    }

    /// Compiles and links. Libraries stand after the source, where a linker wants them.
    pub fn link(&self, flags: &[&str]) -> Result<Output> {
        let source = ["-x", "c++", "-", "-o", "/dev/null"];
        self.run(&[&source, flags].concat(), PROGRAM)
    }

    /// Links what the driver itself gives the linker, start files and libraries, with a `main`
    /// that is defined to be 0: half of what [`Driver::link`] takes. What succeeds here does
    /// there; what fails may not.
    pub fn link_nothing(&self, flags: &[&str]) -> Result<Output> {
        let main = ["-Wl,--defsym=main=0", "-o", "/dev/null"];
        self.run(&[&main, flags].concat(), "")
    }

    /// The path of the linker `name`, which linked with `-v`: clang prints its command last,
    /// gcc is asked.
    pub fn linker_path(&self, name: &str, verbose: &Output) -> Result<Option<Utf8PathBuf>> {
        let text = match self.kind {
            CompilerKind::Clang => {
                let last = verbose.stderr.trim().lines().last().unwrap_or_default();
                last.split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }
            CompilerKind::Gcc => {
                let question = format!("-print-prog-name=ld.{name}");
                self.run(&[&question], "")?.stdout
            }
        };
        let path = Utf8PathBuf::from(text.trim().trim_matches(['"', '\'']));
        Ok(path.is_absolute().then(|| include::normalise(&path)))
    }

    /// clang's own folder; `compiled` is an answer to [`Driver::compile`]. Where the driver is a link,
    /// clang tells another there than if it is asked, and Bazel's auto-configuration asks.
    pub fn resource_dir(&self, compiled: &Output) -> Result<Option<Utf8PathBuf>> {
        let told = include::resource_dir(&compiled.stderr);
        if told.is_none() || self.path.canonicalize_utf8().is_ok_and(|p| p == self.path) {
            return Ok(told);
        }
        let answer = self.run(&["-print-resource-dir"], "")?;
        let dir = Utf8PathBuf::from(answer.stdout.trim());
        Ok((answer.success && dir.is_absolute()).then_some(dir))
    }

    fn run(&self, args: &[&str], input: &str) -> Result<Output> {
        self.runner.run(self.path, args, input)
    }
}
