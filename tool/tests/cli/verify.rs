//! `lre verify` with a stand-in for Bazel, which notes what it is called with and writes logs that a test
//! gave it. What Bazel really does is for the end-to-end tests.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::place::{Place, code, stderr};

/// It is called with two startup options, the command and the rest. `options`, `first` and `second` are
/// what it tells and writes; `first.sh` and `second.sh` what it does beside.
const STAND_IN: &str = r#"#!/bin/sh
here=$(dirname "$0")
base=${1#--output_base=}
which=$(basename "$base")
mkdir -p "$base/server"
echo "$which: ${3}$(shift 3; printf ' %s' "$@")" >> "$here/calls"
asked=
for word; do
    case $word in
        --build_event_json_file=*)
            asked=yes
            echo "{\"optionsParsed\":{\"cmdLine\":[$(cat "$here/options")]}}" > "${word#*=}" ;;
        --execution_log_compact_file=?*)
            [ ! -e "$here/no-zstd" ] || exit 37
            log=${word#*=} ;;
        --execution_log_binary_file=?*) log=${word#*=} ;;
    esac
done
[ "$3" != clean ] && [ "$3" != shutdown ] && [ -z "$asked" ] || exit 0
echo "[1 / 2] Executing; PATH=$PATH"
[ ! -e "$here/$which.sh" ] || . "$here/$which.sh"
cp "$here/$which.json" "$log"
"#;

/// A workspace with a stand-in that ends well, and writes equal logs with one spawn.
fn workspace() -> Place {
    let place = Place::new();
    place.write("MODULE.bazel", "");
    place.write("bazel", STAND_IN);
    let bazel = place.path.join("bazel");
    fs::set_permissions(bazel, Permissions::from_mode(0o755)).unwrap();
    place.write("options", "");
    let hit = |hit| log("//a:a", &["cc"], hit);
    place.write("first.json", &hit(false));
    place.write("second.json", &hit(true));
    place
}

/// An execution log in JSON with one spawn.
fn log(label: &str, words: &[&str], hit: bool) -> String {
    let digest = json!({ "hash": format!("{:064x}", words.concat().len()), "sizeBytes": "142",
                         "hashFunctionName": "SHA-256" });
    let spawn: Value = json!({
        "commandArgs": words, "targetLabel": label, "mnemonic": "Genrule",
        "listedOutputs": ["bazel-out/k8-fastbuild/bin/a/a.txt"],
        "remotable": true, "cacheable": true, "remoteCacheable": true,
        "runner": if hit { "disk cache hit" } else { "linux-sandbox" }, "cacheHit": hit,
        "digest": digest,
    });
    format!("{spawn:#}")
}

fn command(place: &Place, words: &[&str]) -> Command {
    let bazel = place.path.join("bazel");
    let mut command = place.command(&["verify", "--bazel", bazel.as_str()]);
    command
        .args(words)
        .env("XDG_CACHE_HOME", place.path.join("cache"))
        .env("PATH", "/usr/bin:/bin");
    command
}

fn verify(place: &Place, words: &[&str]) -> Output {
    command(place, words).output().unwrap()
}

/// No folder is left in the user's cache.
fn is_clean(place: &Place) -> bool {
    let cache = place.path.join("cache/lre");
    cache.read_dir_utf8().unwrap().next().is_none()
}

#[test]
fn two_builds_in_output_bases_of_their_own_prove_parity() {
    let place = workspace();
    place.write(".bazelrc.lre", "# Made\ncommon:lre --repo_env=A=b\n");

    let output = verify(
        &place,
        &[
            "//a",
            "//b:all",
            "--remote_executor=unix:/e",
            "--",
            "--copt=-O2",
        ],
    );
    // What the stand-in tells is in force is not what was asked for; that is enough here.
    assert_eq!(code(&output), 0, "{}", stderr(&output));

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.ends_with("at parity: of 1 spawns in both builds 1 are equal, and of 1 that may be shared 1 were hits\n"),
        "{said}"
    );
    let calls = place.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    let begins = "build --config=lre --copt=-O2 --experimental_convenience_symlinks=ignore";
    for (call, which) in calls
        .iter()
        .zip(["first", "first", "first", "second", "second"])
    {
        assert!(call.starts_with(which), "{call}");
    }
    assert!(
        calls[0].starts_with(&format!("first: {begins}")),
        "{}",
        calls[0]
    );
    assert!(
        calls[0].contains(" --remote_executor=unix:/e "),
        "{}",
        calls[0]
    );
    for (build, shutdown) in [(1, 2), (3, 4)] {
        assert!(calls[build].contains(begins), "{}", calls[build]);
        assert!(
            calls[build].ends_with(" -- //a //b:all"),
            "{}",
            calls[build]
        );
        assert!(
            calls[shutdown].ends_with("shutdown "),
            "{}",
            calls[shutdown]
        );
    }
    assert!(is_clean(&place));
}

