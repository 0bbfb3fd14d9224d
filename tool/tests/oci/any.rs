//! Layers of whatever entries: some are refused and some unpacked, and nothing outside of the
//! target is ever touched. What comes out is not looked at.

use lre::oci::Limits;
use proptest::prelude::*;
use tar::EntryType;

use crate::builder::{FILE, FOLDER, HARD, LINK, Place, tar};

/// A path of few names, so that entries meet each other's links and whiteouts; now and then one
/// that is refused.
fn path() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec!["a", "a", "a/outside", "a/b", "b", "a/.wh.outside"]);
    let name = prop::sample::select(vec![
        "a",
        "b",
        "..",
        ".",
        "",
        ".wh.a",
        ".wh..wh..opq",
        ".wh...",
    ]);
    let any = prop::collection::vec(name, 1..4).prop_map(|names| names.join("/"));
    prop_oneof![12 => plain.prop_map(str::to_owned), 1 => any]
}

/// Where a link may point to; OUT stands for the folder that the target is in.
fn target() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec!["OUT", "OUT/outside", "a", "b", "/a", "."]);
    let any = prop::sample::select(vec!["/", "..", "../..", "b/..", "/proc/self/root"]);
    prop_oneof![6 => plain, 1 => any].prop_map(str::to_owned)
}

fn entry() -> impl Strategy<Value = (EntryType, String, String)> {
    let text = prop::sample::select(vec!["", "written"]).prop_map(str::to_owned);
    prop_oneof![
        (Just(FILE), path(), text),
        (Just(FOLDER), path(), Just(String::new())),
        (Just(LINK), path(), target()),
        (Just(HARD), path(), target()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn nothing_outside_is_touched(
        layers in prop::collection::vec(prop::collection::vec(entry(), 0..6), 1..4),
    ) {
        let place = Place::new();
        let out = place.dir.as_str();
        let layers: Vec<Vec<u8>> = layers
            .iter()
            .map(|entries| {
                let named: Vec<_> = entries
                    .iter()
                    .map(|(kind, path, text)| (*kind, path.as_str(), text.replace("OUT", out)))
                    .collect();
                let entries: Vec<_> =
                    named.iter().map(|(kind, path, text)| (*kind, *path, text.as_str())).collect();
                tar(&entries)
            })
            .collect();
        if place.unpack(&layers, Limits::default()).is_ok() {
            std::fs::remove_dir_all(place.root()).unwrap();
        }
        place.assert_untouched();
    }
}
