//! `lre report`: what is written, and what is left alone. How the page looks is for the browser to
//! say.

use serde_json::{Value, json};

use crate::place::{Place, assert_refused, code, stderr};

/// A log of one spawn, as Bazel's --execution_log_json_file has it.
fn log(hit: bool, flag: &str) -> String {
    json!({
        "commandArgs": ["/nix/store/cc/bin/cc", flag],
        "listedOutputs": ["bazel-out/k8/bin/text/join.o"],
        "mnemonic": "CppCompile",
        "targetLabel": "//text:</script>",
        "runner": if hit { "remote cache hit" } else { "remote" },
        "cacheHit": hit,
        "remotable": true,
        "cacheable": true,
        "remoteCacheable": true,
        "digest": {"hash": format!("{:064x}", flag.len()), "sizeBytes": "1"},
        "metrics": {"totalTime": "1.500s", "startTime": "2026-01-01T00:00:00Z"},
    })
    .to_string()
}

/// The document that a page carries.
fn data(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script id=\"data\" type=\"application/json\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn one_log_is_a_page_that_carries_its_spawns() {
    let place = Place::new();
    place.write("build.json", &log(true, "-O2"));

    let output = place.lre(&["report", "build.json", "--out", "report.html"]);

    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let data = data(&place.read("report.html"));
    assert_eq!(data["labels"], json!(["//text:</script>"]));
    let log = &data["logs"][0];
    assert_eq!((&log["spawns"], &log["hits"]), (&json!(1), &json!(1)));
    assert_eq!(log["columns"]["duration"], json!([1500]));
    assert_eq!(data["causes"], json!([]));
}

#[test]
fn the_first_moment_of_1970_is_no_start() {
    let place = Place::new();
    let log = log(true, "-O2").replace("2026-", "1970-");
    place.write("build.json", &log);

    let output = place.lre(&["report", "build.json", "--out", "report.html"]);

    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let log = &data(&place.read("report.html"))["logs"][0];
    assert_eq!(log["began"], Value::Null);
    assert_eq!(log["columns"]["start"], json!([null]));
}

#[test]
fn two_logs_are_compared() {
    let place = Place::new();
    place.write("a.json", &log(false, "-O2"));
    place.write("b.json", &log(false, "-O2 -g"));

    let output = place.lre(&["report", "a.json", "b.json", "--out", "report.html"]);

    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let data = data(&place.read("report.html"));
    assert_eq!(data["compared"], json!({"matched": 1, "equal": 0}));
    assert_eq!(data["names"], json!([[0, 0]]));
    assert_eq!(data["causes"][0]["first"], json!([0]));
    assert_eq!(data["logs"][1]["columns"]["cause"], json!([0]));
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let place = Place::new();
    place.write("build.json", &log(true, "-O2"));
    place.write("index.html", "<!doctype html>\nmine\n");

    let output = place.lre(&["report", "build.json", "--out", "index.html"]);

    assert_refused(
        &output,
        "a file of this name is there that lre did not write",
    );
    assert_eq!(place.read("index.html"), "<!doctype html>\nmine\n");
}

#[test]
fn a_page_is_replaced() {
    let place = Place::new();
    place.write("build.json", &log(true, "-O2"));
    place.lre(&["report", "build.json", "--out", "report.html"]);
    place.write("build.json", &log(false, "-O2"));

    let output = place.lre(&["report", "build.json", "--out", "report.html"]);

    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(data(&place.read("report.html"))["logs"][0]["hits"], 0);
}

#[test]
fn a_log_that_is_cut_off_is_refused_unless_asked_for() {
    let place = Place::new();
    let whole = log(true, "-O2");
    place.write(
        "build.json",
        &format!("{whole}\n{}", &whole[..whole.len() / 2]),
    );

    let refused = place.lre(&["report", "build.json", "--out", "report.html"]);
    let names = place.names();
    let kept = place.lre(&[
        "report",
        "build.json",
        "--out",
        "report.html",
        "--keep-going",
    ]);

    assert_refused(&refused, "build.json: at byte");
    assert_eq!(names, ["build.json"]);
    assert_eq!(code(&kept), 0, "{}", stderr(&kept));
    assert!(
        stderr(&kept).contains("build.json: at byte"),
        "{}",
        stderr(&kept)
    );
    let data = data(&place.read("report.html"));
    assert_eq!(data["logs"][0]["spawns"], 1);
    assert_eq!(data["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_no_log_is_refused() {
    let place = Place::new();
    place.write("notes.txt", "not a log\n");

    let output = place.lre(&["report", "notes.txt", "--out", "report.html"]);

    assert_refused(&output, "notes.txt is no execution log");
    assert_eq!(place.names(), ["notes.txt"]);
}