#[test]
fn what_rc_files_set_is_taken_and_the_flags_say_who_builds() {
    let place = workspace();
    place.write(
        "options",
        r#""--remote_executor=unix:/e","--remote_cache=unix:/c""#,
    );

    let output = verify(&place, &["//a", "--no-config", "--format=json"]);

    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["shared"]["kind"], "executor");
    assert_eq!(verdict["shared"]["cache"], "unix:/c");
    assert_eq!(verdict["parity"], true);
    let calls = place.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    assert!(!calls[1].contains("--remote_executor="), "{}", calls[1]);
    assert!(
        calls[1].contains("--noremote_accept_cached"),
        "{}",
        calls[1]
    );
    assert!(
        calls[3].contains(" --remote_executor= --disk_cache= "),
        "{}",
        calls[3]
    );
    assert!(
        calls[3].contains("--noremote_upload_local_results"),
        "{}",
        calls[3]
    );
}

#[test]
fn a_password_in_an_address_is_not_told() {
    let place = workspace();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = server.local_addr().unwrap().to_string();
    place.write(
        "options",
        &format!(r#""--remote_cache=http://me:s3cr3t@{host}/a""#),
    );
    let words = [
        "//a",
        "--format=json",
        "--json=verdict.json",
        "--junit=junit.xml",
        "--output-base=kept",
    ];

    let output = verify(&place, &words);
    drop(server);
    let unreachable = verify(&place, &words[..2]);

    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdict["shared"]["cache"], format!("http://{host}/a"));
    assert_eq!(code(&unreachable), 2);
    assert!(stderr(&unreachable).contains(&format!("http://{host}/a: nobody answers")));
    for told in [
        verdict.to_string(),
        stderr(&output),
        stderr(&unreachable),
        place.read("calls"),
        place.read("verdict.json"),
        place.read("junit.xml"),
    ] {
        assert!(!told.contains("s3cr3t"), "{told}");
    }
    let kept = place.path.join("kept").read_dir_utf8().unwrap();
    let mut kept: Vec<_> = kept.map(|it| it.unwrap().file_name().to_owned()).collect();
    kept.sort();
    let made = ["first", "first.log", "lock", "second", "second.log"];
    assert_eq!(kept, made);
}

#[test]
fn a_bazel_without_zstd_writes_the_binary_log() {
    let place = workspace();
    place.write("no-zstd", "");

    let output = verify(&place, &["//a"]);

    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let calls = place.read("calls");
    let calls: Vec<&str> = calls.lines().collect();
    assert!(
        calls[1].contains("--execution_log_binary_file=/"),
        "{}",
        calls[1]
    );
    assert!(
        calls[2].contains("--execution_log_binary_file=/"),
        "{}",
        calls[2]
    );
}

#[test]
fn the_second_build_has_the_path_of_another_developer() {
    let place = workspace();
    let said = stderr(&verify(&place, &["//a"]));
    let path = |build: &str| {
        let line = said.lines().find(|line| line.starts_with(build)).unwrap();
        line.split_once("PATH=").unwrap().1.to_owned()
    };
    assert_eq!(path("first build"), "/usr/bin:/bin");
    assert!(
        path("second build").starts_with("/usr/bin:/bin:/"),
        "{said}"
    );
}

#[test]
fn a_difference_is_told_with_its_cause_whatever_characters_it_has() {
    let place = workspace();
    place.write(
        "first.json",
        &log("//a:<&\">", &["cc", "-DX=\u{1b}1"], false),
    );
    place.write(
        "second.json",
        &log("//a:<&\">", &["cc", "-DX=]]>22"], false),
    );

    let output = verify(&place, &["//a", "--junit=junit.xml", "--json=verdict.json"]);

    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("-DX=]]>22"), "{said}");
    assert!(
        said.ends_with("not at parity: of 1 spawns in both builds 0 are equal, and of 1 that may be shared 0 were hits\n"),
        "{said}"
    );
    let verdict: Value = serde_json::from_str(&place.read("verdict.json")).unwrap();
    assert_eq!(verdict["parity"], false);
    assert_eq!(verdict["explanation"]["causes"][0]["kind"], "flag");

    let xml = place.read("junit.xml");
    let mut failures = Vec::new();
    let mut reader = quick_xml::Reader::from_str(&xml);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(element) if element.name().as_ref() == b"failure" => {
                let kind = element.try_get_attribute("type").unwrap().unwrap();
                failures.push(kind.unescape_value().unwrap().into_owned());
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(failures, ["flag", "parity"]);
    assert!(!xml.contains('\u{1b}'), "{xml}");
}

