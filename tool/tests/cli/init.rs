//! `lre init` as a user calls it: what is shown, what is asked for, exit codes.

use std::fs;
use std::process::Output;

use crate::place::{Place, assert_refused, code, stderr};

fn project() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path.join("app")).unwrap();
    fs::create_dir(place.path.join(".git")).unwrap();
    place.write("MODULE.bazel", "module(name = \"m\")\n");
    place
}

/// Called in a folder below, without a terminal.
fn init(place: &Place, args: &[&str]) -> Output {
    let mut command = place.command(&[&["init"], args].concat());
    command
        .current_dir(place.path.join("app"))
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn it_is_shown_and_not_written_unless_told_to() {
    let place = project();
    for args in [&["--check"][..], &[]] {
        let output = init(&place, args);
        assert_eq!(code(&output), 1);
        let diff = stdout(&output);
        for line in [
            "--- MODULE.bazel\n+++ MODULE.bazel\n",
            "--- /dev/null\n+++ .bazelrc\n",
            "+try-import %workspace%/.bazelrc.lre\n",
            "+/.bazelrc.lre\n",
            " module(name = \"m\")\n+\n+bazel_dep(name = \"lre\"",
        ] {
            assert!(diff.contains(line), "{line:?} is not in\n{diff}");
        }
        assert!(
            stderr(&output).contains("nix flake init"),
            "{}",
            stderr(&output)
        );
        assert_eq!(place.names(), [".git", "MODULE.bazel", "app"]);
    }
    assert!(stderr(&init(&place, &[])).contains("lre init --yes"));
}

#[test]
fn written_once_there_is_nothing_left_to_do() {
    let place = project();
    assert_eq!(code(&init(&place, &["--yes"])), 0);
    assert_eq!(
        place.names(),
        [".bazelrc", ".git", ".gitignore", "MODULE.bazel", "app"]
    );
    let modified = || {
        fs::metadata(place.path.join("MODULE.bazel"))
            .unwrap()
            .modified()
            .unwrap()
    };
    let first = modified();
    for args in [&["--check"][..], &["--yes"], &[]] {
        let again = init(&place, args);
        assert_eq!(code(&again), 0);
        assert_eq!(stdout(&again), "");
    }
    assert_eq!(modified(), first);
}

#[test]
fn what_bazel_cannot_read_is_refused() {
    let place = project();
    place.write("MODULE.bazel", "module(name = \"m\"\nbazel_dep(");
    assert_refused(&init(&place, &["--yes"]), "MODULE.bazel:2:");
    assert_eq!(place.names(), [".git", "MODULE.bazel", "app"]);
}
