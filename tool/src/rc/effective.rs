//! The flags that a command gets from rc files, in the order in which Bazel takes them, so that of two
//! the later one wins. It must not know which flags there are.

use super::{At, Entry, Rc};

/// A flag with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its name without dashes; `noNAME` where it is written so.
    pub name: String,
    /// Its value, where it has one.
    pub value: Option<String>,
    /// Where it stands.
    pub at: At,
    /// The configuration that brought it in.
    pub config: Option<String>,
}

impl Flag {
    /// As one word of a command line.
    pub fn word(&self) -> String {
        match &self.value {
            Some(value) => format!("--{}={value}", self.name),
            None => format!("--{}", self.name),
        }
    }
}

/// The flags of `command`, with each of `configs` switched on behind all else, as on a command line.
///
/// Lines for `always` come first, then `common`, then those for the commands that `command` inherits
/// from, most general first; within one, in the order of the files. A `--config` is replaced in its
/// place by what it stands for (<https://bazel.build/run/bazelrc#option-defaults>, "--config").
pub fn effective(rc: &Rc, command: &str, configs: &[String]) -> Vec<Flag> {
    let mut walk = Walk {
        rc,
        commands: inherited(command),
        flags: Vec::new(),
        open: Vec::new(),
    };
    walk.lines(None);
    for config in configs {
        walk.config(config);
    }
    walk.flags
}

/// The commands whose lines count (<https://bazel.build/run/bazelrc#option-defaults>).
fn inherited(command: &str) -> Vec<&str> {
    let more: &[&str] = match command {
        "build" => &["build"],
        "test" => &["build", "test"],
        "coverage" => &["build", "test", "coverage"],
        other => return vec!["always", "common", other],
    };
    [&["always", "common"], more].concat()
}

struct Walk<'a> {
    rc: &'a Rc,
    commands: Vec<&'a str>,
    flags: Vec<Flag>,
    /// Configurations that are being replaced; Bazel refuses one within itself.
    open: Vec<String>,
}

impl Walk<'_> {
    fn lines(&mut self, config: Option<&str>) {
        for command in self.commands.clone() {
            let lines = self.rc.entries.iter();
            let lines = lines.filter(|e| e.command == command && e.config.as_deref() == config);
            for entry in lines.cloned().collect::<Vec<_>>() {
                self.entry(&entry);
            }
        }
    }

    fn entry(&mut self, entry: &Entry) {
        for (name, value) in flags(&entry.words) {
            if name == "config" {
                self.config(&value.unwrap_or_default());
                continue;
            }
            let platform = name == "enable_platform_specific_config"
                && value
                    .as_deref()
                    .is_none_or(|value| value != "false" && value != "0");
            self.flags.push(Flag {
                name,
                value,
                at: entry.at.clone(),
                config: self.open.last().cloned(),
            });
            if platform {
                // Bazel's names for operating systems are Rust's.
                self.config(std::env::consts::OS);
            }
        }
    }

    fn config(&mut self, config: &str) {
        if self.open.iter().any(|open| open == config) {
            return;
        }
        self.open.push(config.to_owned());
        self.lines(Some(config));
        self.open.pop();
    }
}

/// Flags that take the next word for their value whatever it begins with, as all do that are no switch
/// (`OptionsParserImpl.parseArgument`): those whose values are flags of other programs, and those that
/// are much used with a word of its own.
/// <https://bazel.build/reference/command-line-reference>
const VALUED: [&str; 30] = [
    "action_env",
    "c",
    "compilation_mode",
    "config",
    "conlyopt",
    "copt",
    "cxxopt",
    "define",
    "features",
    "host_action_env",
    "host_conlyopt",
    "host_copt",
    "host_cxxopt",
    "host_features",
    "host_javacopt",
    "host_jvmopt",
    "host_linkopt",
    "host_per_file_copt",
    "javacopt",
    "jvmopt",
    "linkopt",
    "ltobackendopt",
    "ltoindexopt",
    "per_file_copt",
    "per_file_ltobackendopt",
    "platform_suffix",
    "repo_env",
    "run_under",
    "test_arg",
    "test_env",
];

/// Flags with their values. In an rc file nothing but flags can stand, so a word without a dash is the
/// value of the flag before it.
fn flags(words: &[String]) -> Vec<(String, Option<String>)> {
    let mut flags: Vec<(String, Option<String>)> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(flag) = word.strip_prefix('-') else {
            if let Some((_, value @ None)) = flags.last_mut() {
                *value = Some(word.clone());
            }
            continue;
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None if VALUED.contains(&flag) => (flag, words.next().cloned()),
            None => (flag, None),
        };
        flags.push((name.to_owned(), value));
    }
    flags
}
