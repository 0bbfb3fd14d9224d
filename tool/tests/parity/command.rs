//! `lre explain` as a user calls it: what it prints where, and how it exits.

use std::process::{Command, Output};

use serde_json::Value;

use crate::build::Build;
use crate::logs::{Format, Place, log};

fn lre(place: &Place, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lre"))
        .current_dir(place.path(""))
        .args(args)
        .output()
        .unwrap()
}

/// A place with logs of two builds that agree, of one that does not, and of none.
fn place() -> Place {
    let place = Place::new();
    let first = Build::program(2);
    let mut other = Build::program(2);
    other.source("all.h", "int g();");
    place.write("a.log", &log(&first, Format::Compact));
    place.write("b.log", &log(&first.after(&first), Format::Json));
    place.write("other.log", &log(&other.after(&first), Format::Binary));
    place.write("none.log", b"no log");
    place
}

#[test]
fn it_exits_with_0_where_the_builds_agree_and_with_1_where_not() {
    let place = place();
    let agree = lre(&place, &["explain", "a.log", "b.log"]);
    assert_eq!(agree.status.code(), Some(0));
    let text = String::from_utf8(agree.stdout).unwrap();
    assert!(text.ends_with("The two builds agree.\n"), "{text}");

    let differ = lre(&place, &["explain", "a.log", "other.log"]);
    assert_eq!(differ.status.code(), Some(1));
    let text = String::from_utf8(differ.stdout).unwrap();
    assert!(text.contains("1. a source file differs: all.h"), "{text}");
}

#[test]
fn its_json_form_names_what_the_text_names() {
    let place = place();
    let differ = lre(
        &place,
        &["explain", "a.log", "other.log", "--format", "json"],
    );
    assert_eq!(differ.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&differ.stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["b"]["format"], "binary");
    assert_eq!(json["causes"][0]["kind"], "source-file");
    assert_eq!(json["causes"][0]["firsts"], 2);
}

#[test]
fn it_exits_with_2_and_prints_nothing_where_a_log_cannot_be_read() {
    let place = place();
    for (a, b, says) in [
        ("a.log", "none.log", "none.log is no execution log"),
        ("missing.log", "a.log", "cannot read missing.log"),
    ] {
        let refused = lre(&place, &["explain", a, b]);
        assert_eq!(refused.status.code(), Some(2));
        assert_eq!(refused.stdout, b"");
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn with_keep_going_a_cut_log_is_reported_on_with_a_warning() {
    let place = place();
    let whole = log(&Build::program(2), Format::Binary);
    place.write("cut.log", &whole[..whole.len() - 10]);
    let args = [
        "explain",
        "a.log",
        "cut.log",
        "--keep-going",
        "--ignore-misses",
    ];
    let reported = lre(&place, &args);
    let text = String::from_utf8(reported.stdout).unwrap();
    assert!(text.contains("warning: cut.log: at byte "), "{text}");
    assert!(
        text.contains("2 spawns are in both, 2 of them equal"),
        "{text}"
    );
    // The one that was not read is in A alone.
    assert_eq!(reported.status.code(), Some(1));
}
