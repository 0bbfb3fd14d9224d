//! What belongs to a file besides its lines: bytes of another encoding, its mode, a link that leads
//! to it. All of it stays.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use crate::workspace::{DEPENDENCY, EXTENSION, IMPORT, Tree};

#[test]
fn mark_and_line_ends_stay() {
    let module = "\u{feff}module(name = \"m\")\r\n\r\nbazel_dep(name = \"a\")";
    let tree = Tree::new(&[("MODULE.bazel", module.as_bytes())]);
    tree.init();
    let added = format!("\n{DEPENDENCY}\n{EXTENSION}{}", IMPORT.trim_end()).replace('\n', "\r\n");
    assert_eq!(tree.read("MODULE.bazel"), format!("{module}{added}"));
}

#[test]
fn bytes_of_another_encoding_stay() {
    let (module, rc) = (
        b"# Stra\xdfe\nx = 1\n".as_slice(),
        b"# \xff\xfe\nbuild --x\n".as_slice(),
    );
    let tree = Tree::new(&[("MODULE.bazel", module), (".bazelrc", rc)]);
    tree.init();
    for (name, before) in [("MODULE.bazel", module), (".bazelrc", rc)] {
        let new = fs::read(tree.root.join(name)).unwrap();
        assert!(
            new.starts_with(before) && new.len() > before.len(),
            "{name}"
        );
    }
}

#[test]
fn modes_and_links_stay() {
    let tree = Tree::new(&[("MODULE.bazel", b""), ("etc/bazelrc", b"build --x\n")]);
    let target = tree.root.join("etc/bazelrc");
    symlink("etc/bazelrc", tree.root.join(".bazelrc")).unwrap();
    fs::set_permissions(&target, Permissions::from_mode(0o750)).unwrap();
    let notes = tree.init();
    assert!(tree.root.join(".bazelrc").is_symlink());
    assert!(tree.read("etc/bazelrc").starts_with("build --x\n\n# "));
    assert_eq!(fs::metadata(&target).unwrap().mode() & 0o7777, 0o750);
    assert!(
        notes.iter().any(|note| note.contains("it is a link to")),
        "{notes:?}"
    );
}

#[test]
fn what_cannot_be_written_to_is_refused_and_nothing_is_written() {
    let tree = Tree::new(&[("MODULE.bazel", b""), (".bazelrc", b"build --x\n")]);
    fs::set_permissions(tree.root.join(".bazelrc"), Permissions::from_mode(0o444)).unwrap();
    let error = lre::adopt::put(&tree.plan().unwrap().edits).unwrap_err();
    assert!(error.to_string().contains("read-only"), "{error}");
    assert_eq!(tree.read("MODULE.bazel"), "");
    assert!(!tree.root.join(".gitignore").exists());

    let tree = Tree::of("");
    symlink("nowhere", tree.root.join(".bazelrc")).unwrap();
    assert!(tree.refused().contains("leads to no file"));

    let tree = Tree::of("");
    fs::create_dir(tree.root.join(".gitignore")).unwrap();
    assert!(tree.refused().contains("this is no file"));

    let tree = Tree::new(&[("MODULE.bazel", b"\xff\xfe\x00m\x00")]);
    assert!(tree.refused().contains("NUL"));
}
