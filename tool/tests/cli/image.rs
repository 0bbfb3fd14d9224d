//! `lre worker image`: a worker's image of store paths in a store elsewhere, which bytes it is
//! made of, and how an image that is another is told. No engine runs it here.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use lre::oci::{Layout, Limits, unpack};
use serde_json::{Value, json};

use crate::place::{Place, assert_refused, code};
use crate::store::{INPUT, blobs, debian, fill, make, manifest, run, store_path, with_image};

#[test]
fn the_image_has_the_closure_and_what_a_worker_must_offer() {
    let place = Place::new();
    fill(&place, "cc-1");
    make(
        &place,
        &[
            "--out",
            "image",
            "--entrypoint",
            "/worker",
            "--cmd",
            "--flag",
        ],
    );
    let (layout, root) = (place.path.join("image"), place.path.join("unpacked"));
    with_image(&layout, |image| {
        let config = image.configuration.config().as_ref().unwrap();
        assert_eq!(
            image.env()[1],
            format!("PATH={}/bin", store_path("tools-1"))
        );
        assert_eq!(config.entrypoint().as_ref().unwrap(), &["/worker"]);
        assert_eq!(config.cmd().as_ref().unwrap(), &["--flag"]);
        unpack(image, &root, Limits::default()).unwrap();
    });
    let read = |path: &str| fs::read_to_string(root.join(path.trim_start_matches('/'))).unwrap();
    let mode = |path: &str| {
        let metadata = root.join(path.trim_start_matches('/')).metadata().unwrap();
        metadata.permissions().mode() & 0o777
    };
    let compiler = format!("{}/bin/cc", store_path("cc-1"));
    assert_eq!((read(&compiler).as_str(), mode(&compiler)), ("cc-1", 0o555));
    let library = format!("{}/lib/{}.so", store_path("lib-2"), "long".repeat(50));
    assert_eq!(
        (read(&library).as_str(), mode(&library)),
        ("library", 0o444)
    );
    assert_eq!(mode("/tmp"), 0o777);
    assert!(read("/etc/passwd").contains("worker:x:1000:1000:"));
    for (link, tool) in [
        ("bin/sh", "sh"),
        ("bin/bash", "bash"),
        ("usr/bin/env", "env"),
    ] {
        let target = root.join(link).read_link_utf8().unwrap();
        assert_eq!(target, format!("{}/bin/{tool}", store_path("tools-1")));
    }
    let link = root.join(&store_path("lib-2")[1..]).join("lib/lib.so");
    assert_eq!(link.read_link_utf8().unwrap(), "anywhere");
}

#[test]
fn the_tag_is_the_one_that_the_platforms_ask_for() {
    let place = Place::new();
    fill(&place, "cc-1");
    make(&place, &["--out", "image"]);
    assert_eq!(
        code(&place.lre(&["generate", "--env", "manifest.json", "--out", "repo"])),
        0
    );
    let tags = Layout::open(&place.path.join("image")).unwrap().tags();
    let asked = tags
        .iter()
        .find(|tag| tag.starts_with("registry.example:5000/lre:"))
        .unwrap();
    let build = place.read("repo/generated-cc/config/BUILD");
    assert!(
        build.contains(&format!("\"docker://{asked}\"")),
        "{tags:?}\n{build}"
    );
}

/// Given other modes, times, a umask and a locale, then the same bytes come out; given another
/// compiler, then its layer is new and that of the rest is the same.
#[test]
fn the_bytes_depend_on_the_store_paths_alone() {
    for compression in ["zstd", "gzip"] {
        let place = Place::new();
        fill(&place, "cc-1");
        let flag = format!("--compression={compression}");
        make(&place, &["--out", "one", &flag]);
        fill(&place, "cc-1");
        let words = [&INPUT[..], &["--out", "two", &flag]].concat();
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            "umask 077; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_lre"),
        ]);
        let shell = shell
            .args(words)
            .env("LC_ALL", "tr_TR.UTF-8")
            .current_dir(&place.path);
        assert!(shell.output().unwrap().status.success());
        let (one, two) = (place.path.join("one"), place.path.join("two"));
        assert_eq!(blobs(&one), blobs(&two));
        assert_eq!(place.read("one/index.json"), place.read("two/index.json"));
        for blob in blobs(&two) {
            let path = two.join("blobs/sha256").join(blob);
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o644);
        }

        fill(&place, "cc-2");
        make(&place, &["--out", "two", &flag]);
        let other = blobs(&two);
        // The compiler's layer, manifest and configuration.
        assert_eq!(blobs(&one).difference(&other).count(), 3);
    }
}

