//! Logs that are cut off, damaged, or no logs: an error that says what, where, and what to do; and
//! with `keep_going` a report on what could be read.

use std::fs;
use std::io::{self, Read, Write};
use std::process::Command;

use camino::Utf8Path;
use lre::parity::log::Reader;
use lre::parity::{self, Kind, Options};

use crate::build::{Action, Build};
use crate::logs::{FORMATS, Format, Place, compact, explain, frames, log, spawns, zstd};

const KEEP_GOING: Options = Options {
    keep_going: true,
    ignore_misses: false,
    named: 1000,
};

fn good() -> Vec<u8> {
    log(&Build::program(2), Format::Compact)
}

/// Given a file that is no log, when it is read as one, then the message names it and says `what`.
#[track_caller]
fn refused(content: &[u8], what: &[&str]) {
    for options in [Options::default(), KEEP_GOING] {
        let refused = Place::new().explain(content, &good(), &options);
        let error = match refused {
            Err(error) => error,
            // What is recognised only inside has been read from then on.
            Ok(explanation) => explanation.warnings.join("\n"),
        };
        for part in what.iter().chain(&["a.log"]) {
            assert!(error.contains(part), "no {part:?} in: {error}");
        }
    }
}

const MEND: &str = "--execution_log_compact_file=FILE";

#[test]
fn another_kind_of_file_is_named() {
    let gzip = |bytes: &[u8]| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    let profile = br#"{"otherData":{"bazel_version":"7.7.1"},"traceEvents":[]}"#;
    let events = br#"{"id":{"started":{}},"children":[{"progress":{}}]}"#;
    // BuildEvent { id { started {} } children { progress {} } started { uuid: "1234" } }
    let binary_events = b"\x12\x0a\x02\x1a\x00\x12\x02\x12\x00\x2a\x06\x0a\x041234\x02\x0a\x00";
    refused(&gzip(profile), &["profile", "--profile", MEND]);
    refused(profile, &["profile", MEND]);
    refused(events, &["build events (--build_event_json_file)", MEND]);
    refused(
        binary_events,
        &["build events (--build_event_binary_file)", MEND],
    );
    let elf = fs::read(std::env::current_exe().unwrap()).unwrap();
    refused(&elf, &["a program", MEND]);
    refused(b"PK\x03\x04....", &["a zip archive", MEND]);
    refused(b"#!/bin/sh\necho hello\n", &["is no execution log", MEND]);
    refused(b"INFO: Build completed\n", &["is no execution log", MEND]);
    refused(b"{\"version\": 1}\n", &["no spawn", MEND]);
    refused(b"[1, 2]", &["is no execution log", MEND]);
    refused(b"{", &["is no execution log", MEND]);
    refused(b"{}", &["no spawn", MEND]);
    refused(&[0; 4096], &["is no execution log", MEND]);
    refused(&[0xff; 4096], &["is no execution log", MEND]);
}

#[test]
fn what_is_compressed_and_no_log_is_named() {
    let mut tar = tar::Builder::new(Vec::new());
    for name in ["bin/", "bin/cc"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        tar.append_data(&mut header, name, io::empty()).unwrap();
    }
    let tar = tar.into_inner().unwrap();
    refused(&zstd(&tar), &["a tar archive", MEND]);
    refused(&tar, &["a tar archive", MEND]);
    refused(&zstd(b"hello, world\n"), &["no execution log", MEND]);
    refused(&zstd(b""), &["no spawn"]);
    refused(
        &zstd(&log(&Build::program(1), Format::Json)),
        &["JSON", "zstd -d"],
    );
    refused(
        &zstd(&log(&Build::program(1), Format::Binary)),
        &["no entry of an execution log", MEND],
    );
    refused(
        b"\x28\xb5\x2f\xfdgarbage that is no frame",
        &["no execution log", MEND],
    );
}

#[test]
fn an_empty_log_is_one_of_a_bazel_that_was_killed() {
    refused(b"", &["it is empty", "killed", MEND]);
}

#[test]
fn a_build_without_spawns_says_how_to_have_some() {
    let only_invocation = log(&Build::default(), Format::Compact);
    let error = Place::new()
        .explain(&only_invocation, &good(), &Options::default())
        .unwrap_err();
    assert!(error.contains("a.log has no spawn"), "{error}");
    assert!(error.contains("bazel clean"), "{error}");
}

#[test]
fn unrelated_builds_are_said_to_be_that() {
    let mut other = Build::program(2);
    for action in &mut other.actions {
        action.label = format!("@other{}", action.label);
    }
    for (of_a, of_b) in [
        (Format::Compact, Format::Json),
        (Format::Binary, Format::Compact),
    ] {
        let logs = (log(&Build::program(2), of_a), log(&other, of_b));
        let error = Place::new().explain(&logs.0, &logs.1, &Options::default());
        let error = error.unwrap_err();
        assert!(error.contains("no spawn in common"), "{error}");
        assert!(error.contains("unrelated builds"), "{error}");
    }
}

