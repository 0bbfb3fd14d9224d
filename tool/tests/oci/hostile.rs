//! Images that are out to do harm, or broken: each is refused with its place, and leaves nothing.

use std::fs;

use lre::oci::Limits;
use tar::EntryType;

use crate::builder::{Entry, FILE, FOLDER, HARD, LINK, Place, digest, gzip, tar, unpack_layout};

/// Given layers of which the last is refused, then its entry is named, and nothing is left.
#[track_caller]
fn refused(layers: &[&[Entry]], saying: &[&str]) {
    let place = Place::new();
    let layers: Vec<Vec<u8>> = layers.iter().map(|entries| tar(entries)).collect();
    let error = place.unpack(&layers, Limits::default()).unwrap_err();
    for part in saying {
        assert!(error.contains(part), "no {part:?} in: {error}");
    }
    place.assert_untouched();
}

#[test]
fn paths_that_lead_out_are_refused() {
    refused(
        &[&[(FILE, "a/../../outside", "x")]],
        &["the entry \"a/../../outside\"", "'..'"],
    );
    refused(&[&[(FILE, "..", "x")]], &["the entry \"..\""]);
    refused(
        &[&[(FILE, "a/.wh...", "")]],
        &["the entry \"a/.wh...\"", "whiteout"],
    );
    refused(&[&[(FILE, ".wh..", "")]], &["whiteout"]);
    refused(
        &[&[(HARD, "a", "../outside")]],
        &["the entry \"a\"", "hard link to \"../outside\""],
    );
    refused(
        &[&[(HARD, "a", "/etc/passwd")]],
        &["hard link to \"/etc/passwd\"", "absolute"],
    );
    refused(
        &[&[(LINK, "a/b", "../../outside")]],
        &["the entry \"a/b\"", "above the root"],
    );
    refused(&[&[(LINK, "a", "/../outside")]], &["above the root"]);
    refused(&[&[(LINK, "a", "")]], &["points to nothing"]);
}

#[test]
fn an_absolute_path_is_below_the_root_and_nowhere_else() {
    let place = Place::new();
    let outside = place.dir.join("outside");
    let name = outside.as_str();
    place
        .unpack(&[tar(&[(FILE, name, "inside")])], Limits::default())
        .unwrap();
    assert_eq!(fs::read_to_string(&outside).unwrap(), "untouched");
    let inside = place.root().join(&name[1..]);
    assert_eq!(fs::read_to_string(inside).unwrap(), "inside");
}

