//! Which image of a layout or an archive is taken, and what is said where there is none.

use std::fs;

use camino::Utf8PathBuf;
use lre::oci::{Layout, Limits, split_reference};
use lre::system::Cpu;
use serde_json::{Value, json};

use crate::builder::{FILE, LINK, Place, digest, tar, unpack_layout};

fn tagged(mut descriptor: Value, tag: &str) -> Value {
    descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": tag });
    descriptor
}

fn cpu_of(layout: &Layout, tag: Option<&str>, cpu: Cpu) -> Result<String, String> {
    let image = layout.image(tag, cpu).map_err(|e| format!("{e:#}"))?;
    Ok(image.env().join(" "))
}

#[test]
fn by_cpu_from_an_index_and_by_tag() {
    let place = Place::new();
    let layer = || vec![tar(&[(FILE, "a", "x")])];
    let inner = json!({
        "schemaVersion": 2,
        "manifests": [place.image("amd64", &layer()), place.image("arm64", &layer())],
    });
    let inner = place.blob("index.v1+json", inner.to_string().as_bytes());
    place.index(&[
        tagged(inner, "multi"),
        tagged(place.image("s390x", &layer()), "name:other"),
    ]);
    let layout = Layout::open(&place.layout()).unwrap();
    assert_eq!(
        cpu_of(&layout, Some("multi"), Cpu::X86_64).unwrap(),
        "CPU=amd64"
    );
    assert_eq!(cpu_of(&layout, None, Cpu::Aarch64).unwrap(), "CPU=arm64");
    let error = cpu_of(&layout, Some("other"), Cpu::X86_64).unwrap_err();
    assert!(
        error.contains("no image for linux/amd64, but for linux/s390x"),
        "{error}"
    );
    let error = cpu_of(&layout, Some("none"), Cpu::X86_64).unwrap_err();
    assert!(
        error.contains("\"none\"; it has: multi, name:other"),
        "{error}"
    );
}

#[test]
fn of_several_one_has_to_be_named() {
    let place = Place::new();
    let image = |text| place.image("amd64", &[tar(&[(FILE, "a", text)])]);
    place.index(&[tagged(image("1"), "one"), tagged(image("2"), "two")]);
    let layout = Layout::open(&place.layout()).unwrap();
    let error = cpu_of(&layout, None, Cpu::X86_64).unwrap_err();
    assert!(
        error.contains("several images") && error.contains("one, two"),
        "{error}"
    );
}

#[test]
fn an_archive_of_a_layout_is_read_as_the_layout_is() {
    let place = Place::new();
    place.index(&[place.image("amd64", &[tar(&[(FILE, "a", "x")])])]);
    let archive = place.dir.join("image.tar");
    let mut builder = tar::Builder::new(fs::File::create(&archive).unwrap());
    builder.append_dir_all(".", place.layout()).unwrap();
    builder.finish().unwrap();
    let unpacked = unpack_layout(&archive, &place.root(), Limits::default()).unwrap();
    assert_eq!(
        (place.tree(), unpacked.entries),
        (vec!["a: x".to_owned()], 1)
    );
}

#[test]
fn what_docker_saves_is_read_links_between_layers_included() {
    let place = Place::new();
    let layer = tar(&[(FILE, "a", "x")]);
    let config = json!({
        "architecture": "amd64", "os": "linux", "docker_version": "1",
        "rootfs": { "type": "layers", "diff_ids": [digest(&layer), digest(&layer)] },
    });
    let manifest = json!([{
        "Config": "config.json", "RepoTags": ["name:1"], "Layers": ["1/layer.tar", "2/layer.tar"],
    }]);
    let archive = place.dir.join("image.tar");
    let saved = |layer: &str| {
        let entries = [
            (FILE, "1/layer.tar", layer),
            (LINK, "2/layer.tar", "../1/layer.tar"),
            (FILE, "config.json", &config.to_string()),
            (FILE, "manifest.json", &manifest.to_string()),
        ];
        fs::write(&archive, tar(&entries)).unwrap();
    };
    saved(str::from_utf8(&layer).unwrap());
    unpack_layout(&archive, &place.root(), Limits::default()).unwrap();
    assert_eq!(place.tree(), ["a: x"]);

    fs::remove_dir_all(place.root()).unwrap();
    saved(str::from_utf8(&tar(&[(FILE, "a", "y")])).unwrap());
    let error = unpack_layout(&archive, &place.root(), Limits::default()).unwrap_err();
    assert!(
        error.contains("1/layer.tar") && error.contains("its digest is"),
        "{error}"
    );
}

#[test]
fn what_is_no_image_is_said_to_be_none() {
    let place = Place::new();
    for (path, saying) in [
        (place.dir.clone(), "this is no image"),
        (place.dir.join("outside"), "no archive of an image"),
        (place.dir.join("missing"), "cannot read the image"),
    ] {
        let error = unpack_layout(&path, &place.root(), Limits::default()).unwrap_err();
        assert!(error.contains(saying), "{error}");
    }
    place.index(&[place.image("amd64", &[])]);
    fs::create_dir(place.root()).unwrap();
    let error = unpack_layout(&place.layout(), &place.root(), Limits::default()).unwrap_err();
    assert!(error.contains("something is there already"), "{error}");
}

#[test]
fn a_reference_is_a_kind_a_path_and_perhaps_a_tag() {
    let split = |text| split_reference(text).ok();
    let parts =
        |path: &str, tag: Option<&str>| Some((Utf8PathBuf::from(path), tag.map(str::to_owned)));
    assert_eq!(split("oci:a/b"), parts("a/b", None));
    assert_eq!(split("oci:a:b/c:name:1"), parts("a:b/c", Some("name:1")));
    assert_eq!(split("docker-archive:/x.tar:1"), parts("/x.tar", Some("1")));
    assert_eq!((split("debian:sid"), split("oci:")), (None, None));
}
