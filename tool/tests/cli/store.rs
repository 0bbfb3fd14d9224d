//! A store in a folder, with a manifest of its tools, a base as Debian's images are, and `lre worker
//! image` for them. What an image ought to be is not known here.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Output;

use camino::{Utf8Path, Utf8PathBuf};
use lre::oci::{Image, Layout};
use lre::system::Cpu;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::place::{Place, code, stderr};

pub const HASH: &str = "0123456789abcdfghijklmnpqrsvwxyz";

pub fn store_path(name: &str) -> String {
    format!("/nix/store/{HASH}-{name}")
}

/// A store in the folder `root` with a compiler, core tools and a library that both need.
pub fn fill(place: &Place, compiler: &str) {
    let file = |path: String, text: &str, mode| {
        let path = place.path.join("root").join(&path[1..]);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    };
    let tools = store_path("tools-1");
    for tool in ["bash", "sh", "env"] {
        file(format!("{tools}/bin/{tool}"), tool, 0o755);
    }
    file(format!("{}/bin/cc", store_path(compiler)), compiler, 0o700);
    file(
        format!("{}/lib/{}.so", store_path("lib-2"), "long".repeat(50)),
        "library",
        0o600,
    );
    let link = place
        .path
        .join("root")
        .join(&store_path("lib-2")[1..])
        .join("lib/lib.so");
    let _ = fs::remove_file(&link);
    symlink("anywhere", link).unwrap();
    let paths = ["tools-1", compiler, "lib-2"].map(store_path);
    place.write("closure", &(paths.join("\n") + "\n"));
    place.write("manifest.json", &manifest(compiler).to_string());
}

pub fn manifest(compiler: &str) -> Value {
    let tools = store_path("tools-1");
    let tool = |name: &str| format!("{tools}/bin/{name}");
    json!({
        "manifest_version": 1,
        "environments": { "cc": {
            "image": { "name": "registry.example:5000/lre" },
            "system": "x86_64-linux", "target": "x86_64-linux",
            "env": {
                "CC": format!("{}/bin/cc", store_path(compiler)),
                "PATH": format!("{tools}/bin"),
            },
            "shell": tool("bash"),
            "core_tools": { "bash": tool("bash"), "env": tool("env"), "sh": tool("sh") },
        } },
    })
}

pub const INPUT: [&str; 8] = [
    "worker",
    "image",
    "--env",
    "manifest.json",
    "--closure",
    "closure",
    "--store",
    "root",
];

pub fn run(place: &Place, more: &[&str]) -> Output {
    place.lre(&[&INPUT[..], more].concat())
}

#[track_caller]
pub fn make(place: &Place, more: &[&str]) {
    let output = run(place, more);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

pub fn with_image<T>(path: &Utf8Path, see: impl FnOnce(&Image) -> T) -> T {
    see(&Layout::open(path)
        .unwrap()
        .image(None, Cpu::X86_64)
        .unwrap())
}

/// The names of the blobs.
pub fn blobs(layout: &Utf8Path) -> BTreeSet<String> {
    let entries = layout.join("blobs/sha256").read_dir_utf8().unwrap();
    entries.map(|e| e.unwrap().file_name().to_owned()).collect()
}

/// A layout `base` as Debian's are, with one layer; gives its blobs that stay and its diff_ids.
pub fn debian(place: &Place) -> (BTreeSet<String>, Vec<String>) {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, text) in [
        ("usr/bin/sh", "dash"),
        ("usr/bin/dpkg", "dpkg"),
        ("etc/passwd", "daemon:x:1:1:::\n"),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o755);
        header.set_size(text.len() as u64);
        archive
            .append_data(&mut header, path, text.as_bytes())
            .unwrap();
    }
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_mode(0o777);
    header.set_size(0);
    archive.append_link(&mut header, "bin", "usr/bin").unwrap();
    let layer = archive.into_inner().unwrap();
    let layout: Utf8PathBuf = place.path.join("base");
    fs::create_dir_all(layout.join("blobs/sha256")).unwrap();
    fs::write(
        layout.join("oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    )
    .unwrap();
    let blob = |media: &str, bytes: &[u8]| {
        let hash = format!("{:x}", Sha256::digest(bytes));
        fs::write(layout.join("blobs/sha256").join(&hash), bytes).unwrap();
        json!({ "mediaType": media, "digest": format!("sha256:{hash}"), "size": bytes.len() })
    };
    let packed = blob("application/vnd.docker.image.rootfs.diff.tar", &layer);
    let stays = blobs(&layout);
    let diff_ids = vec![packed["digest"].as_str().unwrap().to_owned()];
    let config = json!({
        "architecture": "amd64", "os": "linux", "history": [{ "created_by": "debian" }],
        "config": {
            "Env": ["PATH=/usr/bin", "DEBIAN=sid", "CC=/usr/bin/cc"],
            "Healthcheck": { "Test": ["NONE"] },
        },
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    let config = blob(
        "application/vnd.docker.container.image.v1+json",
        config.to_string().as_bytes(),
    );
    let manifest = json!({ "schemaVersion": 2, "config": config, "layers": [packed] });
    let mut manifest = blob(
        "application/vnd.oci.image.manifest.v1+json",
        manifest.to_string().as_bytes(),
    );
    manifest["annotations"] = json!({ "org.opencontainers.image.ref.name": "sid" });
    let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
    fs::write(layout.join("index.json"), index.to_string()).unwrap();
    (stays, diff_ids)
}
