//! When a flag says otherwise than one of ours. It knows what kinds of flags ours are, and must not know
//! where they stand.

use crate::rc::Flag;

/// Flags whose value is NAME=VALUE or NAME, of which only those for one NAME are at odds.
pub const VARIABLES: [&str; 4] = ["action_env", "host_action_env", "test_env", "repo_env"];

/// Flags of ours that add to what is there, so that none undoes another.
const ADDING: [&str; 1] = ["extra_toolchains"];

/// Flags of ours by which a project may choose something else: `.bazelrc.lre` says so itself.
const CHOICES: [&str; 4] = [
    "java_language_version",
    "java_runtime_version",
    "tool_java_language_version",
    "tool_java_runtime_version",
];

/// Other names that Bazel has for flags of ours (`BazelRulesModule`, `oldName`).
const ALIASES: [(&str, &str); 1] = [(
    "experimental_strict_action_env",
    "incompatible_strict_action_env",
)];

/// What a flag of ours says.
#[derive(Debug)]
pub struct Meaning<'a> {
    name: &'a str,
    what: What<'a>,
}

#[derive(Debug, PartialEq, Eq)]
enum What<'a> {
    /// On or off.
    Switch(bool),
    /// A variable and what it is set to; `None` is what the caller has.
    Variable(&'a str, Option<&'a str>),
    /// Anything else.
    Value(&'a str),
}

impl<'a> Meaning<'a> {
    /// Of a flag of ours.
    pub fn of(flag: &'a Flag) -> Meaning<'a> {
        match &flag.value {
            Some(value) if VARIABLES.contains(&flag.name.as_str()) => {
                let (name, value) = variable(value);
                Meaning {
                    name: &flag.name,
                    what: What::Variable(name, value),
                }
            }
            Some(value) => Meaning {
                name: &flag.name,
                what: What::Value(value),
            },
            None => match flag.name.strip_prefix("no") {
                Some(name) => Meaning {
                    name,
                    what: What::Switch(false),
                },
                None => Meaning {
                    name: &flag.name,
                    what: What::Switch(true),
                },
            },
        }
    }

    /// Whether `other` says something else of the same; `None` where it is about something else.
    pub fn is_undone_by(&self, other: &Flag) -> Option<bool> {
        if ADDING.contains(&self.name) {
            return None;
        }
        let is_ours = |name: &str| -> bool {
            let alias = ALIASES.iter().find(|(old, _)| *old == name);
            alias.map_or(name, |(_, new)| new) == self.name
        };
        let value = other.value.as_deref();
        match self.what {
            What::Switch(on) => {
                let off = other.name.strip_prefix("no").is_some_and(is_ours);
                (is_ours(&other.name) || off).then(|| on != (!off && is_true(value)))
            }
            What::Variable(name, ours) => {
                let (theirs, value) = variable(value.unwrap_or_default());
                (is_ours(&other.name) && theirs == name).then(|| value != ours)
            }
            What::Value(ours) => is_ours(&other.name).then(|| value.unwrap_or_default() != ours),
        }
    }

    /// Whether a project may say otherwise, and all who work on it have the same still.
    pub fn is_a_choice(&self) -> bool {
        CHOICES.contains(&self.name)
    }
}

/// NAME and, where it is set, the value. `=NAME` unsets it, which no value of ours does.
pub fn variable(text: &str) -> (&str, Option<&str>) {
    match text.split_once('=') {
        Some(("", name)) => (name, Some("")),
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    }
}

/// Bazel's `BooleanConverter`.
fn is_true(value: Option<&str>) -> bool {
    let value = value.map(str::to_ascii_lowercase);
    value.is_none_or(|v| ["true", "1", "yes", "t", "y"].contains(&v.as_str()))
}