/// Given a log that is cut off anywhere, then there is an error with an offset, or all before the cut
/// was whole; and with `keep_going` always a report.
#[test]
fn a_log_that_is_cut_off_anywhere_is_an_error_or_whole_up_to_there() {
    let place = Place::new();
    let mut build = Build::default();
    build.action(Action::compile("a", &[]));
    build.action(Action::compile("b", &["a.h"]));
    for format in FORMATS {
        let whole = log(&build, format);
        let (mut errors, mut reports) = (0, 0);
        for length in (1..whole.len()).step_by(3) {
            let cut = &whole[..length];
            match place.explain(cut, &whole, &Options::default()) {
                Err(error) => {
                    assert!(error.contains("a.log"), "{format:?} {length}: {error}");
                    let says = ["cut off", "is no execution log", "has no spawn"];
                    let known = says.iter().any(|part| error.contains(part));
                    assert!(known, "{format:?} {length}: {error}");
                    errors += 1;
                }
                Ok(explanation) => {
                    // Only between two spawns.
                    assert!(explanation.a.spawns < 2 || format == Format::Json);
                    assert_eq!(explanation.equal, explanation.a.spawns);
                    assert!(format != Format::Compact, "{length} of {}", whole.len());
                }
            }
            if let Ok(explanation) = place.explain(cut, &whole, &KEEP_GOING) {
                assert_eq!(
                    explanation.equal, explanation.a.spawns,
                    "{format:?} {length}"
                );
                reports += 1;
            }
        }
        assert!(
            errors > whole.len() / 6,
            "{format:?}: {errors} of {}",
            whole.len()
        );
        // Of so short a compact log zstd gives nothing before its end.
        assert!(reports > 0 || format == Format::Compact, "{format:?}");
    }
}

#[test]
fn what_is_whole_of_a_log_that_is_cut_off_is_reported_on() {
    for format in FORMATS {
        let whole = log(&Build::program(20), format);
        // Of a compact log, zstd gives whole blocks only: it is cut off inside.
        let cut = match format {
            Format::Compact => {
                let inner = zstd::decode_all(&whole[..]).unwrap();
                zstd(&inner[..inner.len() / 2])
            }
            _ => whole[..whole.len() / 2].to_vec(),
        };
        let place = Place::new();
        let error = place
            .explain(&whole, &cut, &Options::default())
            .unwrap_err();
        assert!(error.contains("b.log: at byte "), "{format:?}: {error}");
        assert!(error.contains("the log is cut off"), "{format:?}: {error}");
        assert!(error.contains("--keep-going"), "{format:?}: {error}");
        let explanation = place.explain(&whole, &cut, &KEEP_GOING).unwrap();
        let read = explanation.b.spawns;
        assert!((5..15).contains(&read), "{format:?}: {read}");
        assert_eq!((explanation.matched, explanation.equal), (read, read));
        let [warning] = &explanation.warnings[..] else {
            panic!("{format:?}: {:?}", explanation.warnings);
        };
        assert!(warning.contains("the log is cut off"), "{warning}");
    }
}

#[test]
fn a_spawn_that_is_damaged_is_left_out_and_the_others_are_reported_on() {
    let build = Build::program(3);
    for format in FORMATS {
        let whole = log(&build, format);
        let damaged = damage(&build, format);
        let place = Place::new();
        let error = place
            .explain(&whole, &damaged, &Options::default())
            .unwrap_err();
        assert!(error.contains("b.log: at byte "), "{format:?}: {error}");
        assert!(error.contains("the log is damaged"), "{format:?}: {error}");
        let explanation = place.explain(&whole, &damaged, &KEEP_GOING).unwrap();
        assert_eq!(explanation.warnings.len(), 1, "{:?}", explanation.warnings);
        assert_eq!(explanation.b.spawns, 3, "{format:?}");
        // The one that is missing is told as one that is in A alone, with its name.
        let only_a = explanation
            .causes
            .iter()
            .find(|cause| cause.kind == Kind::OnlyA);
        let number = only_a.expect("f1 is in A alone").first[0];
        assert_eq!(explanation.spawns[number as usize].label, "//:f1");
    }
}

