//! Input that is wrong, and compilers that are broken: an error that says so, and nothing
//! written. Compilers that work are asked in the tests of probing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use camino::{Utf8Path, Utf8PathBuf};

use crate::place::{Place, assert_refused, code, stderr};

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
        ("exec head -c 10000000 /dev/zero", "prints more than"),
        ("sleep 1000 & echo forked", "neither clang nor gcc"),
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
