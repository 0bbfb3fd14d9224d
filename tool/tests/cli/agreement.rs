//! Parts that belong together and do not agree: each pair is an error with its mend. That Bazel
//! passes on what is compared here is told end to end.

use std::fs;
use std::process::Output;

use camino::Utf8Path;

use crate::place::{Place, assert_refused, code, stderr};

/// Makes a repository of the `committed` file, in the shell of `shell.json`.
fn generate(place: &Place, committed: &str) -> Output {
    let files = ["--env", committed, "--agree-with", "shell.json"];
    place.lre(&[&["generate", "--out", "repo"], &files[..]].concat())
}

#[test]
fn a_committed_environment_that_the_shell_does_not_have_is_an_error() {
    let place = Place::new();
    let reference = String::from_utf8(place.lre(&["probe"]).stdout).unwrap();
    place.write("shell.json", &reference);
    place.write("same.json", &reference);
    place.write(
        "old.json",
        &reference
            .replace("glibc_2.42", "glibc_2.41")
            .replace("22.1.8\"", "22.1.7\""),
    );
    let generate = |committed: &str| generate(&place, committed);

    let drifted = generate("old.json");
    assert_eq!(code(&drifted), 2);
    let text = stderr(&drifted);
    assert!(
        text.contains("cc/cc/libc: \"glibc_2.41\" / \"glibc_2.42\""),
        "{text}"
    );
    assert!(
        text.contains("cc/cc/version: \"22.1.7\" / \"22.1.8\""),
        "{text}"
    );
    assert!(text.contains("cp shell.json old.json"), "{text}");
    assert!(!place.path.join("repo").exists());

    assert_eq!(code(&generate("same.json")), 0);
}

#[test]
fn a_committed_environment_is_compared_by_what_it_declares_and_not_probed_again() {
    let place = Place::new();
    let shell = String::from_utf8(place.lre(&["probe"]).stdout).unwrap();
    place.write("shell.json", &shell);
    let manifest: serde_json::Value = serde_json::from_str(&shell).unwrap();
    let declare = |pool: &str| {
        let environments = manifest["environments"].as_object().unwrap();
        let declared: serde_json::Map<_, _> = environments
            .iter()
            .map(|(name, e)| {
                let mut env: Vec<String> = e["env"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(key, value)| format!("{key}={}", value.as_str().unwrap()))
                    .collect();
                env.extend((!pool.is_empty()).then(|| format!("POOL={pool}")));
                (
                    name.clone(),
                    serde_json::json!({"image": e["image"], "env": env}),
                )
            })
            .collect();
        serde_json::json!({"version": 1, "environments": declared}).to_string()
    };
    place.write("same.json", &declare(""));
    place.write("other.json", &declare("big"));
    let generate = |committed: &str| generate(&place, committed);

    let arm = declare("").replace(
        "\"version\":1",
        "\"version\":1,\"system\":\"aarch64-linux\"",
    );
    place.write("arm.json", &arm);
    let drifted = generate("arm.json");
    assert_refused(&drifted, "cc/system: \"aarch64-linux\" / \"x86_64-linux\"");

    // The tools are not on this machine: probing would fail.
    let same = generate("same.json");
    assert_eq!(code(&same), 0, "{}", stderr(&same));
    let other = generate("other.json");
    assert_refused(&other, "cc/env/POOL: \"big\" / not set");
}

#[test]
fn parts_of_different_versions_do_not_work_together() {
    let place = Place::new();
    let version = env!("CARGO_PKG_VERSION");
    let generate = |flag: &str, value: &str| place.lre(&["generate", "--out", "repo", flag, value]);
    for (flag, other, reason) in [
        (
            "--module-version",
            "9.9.9",
            "the Bazel module lre is version 9.9.9",
        ),
        (
            "--rc-version",
            "9.9.9",
            ".bazelrc.lre was written by version 9.9.9",
        ),
        (
            "--rc-digest",
            "abc",
            ".bazelrc.lre was written for the manifest sha256:abc",
        ),
    ] {
        let refused = generate(flag, other);
        assert_refused(&refused, reason);
        assert!(!place.path.join("repo").exists());
    }
    assert_eq!(code(&generate("--module-version", version)), 0);
    assert_eq!(code(&generate("--rc-version", version)), 0);
}

#[test]
fn the_version_is_the_same_wherever_it_is_written() {
    let version = env!("CARGO_PKG_VERSION");
    let top = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (file, before) in [
        ("lre/version.bzl", "VERSION = "),
        ("MODULE.bazel", "version = "),
        ("README.md", "name = \"lre\", version = "),
        ("examples/cpp/MODULE.bazel", "name = \"lre\", version = "),
        ("examples/java/MODULE.bazel", "name = \"lre\", version = "),
        ("examples/re2c/MODULE.bazel", "name = \"lre\", version = "),
        (
            "templates/project/MODULE.bazel",
            "name = \"lre\", version = ",
        ),
    ] {
        let text = fs::read_to_string(top.join(file)).unwrap();
        assert!(text.contains(&format!("{before}\"{version}\"")), "{file}");
    }
}