#[test]
fn nothing_is_written_through_a_link_that_leads_out() {
    // Of the same layer or of a lower one, to a folder or to a file, up or down.
    let place = Place::new();
    let out = place.dir.as_str().to_owned();
    let through = tar(&[(LINK, "link", &out), (FILE, "link/outside", "written")]);
    let error = place.unpack(&[through], Limits::default()).unwrap_err();
    assert!(error.contains("the entry \"link/outside\""), "{error}");
    place.assert_untouched();

    let lower = tar(&[(LINK, "link", &out)]);
    let upper = tar(&[(FILE, "link/outside", "written")]);
    place
        .unpack(&[lower.clone(), upper], Limits::default())
        .unwrap_err();
    let hidden = tar(&[(FILE, "link/.wh.outside", "")]);
    place
        .unpack(&[lower.clone(), hidden], Limits::default())
        .unwrap_err();
    let all = tar(&[(FILE, "link/.wh..wh..opq", "")]);
    place.unpack(&[lower, all], Limits::default()).unwrap_err();
    place.assert_untouched();

    // A file takes the place of a link, and does not write to what it points to.
    let file = format!("{out}/outside");
    let over = tar(&[(LINK, "link", &file), (FILE, "link", "written")]);
    place.unpack(&[over], Limits::default()).unwrap();
    assert_eq!(place.tree(), ["link: written"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "untouched");
}

#[test]
fn what_is_no_file_is_refused() {
    for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo] {
        refused(
            &[&[(kind, "dev/null", "")]],
            &["the entry \"dev/null\"", "device"],
        );
    }
    refused(
        &[&[(EntryType::new(b'V'), "label", "")]],
        &["the entry \"label\""],
    );
    refused(&[&[(HARD, "a", "missing")]], &["not there"]);
    refused(&[&[(FOLDER, "a/", "")], &[(HARD, "b", "a")]], &["a folder"]);
    refused(
        &[&[(FILE, "a", "")], &[(FILE, "a/b", "")]],
        &["the entry \"a/b\"", "no folder"],
    );
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let place = Place::new();
    let big = "x".repeat(1 << 20);
    let limits = Limits {
        bytes: 100_000,
        ..Limits::default()
    };
    let error = place
        .unpack(&[tar(&[(FILE, "big", &big)])], limits)
        .unwrap_err();
    assert!(error.contains("--max-unpacked-size"), "{error}");
    place.assert_untouched();

    let many: Vec<Entry> = (0..20).map(|_| (FOLDER, "again/", "")).collect();
    let limits = Limits {
        entries: 10,
        ..Limits::default()
    };
    let error = place.unpack(&[tar(&many)], limits).unwrap_err();
    assert!(error.contains("more than 10 entries"), "{error}");

    // A name is kept in memory, so it has a limit of its own.
    let name = "n".repeat(4 << 20);
    let long = tar(&[
        (EntryType::GNULongName, "././@LongLink", &name),
        (FILE, "n", ""),
    ]);
    let error = place.unpack(&[long], Limits::default()).unwrap_err();
    assert!(error.contains("longer than any image needs"), "{error}");
    place.assert_untouched();
}

#[test]
fn a_blob_that_is_not_what_it_should_be_is_refused() {
    let layer = gzip(&tar(&[(FILE, "a", "text")]));
    // The time in the head of gzip: what is unpacked is the same.
    let mut other = layer.clone();
    other[4] = 1;
    for (wrong, saying) in [
        (other, "its digest is"),
        (layer[..layer.len() - 10].to_vec(), "it ends after"),
        ([&layer[..], b"more"].concat(), "it is longer than"),
    ] {
        let place = Place::new();
        place.index(&[place.image("amd64", &[tar(&[(FILE, "a", "text")])])]);
        let blob = format!("blobs/sha256/{}", &digest(&layer)[7..]);
        let path = place.layout().join(&blob);
        assert!(path.exists());
        fs::write(&path, &wrong).unwrap();
        let error = unpack_layout(&place.layout(), &place.root(), Limits::default()).unwrap_err();
        assert!(error.contains(&blob), "{error}");
        assert!(error.contains(saying), "no {saying:?} in: {error}");
        place.assert_untouched();
    }
}

#[test]
fn a_layer_that_is_another_than_the_configuration_says_is_refused() {
    let place = Place::new();
    let (said, there) = (tar(&[(FILE, "a", "1")]), tar(&[(FILE, "a", "2")]));
    let manifest = place.image("amd64", &[said]);
    let path = place
        .layout()
        .join("blobs/sha256")
        .join(&manifest["digest"].as_str().unwrap()[7..]);
    let mut document: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    document["layers"][0] = place.blob("layer.v1.tar", &there);
    place.index(&[place.blob("manifest.v1+json", document.to_string().as_bytes())]);
    let error = unpack_layout(&place.layout(), &place.root(), Limits::default()).unwrap_err();
    assert!(error.contains("(unpacked): its digest"), "{error}");
    place.assert_untouched();
}

#[test]
fn a_layout_whose_files_are_elsewhere_is_refused() {
    let place = Place::new();
    fs::write(place.dir.join("index.json"), "{}").unwrap();
    std::os::unix::fs::symlink("../index.json", place.layout().join("index.json")).unwrap();
    let error = unpack_layout(&place.layout(), &place.root(), Limits::default()).unwrap_err();
    assert!(error.contains("cannot read index.json"), "{error}");
}