#[test]
fn what_is_there_is_replaced_only_where_it_is_ours_and_only_as_a_whole() {
    let place = Place::new();
    fill(&place, "cc-1");
    make(&place, &["--out", "image"]);
    let before = blobs(&place.path.join("image"));

    let pipe = place
        .path
        .join("root")
        .join(&store_path("lib-2")[1..])
        .join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert_refused(&run(&place, &["--out", "image"]), "no file, folder or link");
    assert_eq!(blobs(&place.path.join("image")), before);
    fs::remove_file(&pipe).unwrap();

    fs::create_dir(place.path.join("foreign")).unwrap();
    place.write("foreign/index.json", "{\"manifests\":[]}");
    assert_refused(&run(&place, &["--out", "foreign"]), "was not made by lre");
    let names = place.names();
    assert!(
        !names.iter().any(|name| name.starts_with(".lre")),
        "{names:?}"
    );
}

#[test]
fn a_check_names_store_paths_variables_and_tags() {
    let place = Place::new();
    fill(&place, "cc-1");
    make(&place, &["--out", "image"]);
    assert_eq!(code(&run(&place, &["--out", "image", "--check"])), 0);

    fill(&place, "cc-2");
    let output = run(&place, &["--out", "image", "--check"]);
    assert_eq!(code(&output), 1);
    let said = String::from_utf8(output.stdout).unwrap();
    for part in [
        format!("image: missing: {}", store_path("cc-2")),
        format!("image: extra: {}", store_path("cc-1")),
        format!(
            "image: Env: CC has to be {}/bin/cc, and is",
            store_path("cc-2")
        ),
        "image: the tag has to be ".to_owned(),
    ] {
        assert!(said.contains(&part), "no {part:?} in:\n{said}");
    }
}

#[test]
fn on_a_base_its_layers_stay_and_its_folders_are_kept() {
    let place = Place::new();
    fill(&place, "cc-1");
    let (base, diff_ids) = debian(&place);
    make(&place, &["--out", "image", "--base", "oci:base:sid"]);
    let (layout, root) = (place.path.join("image"), place.path.join("unpacked"));
    assert!(blobs(&layout).is_superset(&base));
    with_image(&layout, |image| {
        assert!(
            image
                .configuration
                .rootfs()
                .diff_ids()
                .starts_with(&diff_ids)
        );
        assert_eq!(
            image.document["config"]["Healthcheck"],
            json!({ "Test": ["NONE"] })
        );
        let env = image.env();
        assert!(
            env.contains(&format!("PATH={}/bin:/usr/bin", store_path("tools-1"))),
            "{env:?}"
        );
        assert!(env.contains(&"DEBIAN=sid".to_owned()), "{env:?}");
        unpack(image, &root, Limits::default()).unwrap();
    });
    // The base's /bin is a link to usr/bin and stays one; what it has there stays, but the shell.
    assert_eq!(root.join("bin").read_link_utf8().unwrap(), "usr/bin");
    assert_eq!(
        fs::read_to_string(root.join("usr/bin/dpkg")).unwrap(),
        "dpkg"
    );
    let shell = root.join("usr/bin/sh").read_link_utf8().unwrap();
    assert_eq!(shell, format!("{}/bin/sh", store_path("tools-1")));
    let users = fs::read_to_string(root.join("etc/passwd")).unwrap();
    assert!(
        users.starts_with("daemon:x:1:1:") && users.contains("\nworker:x:1000:"),
        "{users}"
    );
    assert_eq!(code(&run(&place, &["--out", "image", "--check"])), 0);
}

#[test]
fn what_cannot_be_an_image_says_why() {
    let place = Place::new();
    fill(&place, "cc-1");
    let refused = run(&place, &["--out", "image", "--name", "other"]);
    assert_refused(&refused, "--name is one of: registry.example:5000/lre");

    let change = |change: &dyn Fn(&mut Value)| {
        let mut document = manifest("cc-1");
        change(&mut document["environments"]["cc"]);
        place.write("manifest.json", &document.to_string());
        run(&place, &["--out", "image"])
    };
    let digest = format!("sha256:{}", "0".repeat(64));
    let refused = change(&|cc| cc["image"] = json!({ "name": "lre", "digest": digest }));
    assert_refused(&refused, "is named by its digest");
    let refused = change(&|cc| drop(cc.as_object_mut().unwrap().remove("image")));
    assert_refused(&refused, "--name");
    let refused = change(&|cc| cc["core_tools"] = json!({}));
    assert_refused(&refused, "has what /usr/bin/env links to");

    fill(&place, "cc-1");
    place.write("closure", &(store_path("tools-1") + "\n"));
    assert_refused(
        &run(&place, &["--out", "image"]),
        "the closure does not have it",
    );
    place.write("closure", "/etc/passwd\n");
    assert_refused(
        &run(&place, &["--out", "image"]),
        "closure: line 1: \"/etc/passwd\" is no store path",
    );
    place.write(
        "closure",
        &(["tools-1", "cc-1", "gone"].map(store_path).join("\n")),
    );
    assert_refused(&run(&place, &["--out", "image"]), "nix-store --realise");
    assert!(!place.path.join("image").exists());
}
