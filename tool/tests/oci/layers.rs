//! Layers over layers: what hides what, and what files are like in the end. Nothing here is
//! hostile.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use lre::oci::Limits;

use crate::builder::{FILE, FOLDER, HARD, LINK, Place, tar};

#[test]
fn a_higher_layer_replaces_and_hides_what_a_lower_one_has() {
    let place = Place::new();
    let lower = tar(&[
        (FOLDER, "./", ""),
        (FOLDER, "bin/", ""),
        (FILE, "bin/old", "old"),
        (FILE, "bin/changed", "1"),
        (FOLDER, "gone/", ""),
        (FILE, "gone/with", "all"),
        (FILE, "deep/er/file", "parents are made"),
        (FOLDER, "emptied/sub/", ""),
        (FILE, "emptied/sub/lower", "x"),
        (FILE, "becomes-folder", "x"),
        (FOLDER, "becomes-file/", ""),
        (FILE, "becomes-file/x", "x"),
    ]);
    let upper = tar(&[
        (FILE, "bin/.wh.old", ""),
        (FILE, "bin/changed", "2"),
        (FILE, ".wh.gone", ""),
        // Before and after the whiteout of all, and within a folder that was there: all stay.
        (FILE, "emptied/before", "new"),
        (FILE, "emptied/sub/new", "new"),
        (FILE, "emptied/.wh..wh..opq", ""),
        (FILE, "emptied/after", "new"),
        (FOLDER, "becomes-folder/", ""),
        (FILE, "becomes-file", "file"),
        (FILE, ".wh..wh.plnk", "what AUFS keeps"),
    ]);
    place.unpack(&[lower, upper], Limits::default()).unwrap();
    assert_eq!(
        place.tree(),
        [
            "becomes-file: file",
            "becomes-folder/",
            "bin/",
            "bin/changed: 2",
            "deep/",
            "deep/er/",
            "deep/er/file: parents are made",
            "emptied/",
            "emptied/after: new",
            "emptied/before: new",
            "emptied/sub/",
            "emptied/sub/new: new",
        ]
    );
}

#[test]
fn whiteouts_hide_lower_layers_and_never_their_own() {
    let place = Place::new();
    let lower = tar(&[(FILE, "usr/lib/lower", "x"), (LINK, "lib", "usr/lib")]);
    // The folder is named by its link here, and by its own name there.
    let upper = tar(&[
        (FILE, "usr/lib/own", "own"),
        (FILE, "lib/.wh..wh..opq", ""),
        (FILE, "file", "own"),
        (FILE, ".wh.file", ""),
    ]);
    place.unpack(&[lower, upper], Limits::default()).unwrap();
    assert_eq!(
        place.tree(),
        [
            "file: own",
            "lib -> usr/lib",
            "usr/",
            "usr/lib/",
            "usr/lib/own: own"
        ]
    );
}

#[test]
fn links_are_kept_and_followed_inside_of_the_root_only() {
    let place = Place::new();
    let lower = tar(&[
        (FOLDER, "usr/bin/", ""),
        (LINK, "bin", "/usr/bin"),
        (LINK, "usr/bin/sh", "../../nix/store/bash"),
        (FILE, "usr/bin/tool", "tool"),
    ]);
    // As nix2container writes names.
    let upper = tar(&[
        (FILE, "/bin/added", "added"),
        (HARD, "usr/bin/same", "bin/tool"),
    ]);
    place.unpack(&[lower, upper], Limits::default()).unwrap();
    assert_eq!(
        place.tree(),
        [
            "bin -> /usr/bin",
            "usr/",
            "usr/bin/",
            "usr/bin/added: added",
            "usr/bin/same: tool",
            "usr/bin/sh -> ../../nix/store/bash",
            "usr/bin/tool: tool",
        ]
    );
    let number = |name: &str| place.root().join(name).metadata().unwrap().ino();
    assert_eq!(number("usr/bin/same"), number("usr/bin/tool"));
    let mode = |name: &str| {
        place
            .root()
            .join(name)
            .metadata()
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(
        (mode("usr/bin") & 0o7777, mode("usr/bin/tool") & 0o7777),
        (0o555, 0o640)
    );
}
