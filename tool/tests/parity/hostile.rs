//! Logs that nobody's Bazel wrote: they may be refused, and must neither crash the helper nor keep it
//! busy, fill its memory or reach a terminal.

use lre::parity::log::proto::{
    Directory, Entry, File, InputSet, Kind as Entity, Output, RunfilesTree, Spawn, SymlinkAction,
    SymlinkEntrySet,
};
use lre::parity::{self, Explanation, Options};

use crate::build::{Action, Build};
use crate::logs::{Format, Place, compact, compare, explain, log};

fn entry(id: u32, kind: Entity) -> Entry {
    let kind = Some(kind);
    Entry { id, kind }
}

fn file(id: u32, path: &str, hash: &str) -> Entry {
    let digest = lre::parity::log::proto::Digest {
        hash: hash.to_owned(),
        size_bytes: 1,
        ..Default::default()
    };
    let file = File {
        path: path.to_owned(),
        digest: Some(digest),
    };
    entry(id, Entity::File(file))
}

fn set(id: u32, files: &[u32], sets: &[u32]) -> Entry {
    let set = InputSet {
        input_ids: files.to_vec(),
        transitive_set_ids: sets.to_vec(),
        ..InputSet::default()
    };
    entry(id, Entity::InputSet(set))
}

/// A spawn that reads the set `inputs` and makes `output`.
fn spawn(label: &str, digest: &str, inputs: u32, output: u32) -> Entry {
    let digest = lre::parity::log::proto::Digest {
        hash: digest.to_owned(),
        ..Default::default()
    };
    let spawn = Spawn {
        target_label: label.to_owned(),
        mnemonic: "Genrule".to_owned(),
        input_set_id: inputs,
        outputs: vec![Output {
            output_id: output,
            ..Output::default()
        }],
        cacheable: true,
        remote_cacheable: true,
        digest: Some(digest),
        ..Spawn::default()
    };
    entry(0, Entity::Spawn(Box::new(spawn)))
}

fn out(id: u32) -> Entry {
    file(id, &format!("bazel-out/k8/bin/{id}"), "1")
}

/// Without `keep_going` an error that says `what`; with it a report.
#[track_caller]
fn refused(entries: &[Entry], what: &str) -> Explanation {
    let place = Place::new();
    let log = compact(entries);
    let error = place.explain(&log, &log, &Options::default()).unwrap_err();
    assert!(error.contains(what), "{error}");
    let options = Options {
        keep_going: true,
        ..Options::default()
    };
    let explanation = place.explain(&log, &log, &options).unwrap();
    assert!(explanation.warnings.iter().any(|line| line.contains(what)));
    explanation
}

#[test]
fn numbers_that_lead_nowhere_forward_or_to_two_entries_are_refused() {
    let missing = "which is not before it";
    let last = [out(8), spawn("//:b", "1", 0, 8)];
    let with = |entries: &[Entry]| [entries, &last[..]].concat();
    // Forward, to itself, to the largest number, to none.
    refused(&with(&[set(1, &[2], &[]), file(2, "a", "1")]), missing);
    refused(&with(&[set(1, &[], &[1])]), missing);
    refused(&with(&[set(1, &[u32::MAX], &[])]), missing);
    refused(&with(&[set(1, &[0], &[])]), missing);
    refused(&with(&[out(1), spawn("//:a", "1", 7, 1)]), missing);
    refused(&with(&[spawn("//:a", "1", 0, 7)]), missing);
    let tree = RunfilesTree {
        symlinks_id: 5,
        ..RunfilesTree::default()
    };
    refused(
        &with(&[entry(1, Entity::RunfilesTree(Box::new(tree)))]),
        missing,
    );
    let links = SymlinkEntrySet {
        direct_entries: [("a".to_owned(), 5)].into(),
        transitive_set_ids: vec![6],
    };
    refused(&with(&[entry(1, Entity::SymlinkEntrySet(links))]), missing);

    // A second entry of a number must not become what a set before it holds, nor hold itself.
    let twice = [
        file(1, "a", "1"),
        file(1, "b", "1"),
        set(2, &[1], &[]),
        set(3, &[], &[2]),
    ];
    let reading = [out(4), spawn("//:a", "1", 3, 4)];
    let explanation = refused(&with(&[&twice[..], &reading].concat()), "the number 1");
    assert_eq!((explanation.equal, explanation.a.spawns), (2, 2));
}

#[test]
fn large_numbers_are_numbers_as_any() {
    let log = |content: &str| {
        compact(&[
            file(u32::MAX, "a", content),
            set(u32::MAX - 1, &[u32::MAX], &[]),
            out(1 << 31),
            spawn("//:a", content, u32::MAX - 1, 1 << 31),
        ])
    };
    let explanation = explain(&log("1"), &log("2"));
    assert_eq!(explanation.causes[0].subject, "a");
}

#[test]
fn far_apart_numbers_take_no_memory_for_what_is_between() {
    // Each a million behind the other: a table of all numbers would have some thousand million.
    let entries: Vec<_> = (1..4000)
        .map(|n| file(n << 20, &n.to_string(), "1"))
        .collect();
    let numbers: Vec<_> = (1..4000).map(|n| n << 20).collect();
    let last = [set(1, &numbers, &[]), out(2), spawn("//:a", "1", 1, 2)];
    let log = compact(&[&entries[..], &last].concat());
    assert_eq!(explain(&log, &log).equal, 1);
    assert!(peak_memory() < 1 << 30, "{} bytes", peak_memory());
}

/// The most memory that this process had at any time (`VmHWM`).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    kilobytes.unwrap().parse::<u64>().unwrap() * 1024
}

