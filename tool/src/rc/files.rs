//! Reads rc files with what they import, in Bazel's order. It must not know which command the lines
//! are for.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::ErrorKind;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::{Line, lines};

/// What stands for the top folder of the workspace (Bazel, `src/main/cpp/workspace_layout.cc`).
const WORKSPACE: &str = "%workspace%/";

/// Whose file it is that Bazel reads by itself; what a file imports is of its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The machine's.
    System,
    /// The project's.
    Workspace,
    /// The user's.
    Home,
}

/// A file that Bazel reads by itself.
#[derive(Clone, Debug)]
pub struct Source {
    /// Whose it is.
    pub origin: Origin,
    /// Where it is, whether or not it is there.
    pub path: Utf8PathBuf,
}

impl Source {
    /// Those that Bazel reads, in its order: system, workspace, home
    /// (<https://bazel.build/run/bazelrc#bazelrc-file-locations>). `/etc/bazel/bazelrc` is where
    /// Debian's package has the system's.
    pub fn all(workspace: &Utf8Path, home: Option<&Utf8Path>) -> Vec<Source> {
        let system = ["/etc/bazel.bazelrc", "/etc/bazel/bazelrc"];
        let system = system.map(|path| (Origin::System, Utf8PathBuf::from(path)));
        let own = (Origin::Workspace, workspace.join(".bazelrc"));
        let home = home.map(|home| (Origin::Home, home.join(".bazelrc")));
        let all = system.into_iter().chain([own]).chain(home);
        all.map(|(origin, path)| Source { origin, path }).collect()
    }
}

/// A place in an rc file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Whose file it is, or whose imports it.
    pub origin: Origin,
    /// The file.
    pub file: Utf8PathBuf,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A line with flags.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The command it is for.
    pub command: String,
    /// The configuration without which it has no effect.
    pub config: Option<String>,
    /// What follows.
    pub words: Vec<String>,
    /// Where it stands.
    pub at: At,
}

/// A line that imports.
#[derive(Clone, Debug)]
pub struct Import {
    /// The imported file. Bazel looks for a relative path in the folder that it is called in; here that
    /// is the top folder of the workspace.
    pub path: Utf8PathBuf,
    /// What the line calls it.
    pub written: String,
    /// Where it stands.
    pub at: At,
}

/// All that rc files say, in Bazel's order.
#[derive(Clone, Debug, Default)]
pub struct Rc {
    /// Lines with flags.
    pub entries: Vec<Entry>,
    /// Lines that import.
    pub imports: Vec<Import>,
    /// What Bazel would refuse, each with its place.
    pub faults: Vec<String>,
}

/// Why a file is read, which decides what it means that it cannot be.
#[derive(Clone, Copy)]
enum Why<'a> {
    /// It is in one of Bazel's places, where none need be.
    Standard,
    /// A line says that it has to be there.
    Imported(&'a At),
    /// A `try-import` names it: Bazel passes over one that it cannot read, whatever the reason
    /// (`src/main/cpp/rc_file.cc`, `UNREADABLE_FILE`).
    Tried,
}

impl Import {
    /// Whether it depends on the folder that Bazel is called in which file it is.
    pub fn is_relative(&self) -> bool {
        !self.written.starts_with(WORKSPACE) && !self.written.starts_with('/')
    }
}

impl Rc {
    /// Reads those of `sources` that are there; `workspace` is what `%workspace%` stands for.
    pub fn read(sources: &[Source], workspace: &Utf8Path) -> Rc {
        let mut rc = Rc::default();
        // Bazel reads a file once that it finds in two of its places; one of them that another
        // imports is read there and at its own place again (`src/main/cpp/option_processor.cc`,
        // `DedupeBlazercPaths`).
        let mut places = BTreeSet::new();
        for Source { origin, path } in sources {
            let same = path.canonicalize_utf8().unwrap_or_else(|_| path.clone());
            if places.insert(same) {
                rc.file(*origin, path, workspace, &mut Vec::new(), Why::Standard);
            }
        }
        rc
    }

    /// The lines that import `file`, however they spell it.
    pub fn imports_of(&self, file: &Utf8Path) -> impl Iterator<Item = &Import> {
        let imports = self.imports.iter();
        imports.filter(move |import| is_same(&import.path, file))
    }

    /// Reads one file.
    fn file(
        &mut self,
        origin: Origin,
        path: &Utf8Path,
        workspace: &Utf8Path,
        importing: &mut Vec<Utf8PathBuf>,
        why: Why<'_>,
    ) {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                match why {
                    Why::Imported(at) => {
                        self.faults.push(format!("{at}: imports {path}: {error}"));
                    }
                    Why::Standard if error.kind() != ErrorKind::NotFound => {
                        self.faults.push(format!("{path}: {error}"));
                    }
                    Why::Standard | Why::Tried => {}
                }
                return;
            }
        };
        importing.push(path.to_owned());
        for Line { number, words } in lines(&String::from_utf8_lossy(&bytes)) {
            let at = At {
                origin,
                file: path.to_owned(),
                line: number,
            };
            let optional = match words[0].as_str() {
                "import" => false,
                "try-import" => true,
                _ => {
                    self.entries.push(entry(words, at));
                    continue;
                }
            };
            let [_, named] = words.as_slice() else {
                let fault = format!(
                    "{at}: an import names one file, and this one {}",
                    words.len() - 1
                );
                self.faults.push(fault);
                continue;
            };
            let target = match named.strip_prefix(WORKSPACE) {
                Some(below) => workspace.join(below),
                None => workspace.join(named),
            };
            self.imports.push(Import {
                path: target.clone(),
                written: named.clone(),
                at: at.clone(),
            });
            if importing.contains(&target) {
                self.faults.push(format!("{at}: {target} imports itself"));
                continue;
            }
            let why = match optional {
                true => Why::Tried,
                false => Why::Imported(&at),
            };
            self.file(origin, &target, workspace, importing, why);
        }
        importing.pop();
    }
}

/// Whether two paths are of one file, which need not be there: links and `..` are followed where it is.
pub fn is_same(one: &Utf8Path, other: &Utf8Path) -> bool {
    let there = |path: &Utf8Path| path.canonicalize_utf8().ok();
    plain(one) == plain(other) || there(one).is_some_and(|one| Some(one) == there(other))
}

/// A path without `.`, `..` and doubled slashes, as text.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn entry(mut words: Vec<String>, at: At) -> Entry {
    let command = words.remove(0);
    let (command, config) = match command.split_once(':') {
        Some((command, config)) => (command.to_owned(), Some(config.to_owned())),
        None => (command, None),
    };
    Entry {
        command,
        config,
        words,
        at,
    }
}
