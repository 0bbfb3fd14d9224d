//! The story in which Bazel's own C++ configuration says what there is to find. It must not
//! know how we find it.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};

pub const STORIES: &[Story] = &[("oracle::we_find_what_bazel_finds", oracle)];

/// What Bazel's configuration finds by asking the compiler: lists of flags and folders.
const LISTS: [&str; 12] = [
    "cxx_builtin_include_directories",
    "compile_flags",
    "dbg_compile_flags",
    "opt_compile_flags",
    "cxx_flags",
    "conly_flags",
    "opt_link_flags",
    "coverage_compile_flags",
    "coverage_link_flags",
    "unfiltered_compile_flags",
    "link_flags",
    "link_libs",
];

/// Tools that we leave out, each with its reason in docs/cpp.md.
const NOT_OURS: [&str; 2] = ["cpp-module-deps-scanner", "validate_static_library"];

/// Given the same compiler and variables, for clang and for gcc, then every include directory,
/// flag and tool that Bazel's own C++ configuration finds is one of ours.
fn oracle(lab: &Lab) -> Result<()> {
    let environment = lab.store.compilers()?;
    let a = Workspace::set_up(lab, &lab.a, &example(), environment)?;
    let document: Value = serde_json::from_str(&a.machine.read(&environment.environment)?)?;
    for name in ["cc", "gcc"] {
        let label = format!("@local-remote-execution//generated-{name}/cc:all");
        let ours = a.bazel(&["query", "--config=lre", "--output=build", &label])?;

        // The canonical name: nothing asks for this repository, so it has no other here.
        let label = "@@rules_cc~~cc_configure_extension~local_config_cc//:local";
        let variables = document["environments"][name]["env"].as_array();
        let variables = variables.into_iter().flatten().filter_map(Value::as_str);
        let flags: Vec<String> = variables.map(|v| format!("--repo_env={v}")).collect();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let bazels = a.bazel(&[&["query", "--output=build", label], &*flags].concat())?;

        let missing = missing(&ours, &bazels);
        ensure!(
            missing.is_empty(),
            "{name}: we do not find\n{}",
            missing.join("\n")
        );
        for attribute in LISTS.iter().filter(|name| **name != "conly_flags") {
            let found = strings(&bazels, attribute);
            ensure!(!found.is_empty(), "Bazel found no {attribute}:\n{bazels}");
        }
        let found = [strings(&bazels, LISTS[0]), strings(&bazels, "tool_paths")];
        ensure!(
            found
                .iter()
                .all(|list| list.iter().any(|text| in_store(text))),
            "Bazel found nothing of {name}:\n{bazels}"
        );
        let cpu = strings(&bazels, "cpu");
        ensure!(
            !cpu.is_empty() && strings(&ours, "cpu") == cpu,
            "{name}: another CPU than {cpu:?}:\n{ours}"
        );
    }
    Ok(())
}

/// What is in `bazels` and not in `ours`. Paths outside of the store are the host's: Bazel
/// names them where PATH has no such tool, and macOS's SDK on every system.
fn missing(ours: &str, bazels: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for attribute in LISTS {
        let ours = strings(ours, attribute);
        for text in strings(bazels, attribute) {
            if !ours.contains(&text) && (in_store(text) || !text.starts_with('/')) {
                missing.push(format!("{attribute}: {text}"));
            }
        }
    }
    let ours = strings(ours, "tool_paths");
    for tool in strings(bazels, "tool_paths").chunks(2) {
        let [name, path] = tool else { continue };
        let same = ours.chunks(2).any(|ours| ours == tool);
        // A script that comes with the toolchain is as good as another.
        let there = !path.starts_with('/') && ours.iter().step_by(2).any(|ours| ours == name);
        let hosts = path.starts_with('/') && !in_store(path);
        if !same && !there && !hosts && !NOT_OURS.contains(name) {
            missing.push(format!("tool_paths: {name} at {path}"));
        }
    }
    missing
}

fn in_store(text: &str) -> bool {
    text.starts_with("/nix/store/")
}

/// The strings of an attribute in a query's output, which has each attribute on a line; of a
/// dictionary keys and values in turn.
fn strings<'a>(printed: &'a str, attribute: &str) -> Vec<&'a str> {
    printed
        .lines()
        .filter(|line| line.trim_start().starts_with(&format!("{attribute} =")))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect()
}