/// Sets of which each holds the one before it `times` times, and a spawn that reads the last.
fn chain(count: u32, times: usize, content: &str) -> Vec<Entry> {
    let mut entries = vec![file(1, "a", content), set(2, &[1], &[])];
    entries.extend((3..count).map(|id| set(id, &[], &vec![id - 1; times])));
    entries.push(out(count));
    entries.push(spawn("//:a", content, count - 1, count));
    entries
}

#[test]
fn a_chain_of_a_million_sets_is_no_deep_recursion() {
    let logs = ["1", "2"].map(|content| compact(&chain(1_000_000, 1, content)));
    let explanation = explain(&logs[0], &logs[1]);
    assert_eq!(explanation.causes.len(), 1);
    assert_eq!(explanation.causes[0].subject, "a");
}

#[test]
fn sets_that_double_at_each_level_are_walked_once() {
    // 2^64 ways lead to the file.
    let logs = ["1", "2"].map(|content| compact(&chain(67, 2, content)));
    let explanation = explain(&logs[0], &logs[1]);
    assert_eq!(explanation.causes[0].subject, "a");
    assert_eq!(explanation.causes[0].firsts, 1);
}

#[test]
fn rings_of_links_have_an_end() {
    let link = |from: u32, to: u32| {
        let path = |number: u32| format!("bazel-out/k8/bin/link{number}");
        let action = SymlinkAction {
            input_path: path(to),
            output_path: path(from),
        };
        entry(0, Entity::SymlinkAction(action))
    };
    let log = |content: &str| {
        let mut entries: Vec<_> = (0..100).map(|n| link(n, (n + 1) % 100)).collect();
        entries.push(link(100, 100));
        for (id, name) in [(1, "link0"), (2, "link50"), (3, "link100")] {
            entries.push(file(id, &format!("bazel-out/k8/bin/{name}"), content));
        }
        entries.extend([
            set(4, &[1, 2, 3], &[]),
            out(5),
            spawn("//:a", content, 4, 5),
        ]);
        compact(&entries)
    };
    let explanation = explain(&log("1"), &log("2"));
    assert!(!explanation.is_parity());
}

#[test]
fn many_spawns_of_one_name_are_told_apart_in_time_that_grows_with_them() {
    let log = |digest: &str| {
        let mut entries = vec![out(1)];
        entries.extend((0..200_000).map(|n| spawn("//:a", &format!("{digest}{n}"), 0, 1)));
        compact(&entries)
    };
    let explanation = explain(&log("1"), &log("1"));
    assert_eq!(explanation.equal, 200_000);
}

#[test]
fn many_outputs_that_are_not_there_are_found_missing_in_time_that_grows_with_them() {
    let many = |prefix: &str| -> Vec<String> {
        (0..100_000)
            .map(|n| format!("bazel-out/k8/bin/{prefix}{n}"))
            .collect()
    };
    let mut spawn = crate::logs::spawns(&Build::program(1)).remove(0);
    spawn.listed_outputs = many("listed");
    let made = many("made").into_iter();
    spawn.actual_outputs = made
        .map(|path| lre::parity::log::proto::ExecFile {
            path,
            ..Default::default()
        })
        .collect();
    let log = crate::logs::frames(&[spawn]);
    assert_eq!(explain(&log, &log).equal, 1);
}

#[test]
fn what_a_log_says_cannot_move_a_terminals_cursor() {
    let build = |content: &str| {
        let mut build = Build::default();
        let evil = "a\u{1b}[2J\u{1b}]0;title\u{7}\r\n\u{9b}31m\u{202e}.cc";
        build.source(evil, content);
        let label = "//:\u{1b}[31mred";
        let mut action = Action::new("Gen\u{8}\u{8}", label, &[evil], "bazel-out/\u{1b}c");
        action.set("X\u{1b}[0m", content);
        build.action(action);
        build
    };
    let text = parity::text(&compare(&build("1"), &build("2")));
    assert!(text.contains("//:"), "{text}");
    let control = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(control), "{text:?}");
}

#[test]
fn words_that_are_no_utf_8_are_compared_as_bytes_and_shown_somehow() {
    let build = |word: &[u8]| {
        let mut build = Build::program(1);
        build.of("//:f0").args.push(word.to_vec());
        build
    };
    let explanation = compare(&build(b"-D\xff\xfe"), &build(b"-D\xff\xfd"));
    // To a reader the two are the same text, and yet they differ.
    assert!(!explanation.is_parity());
    assert_eq!(explanation.causes[0].firsts, 1);
    let equal = compare(&build(b"\xff"), &build(b"\xff"));
    assert!(equal.is_parity());
}

#[test]
fn entries_that_say_nothing_are_passed_over() {
    let mut entries = vec![Entry::default(); 10];
    entries.push(entry(7, Entity::Directory(Directory::default())));
    entries.extend([out(8), spawn("", "", 0, 8), spawn("", "", 0, 0)]);
    let log = compact(&entries);
    assert_eq!(explain(&log, &log).matched, 2);
}

#[test]
fn a_bomb_is_unpacked_piece_by_piece() {
    // Some kilobytes that unpack to 256 megabytes of entries, all of a field that nobody knows (15).
    let entry = [&b"\x84\x80\x40\x7a\x80\x80\x40"[..], &[0; 1 << 20]].concat();
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).unwrap();
    for _ in 0..256 {
        std::io::Write::write_all(&mut bomb, &entry).unwrap();
    }
    let log = log(&Build::program(1), Format::Compact);
    let log = [log, bomb.finish().unwrap()].concat();
    assert_eq!(explain(&log, &log).equal, 2);
    assert!(peak_memory() < 1 << 30, "{} bytes", peak_memory());
}
