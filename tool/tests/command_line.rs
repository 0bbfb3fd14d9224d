//! The helper as a user calls it: exit codes, what is written and what is left alone.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

/// A folder of its own for each test, with the helper to run in it.
struct Place {
    _dir: TempDir,
    path: Utf8PathBuf,
}

impl Place {
    fn new() -> Place {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::try_from(dir.path().canonicalize().unwrap()).unwrap();
        Place { _dir: dir, path }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lre"));
        command.args(args).current_dir(&self.path);
        command
    }

    fn lre(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path.join(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = self.path.read_dir_utf8().unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().to_owned()).collect();
        names.sort();
        names
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Asserts that the helper refused, with exit code 2 and `reason` in what it said.
fn assert_refused(output: &Output, reason: &str) {
    assert_eq!(code(output), 2);
    assert!(stderr(output).contains(reason), "{}", stderr(output));
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

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
fn completions_and_the_manual_know_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let output = place.lre(&["completions", shell]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains("generate") && text.contains("bazelrc"),
            "{shell}"
        );
    }
    assert_eq!(code(&place.lre(&["man", "--out", "man"])), 0);
    let pages = ["lre.1", "lre-bazelrc.1", "lre-generate.1", "lre-probe.1"];
    for page in pages {
        assert!(
            place.read(&format!("man/{page}")).contains(".SH NAME"),
            "{page}"
        );
    }
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

#[test]
fn wrong_input_exits_with_2_and_writes_nothing() {
    let place = Place::new();
    place.write("bad.json", "[\"CC=clang\"]");
    place.write("garbage.json", "{");
    place.write("nul.json", "[\"A=\\u0000\"]");
    fs::write(place.path.join("latin1.json"), b"[\"A=\xe4\"]").unwrap();
    let huge = fs::File::create(place.path.join("huge.json")).unwrap();
    huge.set_len(100 << 20).unwrap();
    for (file, reason) in [
        ("bad.json", "bad.json: at /0: CC: clang is a relative path"),
        (
            "garbage.json",
            "garbage.json: this is no JSON document that lre can read: EOF",
        ),
        (
            "nul.json",
            "nul.json: at /0: \"A=\\0\" has the control character",
        ),
        ("latin1.json", "latin1.json: byte 4 is no UTF-8"),
        ("huge.json", "huge.json: more than 8388608 bytes"),
        ("none.json", "none.json: cannot read the environment"),
    ] {
        let refused = place.lre(&["generate", "--env", file, "--out", "repo"]);
        assert_refused(&refused, reason);
    }
    assert_eq!(code(&place.lre(&["generate", "--no-such-flag"])), 2);
    assert!(!place.path.join("repo").exists());
}

#[test]
fn the_rc_file_is_written_once_and_never_over_a_foreign_one() {
    let place = Place::new();
    assert_eq!(code(&place.lre(&["bazelrc"])), 0);
    let first = fs::metadata(place.path.join(".bazelrc.lre"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(code(&place.lre(&["bazelrc"])), 0);
    let second = fs::metadata(place.path.join(".bazelrc.lre"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(first, second, "the same content is not written again");

    assert_eq!(code(&place.lre(&["bazelrc", "--prefix", "lre"])), 0);
    assert!(place.read(".bazelrc.lre").contains("build:lre "));

    place.write("mine.bazelrc", "build --config=mine\n");
    let refused = place.lre(&["bazelrc", "--out", "mine.bazelrc"]);
    assert_refused(&refused, "did not write");
    assert_eq!(place.read("mine.bazelrc"), "build --config=mine\n");
}

#[test]
fn the_rc_file_goes_where_the_workspace_starts() {
    let place = Place::new();
    fs::create_dir_all(place.path.join("project/app")).unwrap();
    fs::create_dir(place.path.join("project/.git")).unwrap();
    place.write("project/MODULE.bazel", "");
    let enter = || {
        let mut command = place.command(&["bazelrc"]);
        command
            .current_dir(place.path.join("project/app"))
            .output()
            .unwrap()
    };
    let written = enter();
    assert_eq!(code(&written), 0);
    assert!(stderr(&written).contains("add it to .gitignore"));
    assert!(place.path.join("project/.bazelrc.lre").is_file());
    assert_eq!(stderr(&enter()), "", "nothing to say, nothing was written");

    place.write("project/.bazelrc.lre", "build --config=mine\n");
    assert_eq!(code(&enter()), 2);
    assert_eq!(place.read("project/.bazelrc.lre"), "build --config=mine\n");
}

#[test]
fn without_git_the_rc_file_is_written_all_the_same() {
    let place = Place::new();
    let written = place.lre(&["bazelrc"]);
    assert_eq!(code(&written), 0);
    let said = stderr(&written);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("no git repository"), "{said}");
    assert_eq!(place.names(), [".bazelrc.lre"]);
}

#[test]
fn the_rc_file_names_its_environment_by_an_absolute_path() {
    let place = Place::new();
    let manifest = place.lre(&["probe"]).stdout;
    place.write("manifest.json", &String::from_utf8(manifest).unwrap());
    let rc = place.lre(&["bazelrc", "--env", "manifest.json", "--out", "-"]);
    let text = String::from_utf8(rc.stdout).unwrap();
    let path = place.path.join("manifest.json");
    assert!(
        text.contains(&format!("--repo_env=LRE_ENV={path}")),
        "{text}"
    );
}

#[test]
fn a_path_that_an_rc_file_cannot_carry_is_refused() {
    let place = Place::new();
    let manifest = place.lre(&["probe"]).stdout;
    for name in ["a\nbuild --config=evil #.json", "a:b.json"] {
        fs::write(place.path.join(name), &manifest).unwrap();
        let refused = place.lre(&["bazelrc", "--env", name]);
        assert_refused(&refused, "cannot stand in a list of paths");
    }
    assert!(!place.path.join(".bazelrc.lre").exists());
}

/// A stand-in only for how a compiler can fail; real ones are probed in `probe.rs`.
fn broken_compiler(place: &Place, script: &str) -> Utf8PathBuf {
    let path = place.path.join("cc");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn probe(place: &Place, compiler: &Utf8Path) -> Output {
    place.write(
        "env.json",
        &format!("[\"CC={compiler}\", \"PATH=/usr/bin\"]"),
    );
    let prefixes = [compiler.parent().unwrap().as_str(), "/usr"];
    let [a, b] = prefixes.map(|p| format!("--allow-path-prefix={p}"));
    place.lre(&["probe", "--env", "env.json", &a, &b])
}

#[test]
fn a_compiler_that_fails_is_named_with_what_it_said() {
    for (script, reason) in [
        ("echo no licence >&2; exit 1", "no licence"),
        ("echo hello", "neither clang nor gcc"),
        ("kill -SEGV $$", "ended by signal 11"),
    ] {
        let place = Place::new();
        let compiler = broken_compiler(&place, script);
        let refused = probe(&place, &compiler);
        assert_refused(&refused, reason);
        assert!(stderr(&refused).contains("env.json: the environment \"cc\""));
    }
}

#[test]
fn a_compiler_that_is_not_here_says_how_to_get_a_manifest() {
    let place = Place::new();
    let refused = probe(&place, &place.path.join("cc"));
    assert_refused(&refused, "lre probe");
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
    let generate = |committed: &str| {
        place.lre(&[
            "generate",
            "--env",
            committed,
            "--agree-with",
            "shell.json",
            "--out",
            "repo",
        ])
    };

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
    let generate = |committed: &str| {
        place.lre(&[
            "generate",
            "--env",
            committed,
            "--agree-with",
            "shell.json",
            "--out",
            "repo",
        ])
    };

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
        (
            "templates/project/MODULE.bazel",
            "name = \"lre\", version = ",
        ),
    ] {
        let text = fs::read_to_string(top.join(file)).unwrap();
        assert!(text.contains(&format!("{before}\"{version}\"")), "{file}");
    }
}
