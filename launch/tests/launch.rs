//! The launcher as an executor calls it: what the command gets, how it ends, what is refused. Nix is not
//! here; what is fetched with it is told end to end.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A store path that no machine has.
const MISSING: &str = "/nix/store/00000000000000000000000000000000-nowhere";

/// A folder that an action runs in.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The launcher, whose state is in the folder and whose Nix is nowhere.
    fn launcher(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lre-launch"));
        let state = self.0.path().join("state");
        let options = format!("--state {} --nix-store /none/nix-store", state.display());
        command
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LRE_LAUNCH_OPTIONS", options);
        command
    }

    fn launch(&self, words: &[&str]) -> Output {
        self.launcher().args(words).output().unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that a command was refused, for want of a store path.
fn assert_asked(output: &Output) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(120), "{said}");
    assert!(
        said.contains(&format!("this action needs {MISSING}")),
        "{said}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn a_command_gets_its_words_variables_folder_and_streams() {
    let place = Place::new();
    place.write("here", "", 0o644);
    let script = "printf '[%s]' \"$0\" \"$@\"; env | sort; ls; echo err >&2; exit 7";
    let output = place
        .launcher()
        .args(["sh", "-c", script, "zero", "", "two words", "--state", "ü"])
        .env("VALUE", "a=b c")
        .output()
        .unwrap();
    let said = stdout(&output);
    assert!(
        said.starts_with("[zero][][two words][--state][ü]"),
        "{said}"
    );
    assert!(
        said.contains("VALUE=a=b c\n") && said.ends_with("here\n"),
        "{said}"
    );
    assert!(!said.contains("LRE_LAUNCH"), "{said}");
    assert_eq!(stderr(&output), "err\n");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn a_command_is_the_same_process_and_ends_by_its_own_signal() {
    let place = Place::new();
    let child = place.launcher().args(["sleep", "1000"]).spawn().unwrap();
    let name = format!("/proc/{}/comm", child.id());
    eventually("it never became the command", || {
        fs::read_to_string(&name).unwrap().trim() == "sleep"
    });
    let output = place.launch(&["sh", "-c", "kill -TERM $$"]);
    assert_eq!(output.status.signal(), Some(15));
    // A pipe that is closed ends a program, as it does without the launcher.
    let output = place.launch(&["sh", "-c", "yes | head -1"]);
    assert_eq!(
        (stdout(&output).as_str(), stderr(&output).as_str()),
        ("y\n", "")
    );
    let mut child = child;
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_program_that_is_not_there_or_cannot_be_run_ends_as_in_a_shell() {
    let place = Place::new();
    place.write("plain", "text", 0o644);
    assert_eq!(place.launch(&["no-such-program"]).status.code(), Some(127));
    assert_eq!(place.launch(&["./plain"]).status.code(), Some(126));
}

#[test]
fn a_store_path_is_found_wherever_an_action_names_it() {
    let place = Place::new();
    let word = format!("-B{MISSING}/bin");
    place.write("words", &format!("-c\n{word}\n"), 0o644);
    place.write("nested", "@words\n", 0o644);
    place.write(
        "script",
        &format!("#!/bin/sh\nexec {MISSING}/bin/x\n"),
        0o755,
    );
    place.write(
        "runfiles/main/test",
        &format!("#!{MISSING}/bin/sh\n"),
        0o755,
    );
    symlink(format!("{MISSING}/bin/x"), place.0.path().join("link")).unwrap();
    for words in [
        &["true", &word][..],
        &["sh", "-c", &format!("x={MISSING}; true")],
        &["true", "@words"],
        &["true", "@nested"],
        &["true", "--flagfile=words"],
        &["true", "--options=@words"],
        &["./script"],
        &["sh", "./script"],
        &["./link"],
        &["sh", "-c", "cd . && ./script >out"],
    ] {
        assert_asked(&place.launch(words));
    }
    let variable = place
        .launcher()
        .arg("true")
        .env("TOOL", MISSING)
        .output()
        .unwrap();
    assert_asked(&variable);
    let mut test = place.launcher();
    test.args(["true", "test"])
        .env("TEST_SRCDIR", "runfiles")
        .env("TEST_WORKSPACE", "main");
    assert_asked(&test.output().unwrap());
    // What only looks like it is nothing to it.
    for words in [
        &["true", "/nix/store/short-name"][..],
        &["true", "words"],
        &["true", "@none"],
        &["true", "user@words"],
    ] {
        let output = place.launch(words);
        assert!(output.status.success(), "{words:?}: {}", stderr(&output));
    }
}

#[test]
fn a_list_says_what_may_be_asked_for() {
    let place = Place::new();
    place.write("allowed.json", "{}", 0o644);
    let only = ["--only", "allowed.json", "--", "true"];
    assert!(place.launch(&only).status.success());
    let refused = place.launch(&[&only[..], &[MISSING]].concat());
    assert_asked(&refused);
    assert!(
        stderr(&refused).contains("allowed.json"),
        "{}",
        stderr(&refused)
    );
    let unreadable = place.launch(&["--only", "none.json", "--", "true", MISSING]);
    assert_eq!(unreadable.status.code(), Some(120));
    assert!(
        stderr(&unreadable).contains("none.json: cannot read"),
        "{}",
        stderr(&unreadable)
    );
}

#[test]
fn a_time_out_that_is_left_to_it_ends_the_action_and_is_said() {
    let place = Place::new();
    let timed = |milliseconds: &str, words: &[&str]| {
        let mut command = place.launcher();
        command
            .args(words)
            .env("LRE_LAUNCH_TIMEOUT_MS", milliseconds);
        command.env("LRE_LAUNCH_SIDE_CHANNEL", place.0.path().join("side"));
        command.output().unwrap()
    };
    let output = timed("60000", &["echo", "done"]);
    assert_eq!(
        (stdout(&output).as_str(), output.status.code()),
        ("done\n", Some(0))
    );
    assert!(!place.0.path().join("side").exists());
    // It finds no child that it did not make: cat is the only one.
    let children = timed(
        "60000",
        &["sh", "-c", "cat /proc/$$/task/$$/children; true"],
    );
    let children = stdout(&children);
    assert_eq!(children.split_whitespace().count(), 1, "{children:?}");
    // As an executor starts it that leads a group, with a grandchild that holds its streams.
    let mut group = place.launcher();
    group
        .args(["sh", "-c", "sleep 1000 & wait"])
        .process_group(0);
    group.env("LRE_LAUNCH_TIMEOUT_MS", "50");
    assert_eq!(group.output().unwrap().status.signal(), Some(9));
    let output = timed("50", &["sleep", "1000"]);
    assert_eq!(output.status.signal(), Some(9));
    let side = fs::read_to_string(place.0.path().join("side")).unwrap();
    assert_eq!(side, "{\"failure\":\"timeout\"}");
    assert_eq!(timed("soon", &["true"]).status.code(), Some(120));
}

#[test]
fn what_keeps_the_time_ends_with_the_command() {
    let place = Place::new();
    let side = place.0.path().join("side");
    let start = |words: &[&str]| {
        let mut command = place.launcher();
        command
            .args(words)
            .env("LRE_LAUNCH_TIMEOUT_MS", "600000")
            .env("LRE_LAUNCH_SIDE_CHANNEL", &side);
        command.spawn().unwrap()
    };
    let watchers = || watchers(side.to_str().unwrap());
    // Whether it ends by itself, or somebody else ends it.
    assert!(start(&["true"]).wait().unwrap().success());
    eventually("its watcher stays", || watchers() == 0);
    let mut command = start(&["sleep", "1000"]);
    eventually("nobody watches", || watchers() == 1);
    command.kill().unwrap();
    command.wait().unwrap();
    eventually("its watcher stays", || watchers() == 0);
    assert!(!side.exists());
}

/// How many processes watch with the side channel `side`; those that have ended have no words.
fn watchers(side: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let words = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let watchers = words.filter(|words| {
        let mut words = words.split(|byte| *byte == 0);
        words.any(|word| word == b"launch-watch") && words.any(|word| word == side.as_bytes())
    });
    watchers.count()
}

/// Waits until `there` is true, for which a healthy machine needs no more than a moment.
fn eventually(otherwise: &str, there: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !there() {
        assert!(Instant::now() < deadline, "{otherwise}");
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn wrong_options_are_told() {
    let place = Place::new();
    assert_eq!(place.launch(&[]).status.code(), Some(120));
    assert_eq!(
        place.launch(&["--no-such", "--", "true"]).status.code(),
        Some(120)
    );
    assert_eq!(
        place.launch(&["--help", "--", "true"]).status.code(),
        Some(120)
    );
    let mut open = place.launcher();
    let output = open
        .env("LRE_LAUNCH_OPTIONS", "'")
        .arg("true")
        .output()
        .unwrap();
    assert!(
        stderr(&output).contains("a quote is not closed"),
        "{}",
        stderr(&output)
    );
}
