//! A manifest of tools that are in an image alone, and images that none can be made of. An image's
//! own programs are run in the end-to-end tests.

use serde_json::{Value, json};

use crate::place::{Place, assert_refused, code, stderr};
use crate::store::debian;

fn manifest(image: Value) -> Value {
    json!({
        "manifest_version": 1,
        "environments": { "cc": {
            "image": image, "in_image": true,
            "system": "x86_64-linux", "target": "x86_64-linux",
            "env": { "PATH": "/opt/tools/bin:/usr/bin" },
            "shell": "/usr/bin/bash",
            "core_tools": { "bash": "/usr/bin/bash", "env": "/usr/bin/env", "sh": "/usr/bin/sh" },
        } },
    })
}

#[test]
fn a_manifest_of_an_image_may_name_any_path_and_goes_to_workers_alone() {
    // Given a manifest with paths outside of the store, all in an image.
    let place = Place::new();
    let digest = format!("sha256:{}", "0a".repeat(32));
    let image = json!({ "name": "debian", "digest": digest });
    place.write("lre.json", &manifest(image).to_string());
    // When the repository is made, then it asks for that image, and says why nothing is built here.
    let output = place.lre(&["generate", "--env", "lre.json", "--out", "repo"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let note = format!("are in the image debian@{digest} alone");
    assert!(stderr(&output).contains(&note), "{}", stderr(&output));
    let platform = place.read("repo/generated-cc/config/BUILD");
    assert!(
        platform.contains(&format!("docker://debian@{digest}")),
        "{platform}"
    );
    // And the rc file keeps actions off this machine.
    let output = place.lre(&["bazelrc", "--env", "lre.json", "--out", "rc"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let rc = place.read("rc");
    assert!(rc.contains("\nbuild --spawn_strategy=remote\n"), "{rc}");
    // And there is no image to be made of it, since it is there.
    let make = ["worker", "image", "--env", "lre.json", "--out", "image"];
    assert_refused(
        &place.lre(&make),
        "debian has its own tools, so there is nothing to make",
    );
}

#[test]
fn tools_that_are_in_an_image_have_to_say_in_which() {
    let place = Place::new();
    for image in [Value::Null, json!({ "name": "debian" })] {
        place.write("lre.json", &manifest(image).to_string());
        assert_refused(
            &place.lre(&["generate", "--env", "lre.json", "--out", "repo"]),
            "lre.json: at /environments/cc/image: its tools are in an image alone",
        );
    }
    let no_image = manifest(json!({ "name": "debian", "tag": "1" })).to_string();
    place.write(
        "lre.json",
        &no_image.replace("\"in_image\":true", "\"in_image\":false"),
    );
    assert_refused(
        &place.lre(&["generate", "--env", "lre.json", "--out", "repo"]),
        "outside the Nix store",
    );
}

#[test]
fn what_is_no_image_for_this_machine_is_refused_and_nothing_is_written() {
    let place = Place::new();
    debian(&place);
    place.write("env.json", "[]");
    for (flags, reason) in [
        (
            &["--image", "debian:sid"][..],
            "names no image on this disk",
        ),
        (&["--image", "oci:none"], "none: cannot read the image"),
        (&["--image", "oci:base:2"], "no image in it is tagged \"2\""),
        (
            &["--image", "oci:base", "--image-name", "a b"],
            "cannot be the name of an image",
        ),
        (&["--image", "oci:base", "--max-unpacked-size", "10"], "10"),
        (&["--image-name", "debian"], "--image"),
        (
            &[
                "--image",
                "oci:base",
                "--env",
                "env.json",
                "--agree-with",
                "env.json",
            ],
            "--agree-with",
        ),
    ] {
        let output = place.lre(&[&["generate", "--out", "repo"], flags].concat());
        assert_refused(&output, reason);
    }
    assert!(!place.path.join("repo").exists());
}