#[test]
fn a_first_build_that_fails_is_no_verdict_and_a_second_is() {
    let place = workspace();
    place.write("first.sh", "echo 'ERROR: a.cc: no such thing' >&2; exit 1");

    let output = verify(&place, &["//a", "--junit=junit.xml"]);

    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("lre: ERROR: a.cc: no such thing\nfirst build: the build itself"),
        "{said}"
    );
    assert!(place.read("junit.xml").contains("errors=\"1\""));
    assert!(is_clean(&place));

    place.write("first.sh", "");
    place.write(
        "second.sh",
        "echo 'ERROR: only here'; cp $here/$which.json $log; exit 1",
    );
    let output = verify(&place, &["//a"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("the second build failed where the other did not:\nERROR: only here"),
        "{said}"
    );
}

#[test]
fn a_signal_goes_to_bazel_and_then_nothing_is_left() {
    let place = workspace();
    place.write(
        "first.sh",
        "trap 'echo told >> $here/calls; exit 8' INT; touch $here/begun; \
         while :; do sleep 0.05; done",
    );
    // A caller in the background of a shell has SIGINT ignored, and so have we then.
    let mut child = command(&place, &["//a"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&place, "begun", &mut child);

    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();

    assert_eq!(child.wait().unwrap().code(), Some(130));
    let calls = place.read("calls");
    let last: Vec<&str> = calls.lines().rev().take(2).collect();
    assert_eq!(last, ["first: shutdown ", "told"], "{calls}");
    assert!(is_clean(&place));
}

#[test]
fn a_signal_that_the_caller_ignores_is_ignored() {
    let place = workspace();
    place.write("first.sh", "kill -HUP $PPID; sleep 0.3");
    let ours = command(&place, &["//a"]);
    let mut nohup = Command::new("sh");
    nohup
        .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
        .arg(ours.get_program())
        .args(ours.get_args())
        .envs(
            ours.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .current_dir(&place.path);

    let output = nohup.output().unwrap();

    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn no_file_says_what_an_earlier_run_found() {
    let place = workspace();
    let words = ["//a", "--junit=junit.xml", "--json=verdict.json"];
    assert_eq!(code(&verify(&place, &words)), 0);
    assert!(place.read("junit.xml").contains("errors=\"0\""));
    assert!(place.path.join("verdict.json").exists());
    place.write(
        "second.sh",
        "cp junit.xml verdict.json $here/seen/; kill $PPID; sleep 60",
    );
    fs::create_dir(place.path.join("seen")).unwrap();

    let output = verify(&place, &words);

    assert_eq!(code(&output), 130, "{}", stderr(&output));
    assert!(place.read("seen/junit.xml").contains("not finished"));
    assert!(!place.path.join("seen/verdict.json").exists());
    let xml = place.read("junit.xml");
    assert!(
        xml.contains("errors=\"1\"") && xml.contains("message=\"stopped by a signal\""),
        "{xml}"
    );
    assert!(!place.path.join("verdict.json").exists());

    fs::remove_file(place.path.join("bazel")).unwrap();
    let output = verify(&place, &words);

    assert_eq!(code(&output), 2);
    assert!(place.read("junit.xml").contains("bazel cannot be started"));
}

fn wait_for(place: &Place, name: &str, child: &mut Child) {
    while !place.path.join(name).exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_folder_of_the_callers_stays_with_the_logs() {
    let place = workspace();
    let output = verify(&place, &["//a", "--output-base=kept"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(place.read("kept/first.log"), place.read("first.json"));
    assert_eq!(place.read("kept/second.log"), place.read("second.json"));

    place.write("kept/disk-cache", "of the first time");
    place.write("calls", "");
    let output = verify(&place, &["//a", "--output-base=kept"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let calls = place.read("calls");
    let mut calls = calls.lines().filter(|call| !call.ends_with("shutdown "));
    assert_eq!(calls.next(), Some("first: clean "));
    assert_eq!(calls.next(), Some("second: clean "));
    assert!(!place.path.join("kept/disk-cache").exists());
}

#[test]
fn a_clean_that_fails_is_no_build_that_fails() {
    let place = workspace();
    let words = ["//a", "--output-base=kept"];
    assert_eq!(code(&verify(&place, &words)), 0);
    let refusing = "#!/bin/sh\necho 'ERROR: cannot delete' >&2; exit 1\n";
    place.write("bazel", refusing);

    let output = verify(&place, &words);

    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("ERROR: cannot delete\nclean: Bazel cannot do this"),
        "{said}"
    );
}
