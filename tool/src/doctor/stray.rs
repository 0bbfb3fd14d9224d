//! Checks for flags and variables of one user that reach actions, so that others do not share them. It
//! must not know which flags are ours.

use super::check::Check;
use super::meaning::{VARIABLES, variable};
use super::place::Place;
use crate::rc::Flag;

/// Flags that change what actions are (<https://bazel.build/reference/command-line-reference>): in a
/// file that only one user has, they make actions that only that user has.
const CHANGING: [&str; 20] = [
    "c",
    "compilation_mode",
    "conlyopt",
    "copt",
    "cpu",
    "cxxopt",
    "define",
    "features",
    "host_conlyopt",
    "host_copt",
    "host_cxxopt",
    "host_features",
    "host_linkopt",
    "host_platform",
    "javacopt",
    "linkopt",
    "per_file_copt",
    "platforms",
    "stamp",
    "strip",
];

/// Variables that repository rules, C++ auto-configuration among them, read of the calling shell or of
/// `--repo_env` and `--action_env` (rules_cc, `cc/private/toolchain/unix_cc_configure.bzl`).
fn is_read_by_rules(name: &str) -> bool {
    // Bazelisk's own, and what tells rules to look at nothing.
    let others = ["BAZEL_REAL", "BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN"];
    name == "CC" || name.starts_with("BAZEL_") && !others.contains(&name)
}

/// In rc files.
pub fn flags(place: &Place) -> Check {
    const NAME: &str = "stray-flags";
    let all = place.flags();
    let others: Vec<&Flag> = all.iter().filter(|flag| !place.is_ours(flag)).collect();
    let mut found: Vec<_> = others
        .iter()
        .filter_map(|flag| breaks(place, flag))
        .collect();
    if !found.is_empty() {
        let mend = found[0].1.clone();
        return Check::wrong(NAME, list(found.iter_mut().map(|(found, _)| found)), mend);
    }
    let mut found: Vec<String> = others
        .iter()
        .filter_map(|flag| may_break(place, flag))
        .collect();
    if found.is_empty() {
        return Check::ok(NAME, "no flag of yours alone reaches actions");
    }
    Check::warning(
        NAME,
        list(found.iter_mut()),
        "where all who work on the project should have it, move the flag to the project's .bazelrc; else \
         put it behind a configuration of your own (build:mine) that shared builds leave out",
    )
}

fn list<'a>(found: impl ExactSizeIterator<Item = &'a mut String>) -> String {
    const SHOWN: usize = 3;
    let count = found.len();
    let mut shown: Vec<String> = found.take(SHOWN).map(|text| text.clone()).collect();
    if count > SHOWN {
        shown.push(format!("and {} more", count - SHOWN));
    }
    shown.join("; ")
}

/// What a flag does to the environment of actions, and what to do about it.
fn breaks(place: &Place, flag: &Flag) -> Option<(String, String)> {
    let of_actions = VARIABLES[..3].contains(&flag.name.as_str());
    let (name, value) = variable(flag.value.as_deref().filter(|_| of_actions)?);
    match value {
        None => {
            let here = match place.variables.contains_key(name) {
                true => "set in this shell",
                false => "not set in this shell",
            };
            let (at, word) = (&flag.at, flag.word());
            Some((
                format!("{at}: {word} gives actions what each caller's {name} is, {here}"),
                format!(
                    "give it a value that is the same for all, --{}={name}=…, or remove it",
                    flag.name
                ),
            ))
        }
        Some(_) if place.is_shared(flag) => None,
        Some(_) => Some((
            format!(
                "{}: --{}={name} is in your actions alone",
                flag.at, flag.name
            ),
            "remove it, or move it to the project's .bazelrc, so that all have it".to_owned(),
        )),
    }
}

/// What a flag of one user may change.
fn may_break(place: &Place, flag: &Flag) -> Option<String> {
    let name = flag.name.strip_prefix("no").unwrap_or(&flag.name);
    let (variable, _) = variable(flag.value.as_deref().unwrap_or_default());
    let at = &flag.at;
    let found = if flag.name == "repo_env" && is_read_by_rules(variable) {
        format!("{at}: --repo_env={variable} may change what repository rules make for you")
    } else if CHANGING.contains(&name) || CHANGING.contains(&flag.name.as_str()) {
        format!("{at}: {} changes your actions alone", shown(flag))
    } else {
        return None;
    };
    (!place.is_shared(flag)).then_some(found)
}

/// A flag as it may be shown to others: of what defines a variable, whose value may be a secret, no value.
fn shown(flag: &Flag) -> String {
    match flag.value.as_deref().map(variable) {
        Some((name, Some(_))) if flag.name == "define" => format!("--define={name}=…"),
        _ => flag.word(),
    }
}

/// In the calling shell.
pub fn variables(place: &Place) -> Check {
    const NAME: &str = "stray-variables";
    let set = |name: &str| place.variables.get(name).filter(|value| !value.is_empty());
    let has = |name: &str| place.flags().iter().any(|flag| flag.name == name);
    if let Some(shell) = set("BAZEL_SH")
        && !has("shell_executable")
    {
        return Check::wrong(
            NAME,
            format!(
                "BAZEL_SH={shell} is set, and no --shell_executable: it is the shell of your actions"
            ),
            "unset BAZEL_SH, or give the environment a bash on its PATH",
        );
    }
    let read: Vec<&str> = place
        .variables
        .keys()
        .map(String::as_str)
        .filter(|name| is_read_by_rules(name))
        .collect();
    if read.is_empty() {
        return Check::ok(NAME, "no CC, no BAZEL_* is set");
    }
    let (names, verb) = (read.join(", "), if read.len() == 1 { "is" } else { "are" });
    match place.prefix() {
        Some(prefix) if !place.is_always_on() => Check::warning(
            NAME,
            format!("{names} {verb} set: builds without --config={prefix} make toolchains of that"),
            format!("unset {names}, or say `common --config={prefix}` in .bazelrc"),
        ),
        None if !place.is_imported() => Check::warning(
            NAME,
            format!("{names} {verb} set, and nothing keeps Bazel from making toolchains of that"),
            format!("unset {names}; see rc-imported"),
        ),
        _ => Check::ok(
            NAME,
            format!("{names} {verb} set, and no action gets to see it"),
        ),
    }
}
