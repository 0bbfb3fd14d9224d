//! `lre worker`: what is written, what is left alone, and what `--check` says. Which properties
//! come out is told elsewhere.

use std::fs;

use serde_json::Value;

use crate::place::{Place, assert_refused, code, stderr};

/// Every output, with a file of it and what holds the image there.
const OUTPUTS: [(&[&str], &str, &str); 6] = [
    (&["nativelink"], "worker-cc.json5", "container-image"),
    (
        &["nativelink", "--single-process"],
        "nativelink.json5",
        "container-image",
    ),
    (
        &["properties", "--server", "buildbarn"],
        "platforms.libsonnet",
        "container-image",
    ),
    (
        &["properties", "--server", "buildfarm"],
        "worker-cc.yml",
        "container-image",
    ),
    (
        &["properties", "--server", "buildbuddy"],
        "executor.yml",
        "default_image",
    ),
    (&["kubernetes"], "base/worker-cc.yaml", "image"),
];

fn worker<'a>(command: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [&["worker"], command, &["--out", "out"], rest].concat()
}

/// The image of the reference's compiler in `text`.
fn image(text: &str) -> &str {
    let start = text.find("lre-cc:").unwrap();
    text[start..].split('"').next().unwrap()
}

#[test]
fn one_changed_character_of_a_property_is_named_with_both_values() {
    for (command, file, name) in OUTPUTS {
        let place = Place::new();
        let written = place.lre(&worker(command, &[]));
        assert_eq!(code(&written), 0, "{}", stderr(&written));
        assert_eq!(place.names(), ["out"], "nothing is left beside it");
        assert_eq!(code(&place.lre(&worker(command, &["--check"]))), 0);
        let path = format!("out/{file}");
        let text = place.read(&path);
        let right = image(&text).to_owned();
        let wrong = format!("{right}x");
        place.write(&path, &text.replace(&right, &wrong));

        let checked = place.lre(&worker(command, &["--check"]));

        assert_eq!(code(&checked), 1, "{command:?}");
        let said = String::from_utf8(checked.stdout.clone()).unwrap();
        let line = said.lines().next().unwrap();
        let head = format!("{path}: {name}: there \"");
        assert!(line.starts_with(&head), "{line}");
        let (there, expected) = line.split_once(", the manifest says ").unwrap();
        assert!(there.contains(&format!("{wrong}\"")), "{line}");
        assert!(expected.contains(&format!("{right}\"")), "{line}");
        assert!(
            said.contains("\n-") && said.contains("\n+"),
            "a diff: {said}"
        );
        assert!(stderr(&checked).contains("out is stale"));
        assert!(place.read(&path).contains(&wrong), "nothing is written");
    }
}

#[test]
fn a_program_reads_from_check_which_values_differ() {
    let place = Place::new();
    place.lre(&["worker", "nativelink", "--out", "out"]);
    let path = "out/nativelink.json5";
    let text = place.read(path);
    place.write(
        path,
        &text.replace("\"OSFamily\": \"exact\"", "\"OSFamily\": \"minimum\""),
    );
    fs::remove_file(place.path.join("out/worker-java.json5")).unwrap();

    let checked = place.lre(&worker(&["nativelink"], &["--check", "--format", "json"]));

    assert_eq!(code(&checked), 1);
    let files: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(files[0]["path"], "nativelink.json5");
    assert_eq!(files[0]["state"], "changed");
    let value = &files[0]["values"][0];
    assert_eq!(value["name"], "OSFamily");
    assert_eq!(value["there"], "\"minimum\"");
    assert_eq!(value["expected"], "\"exact\"");
    assert_eq!(files[1]["state"], "missing");
}

#[test]
fn a_property_of_the_user_that_is_not_said_again_is_a_difference() {
    let place = Place::new();
    let own = "--exec-property=Pool=a";
    place.lre(&worker(&["nativelink"], &[own]));
    assert_eq!(
        code(&place.lre(&worker(&["nativelink"], &["--check", own]))),
        0
    );
    let checked = place.lre(&worker(&["nativelink"], &["--check"]));
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(
        said.contains("worker-cc.json5: Pool: there \"a\", the manifest says nothing"),
        "{said}"
    );
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    for (command, _, _) in OUTPUTS {
        let place = Place::new();
        fs::create_dir(place.path.join("out")).unwrap();
        place.write("out/nativelink.json5", "{}");
        assert_refused(&place.lre(&worker(command, &[])), "not made by lre");
        assert_eq!(place.read("out/nativelink.json5"), "{}");
    }
}

#[test]
fn what_no_flag_can_mean_is_refused() {
    let place = Place::new();
    for (args, reason) in [
        (["--entrypoint", "launch"], "absolute path"),
        (["--registry", "a b"], "write a host"),
        (["--replicas", "10001"], "invalid value"),
        (["--exec-property", "=x"], "NAME=VALUE"),
    ] {
        let args = [&["worker", "kubernetes", "--out", "out"], &args[..]].concat();
        assert_refused(&place.lre(&args), reason);
    }
    assert!(place.names().is_empty());
}

#[test]
fn a_folder_of_workers_on_demand_is_ours_and_is_replaced() {
    let place = Place::new();
    for kind in ["nativelink", "kubernetes"] {
        let image = ["--worker-image", "registry.example/worker:1"];
        let own: &[&str] = if kind == "kubernetes" { &image } else { &[] };
        let write = |cache: &str| {
            let words = [
                "worker",
                kind,
                "--on-demand",
                "--out",
                kind,
                "--substituter",
                cache,
            ];
            let key = ["--trusted-public-key", "cache-1:AAAA"];
            place.lre(&[&words[..], &key, own].concat())
        };
        for cache in ["https://one.example", "https://two.example"] {
            let output = write(cache);
            assert_eq!(code(&output), 0, "{}", stderr(&output));
        }
    }
    assert!(
        place
            .read("nativelink/nix.conf")
            .contains("https://two.example")
    );
    let wanting = ["worker", "nativelink", "--on-demand", "--out", "other"];
    assert_refused(&place.lre(&wanting), "name a cache with --substituter");
}