/// The log of `build`, with bytes in its second spawn that are not of its format.
fn damage(build: &Build, format: Format) -> Vec<u8> {
    match format {
        Format::Json => {
            let text = String::from_utf8(log(build, format)).unwrap();
            let at = text.find("\"//:f1\"").unwrap();
            let mut text = text.into_bytes();
            // A number where a text has to be.
            text[at..at + 7].copy_from_slice(b"1234567");
            text
        }
        Format::Binary => {
            let mut messages: Vec<_> = spawns(build);
            let rest = messages.split_off(2);
            let second = messages.pop().unwrap();
            let mut bad = frames(&[second]);
            // Another wire type of the first field.
            let at = bad.iter().position(|byte| *byte == 0x0a).unwrap();
            bad[at] = 0x0f;
            [frames(&messages), bad, frames(&rest)].concat()
        }
        Format::Compact => {
            let mut entries = crate::logs::Compact::of(build);
            let found = entries.iter().position(|entry| {
                matches!(&entry.kind, Some(lre::parity::log::proto::Kind::Spawn(spawn))
                    if spawn.target_label == "//:f1")
            });
            let rest = entries.split_off(found.unwrap());
            let mut bad = frames(&rest[..1]);
            // A spawn is field 7 of an entry; behind the length, which has two bytes.
            let at = bad.iter().position(|byte| *byte == 0x3a).unwrap();
            bad[at] = 0x3f;
            zstd(&[frames(&entries), bad, frames(&rest[1..])].concat())
        }
    }
}

/// What has no end, and counts how much of it was read.
struct Endless {
    start: Vec<u8>,
    read: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.start.len().min(to.len());
        for (to, from) in to.iter_mut().zip(self.start.drain(..count)) {
            *to = from;
        }
        to[count..].fill(b'x');
        let read = to.len() as u64;
        self.read
            .fetch_add(read, std::sync::atomic::Ordering::Relaxed);
        Ok(to.len())
    }
}

#[test]
fn a_line_without_an_end_is_not_read_to_its_end() {
    let json = b"{\n  \"commandArgs\": [\"".to_vec();
    // A length of ten thousand million bytes, and one that is no length.
    let binary = b"\x80\xc8\xaf\xa0\x25\x0a\x04abcd".to_vec();
    let one = frames(&spawns(&Build::program(1)));
    let huge = [&one[..], b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"].concat();
    for (start, offset, says) in [
        (json, 0, "an object of more than"),
        (binary, 0, "an entry of 10000000000 bytes"),
        (huge, one.len(), "no length is so long"),
    ] {
        let read = std::sync::Arc::default();
        let input = Endless {
            start,
            read: std::sync::Arc::clone(&read),
        };
        let path = Utf8Path::new("endless.log");
        let mut reader = Reader::new(path, input, false).unwrap();
        let error = loop {
            match reader.next_entry() {
                Ok(entry) => assert!(entry.is_some()),
                Err(error) => break error.to_string(),
            }
        };
        assert!(error.contains(says), "{error}");
        assert!(
            error.contains(&format!("endless.log: at byte {offset}: ")),
            "{error}"
        );
        let read = read.load(std::sync::atomic::Ordering::Relaxed);
        assert!(read < 300 << 20, "{read} bytes were read");
    }
}

#[test]
fn an_entry_that_says_it_is_huge_takes_no_memory() {
    // 200 MB, which would be read, and three bytes of them.
    let log = zstd(b"\x80\x84\xaf\x5f\x0a\x01a");
    refused(&log, &["cut off", "199"]);
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let place = Place::new();
    let good = place.write("good.log", &good());
    let fifo = place.path("fifo");
    assert!(
        Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    let folder = place.path("folder");
    fs::create_dir(&folder).unwrap();
    for (path, says) in [
        (place.path("none.log").as_str(), "cannot read"),
        (folder.as_str(), "is a folder"),
        (fifo.as_str(), "is read twice"),
        ("/dev/null", "is read twice"),
    ] {
        for (a, b) in [(path, good.as_str()), (good.as_str(), path)] {
            let error = parity::explain(a.into(), b.into(), &Options::default()).unwrap_err();
            let error = format!("{error:#}");
            assert!(error.contains(says) && error.contains(path), "{error}");
        }
    }
}

#[test]
fn a_log_may_come_in_small_pieces() {
    struct Slow(io::Cursor<Vec<u8>>);
    impl Read for Slow {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let one = to.len().min(1);
            self.0.read(&mut to[..one])
        }
    }
    for format in FORMATS {
        let log = log(&Build::program(1), format);
        let path = Utf8Path::new("slow.log");
        let input = Slow(io::Cursor::new(log));
        let mut reader = Reader::new(path, input, false).unwrap();
        let mut entries = 0;
        while reader.next_entry().unwrap().is_some() {
            entries += 1;
        }
        assert!(entries > 5, "{format:?}: {entries}");
    }
}

#[test]
fn nothing_behind_the_last_spawn_is_lost_in_silence() {
    // Zeros, as a file system leaves behind after a crash, are empty entries; text is damage.
    let good = good();
    let garbage = compact(&crate::logs::Compact::of(&Build::program(2)));
    let garbage = [zstd::decode_all(&garbage[..]).unwrap(), b"\x03abc".to_vec()].concat();
    let place = Place::new();
    let error = place
        .explain(&zstd(&garbage), &good, &Options::default())
        .unwrap_err();
    assert!(error.contains("the log is damaged"), "{error}");
    // Two frames of zstd are one stream.
    let two = [zstd(&[]), good.clone()].concat();
    assert_eq!(explain(&two, &good).equal, 3);
}
