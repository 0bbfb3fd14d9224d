//! Execution logs, one by one and two compared.

use std::fs;
use std::io::Cursor;

use lre::parity::log::Reader;
use lre::parity::{self, Explanation, Options};

use super::place::{Place, parts};

/// What a compact execution log unpacks to; it is packed here, since next to nothing that is
/// changed in a packed one can be unpacked.
pub fn log_compact(data: &[u8]) -> bool {
    log(&packed(data))
}

/// A binary execution log.
pub fn log_binary(data: &[u8]) -> bool {
    log(data)
}

/// A JSON execution log.
pub fn log_json(data: &[u8]) -> bool {
    log(data)
}

/// All entries of a log, whatever its format: with `keep_going` no fault in it is an error, and no
/// entry that is given without is missing.
fn log(data: &[u8]) -> bool {
    let read = |keep_going| {
        let mut reader = Reader::new("log".into(), Cursor::new(data.to_vec()), keep_going).ok()?;
        let mut entries = 0_u64;
        let whole = loop {
            match reader.next_entry() {
                Ok(Some(_)) => entries += 1,
                Ok(None) => break true,
                Err(error) => {
                    assert!(!keep_going, "{error:#}");
                    assert!(error.to_string().contains("at byte "), "{error:#}");
                    break false;
                }
            }
        };
        Some((whole, entries, reader.into_warnings()))
    };
    let Some((whole, entries, _)) = read(false) else {
        return false;
    };
    let (_, more, warnings) = read(true).unwrap();
    assert!(
        more >= entries && whole == warnings.is_empty(),
        "{warnings:?}"
    );
    whole
}

/// Two execution logs, separated by a line of `---`: one that begins with a brace is JSON, and all
/// else is what a compact one unpacks to. Whatever is said of them names only spawns that are there.
pub fn explain(data: &[u8]) -> bool {
    let place = Place::new();
    let mut parts = parts(data);
    parts.resize(2, b"");
    let files = ["a", "b"].map(|name| place.dir.join(name));
    for (file, part) in files.iter().zip(&parts) {
        let is_json = part.starts_with(b"{");
        fs::write(file, if is_json { part.to_vec() } else { packed(part) }).unwrap();
    }
    let [a, b] = &files;
    let explained = |keep_going| {
        let options = Options {
            keep_going,
            ..Options::default()
        };
        parity::explain(a, b, &options)
    };
    if let Ok(explanation) = explained(true) {
        check(&explanation);
    }
    let Ok(explanation) = explained(false) else {
        return false;
    };
    check(&explanation);
    assert!(
        explanation.warnings.is_empty(),
        "{:?}",
        explanation.warnings
    );
    true
}

fn check(explanation: &Explanation) {
    assert!(explanation.equal <= explanation.matched);
    let named = |spawn: &u32| assert!((*spawn as usize) < explanation.spawns.len());
    for cause in &explanation.causes {
        cause.first.iter().for_each(named);
        assert!(cause.first.len() as u64 <= cause.firsts);
        assert!(cause.follower.len() as u64 <= cause.followers);
        for follower in &cause.follower {
            named(&follower.spawn);
            follower.through.iter().for_each(named);
        }
    }
    assert!(!parity::text(explanation).is_empty());
    serde_json::to_string(explanation).unwrap();
}

fn packed(data: &[u8]) -> Vec<u8> {
    zstd::encode_all(data, 1).unwrap()
}
