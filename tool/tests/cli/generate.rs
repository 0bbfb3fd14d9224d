//! `lre generate`: what is written, what is replaced and what is left alone. Which toolchain
//! comes out is told elsewhere.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::Instant;

use crate::place::{Place, assert_refused, code, stderr};

#[test]
fn generate_writes_the_reference_and_check_agrees() {
    let place = Place::new();
    let written = place.lre(&["generate", "--out", "repo"]);
    assert_eq!(code(&written), 0, "{}", stderr(&written));
    assert!(
        place
            .read("repo/generated-cc/cc/BUILD")
            .contains("cc-compiler-k8")
    );
    assert_eq!(
        code(&place.lre(&["generate", "--out", "repo", "--check"])),
        0
    );
    assert_eq!(place.names(), ["repo"], "nothing is left beside it");
}

#[test]
fn check_exits_with_1_and_shows_what_differs() {
    let place = Place::new();
    place.lre(&["generate", "--out", "repo"]);
    let build = place.read("repo/generated-cc/cc/BUILD");
    place.write(
        "repo/generated-cc/cc/BUILD",
        &build.replace("-Wall", "-Wextra"),
    );
    place.write("repo/stray", "");

    let checked = place.lre(&["generate", "--out", "repo", "--check"]);

    assert_eq!(code(&checked), 1);
    let diff = String::from_utf8(checked.stdout).unwrap();
    assert!(
        diff.contains("-        \"-Wextra\",\n+        \"-Wall\","),
        "{diff}"
    );
    assert!(
        diff.contains("repo/stray: this file should not be there"),
        "{diff}"
    );
}

#[test]
fn a_program_reads_from_check_which_files_differ_and_how() {
    let place = Place::new();
    place.lre(&["generate", "--out", "repo"]);
    fs::remove_file(place.path.join("repo/BUILD.bazel")).unwrap();
    place.write("repo/stray", "");

    let args = ["generate", "--out", "repo", "--check", "--format", "json"];
    let checked = place.lre(&args);

    assert_eq!(code(&checked), 1);
    let files: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    let states: Vec<_> = files
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["path"].as_str().unwrap(), f["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states, [("BUILD.bazel", "missing"), ("stray", "extra")]);
}

#[test]
fn a_tree_is_replaced_as_a_whole() {
    let place = Place::new();
    place.lre(&["generate", "--out", "repo"]);
    place.write("repo/stray", "");
    assert_eq!(code(&place.lre(&["generate", "--out", "repo"])), 0);
    assert!(!place.path.join("repo/stray").exists());
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let place = Place::new();
    fs::create_dir(place.path.join("home")).unwrap();
    place.write("home/thesis.txt", "years of work");
    symlink("home", place.path.join("link")).unwrap();
    place.write("file", "");
    // A browser's extension has a file of that name, and even the key of ours in it.
    fs::create_dir(place.path.join("extension")).unwrap();
    place.write("extension/manifest.json", r#"{"manifest_version": 3}"#);
    place.write("extension/BUILD.bazel", "filegroup(name = \"mine\")\n");
    for (out, reason) in [
        ("extension", "not made by lre"),
        ("home", "not made by lre"),
        ("link", "is a link"),
        ("file", "is a file"),
    ] {
        let refused = place.lre(&["generate", "--out", out]);
        assert_refused(&refused, reason);
    }
    assert_eq!(place.read("home/thesis.txt"), "years of work");
    assert!(place.path.join("extension/manifest.json").exists());
    assert_eq!(place.names(), ["extension", "file", "home", "link"]);
}

#[test]
fn killed_at_any_moment_the_folder_is_the_old_one_or_the_new_one() {
    let place = Place::new();
    let pool = |name: &str| format!("--exec-property=Pool={name}");
    let run = |name: &str| {
        let mut command = place.command(&["generate", "--out", "repo", &pool(name)]);
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    let same = |name: &str| {
        let args = ["generate", "--check", "--out", "repo", &pool(name)];
        code(&place.lre(&args)) == 0
    };
    let finish = |name: &str| {
        let start = Instant::now();
        assert!(run(name).wait().unwrap().success());
        start.elapsed()
    };
    finish("old");
    // From before the first write to well after the last, however fast this machine is.
    let (steps, whole) = (40, finish("old") * 3 / 2);
    let mut replaced = 0;
    for step in 0..steps {
        let mut child = run("new");
        std::thread::sleep(whole * step / steps);
        child.kill().ok();
        child.wait().unwrap();

        let new = same("new");

        assert!(new || same("old"), "torn after {:?}", whole * step / steps);
        if new {
            replaced += 1;
            finish("old");
        }
    }
    let both = replaced > 0 && replaced < steps;
    assert!(
        both,
        "{replaced} of {steps} were replaced: kills came too early or too late"
    );
}
