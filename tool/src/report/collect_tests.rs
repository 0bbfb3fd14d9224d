//! Columns of a few spawns, as the page has them.

use super::*;
use crate::parity::Follower;

const COMPILE: Ran<'static> = Ran {
    label: "//text:join",
    mnemonic: "CppCompile",
    output: "bazel-out/k8/bin/text/join.o",
    runner: "remote",
    status: "",
    hit: false,
    cacheable: true,
    remote_cacheable: true,
    start: Some(1_000_500),
    duration: Some(40),
};

fn log(page: &mut Collect, file: &str, spawns: &[Ran<'_>]) {
    page.log(file, "json");
    for spawn in spawns {
        page.spawn(spawn);
    }
}

#[test]
fn a_row_is_one_spawn_in_all_columns() {
    let mut collect = Collect::default();
    let archive = Ran {
        label: "//base:ascii",
        mnemonic: "CppArchive",
        output: "bazel-out/k8/bin/base/libascii.a",
        runner: "remote cache hit",
        hit: true,
        start: Some(1_000_000),
        ..COMPILE
    };

    log(&mut collect, "b.log", &[COMPILE, archive]);
    let page = collect.page();

    assert_eq!(page.labels, ["//base:ascii", "//text:join"]);
    assert_eq!(
        page.folders,
        ["bazel-out/k8/bin/base", "bazel-out/k8/bin/text"]
    );
    let log = &page.logs[0];
    assert_eq!((log.spawns, log.shared, log.hits), (2, 2, 1));
    assert_eq!(log.began, Some(1_000_000));
    let columns = &log.columns;
    assert_eq!(columns.label, [1, 0]);
    assert_eq!(columns.mnemonic, [1, 0]);
    assert_eq!(columns.folder, [1, 0]);
    assert_eq!(columns.name, ["join.o", "libascii.a"]);
    assert_eq!(columns.state, [State::Miss as u8, State::Hit as u8]);
    assert_eq!(columns.start, [Some(500), Some(0)]);
    assert_eq!(columns.duration, [Some(40), Some(40)]);
}

#[test]
fn only_shared_spawns_are_hits_or_misses() {
    let states = |cacheable, remote_cacheable| {
        [true, false].map(|hit| {
            Ran {
                hit,
                cacheable,
                remote_cacheable,
                ..COMPILE
            }
            .state()
        })
    };

    assert_eq!(states(true, true), [State::Hit, State::Miss]);
    assert_eq!(states(true, false), [State::LocalOnly; 2]);
    assert_eq!(states(false, true), [State::Uncacheable; 2]);
    assert_eq!(states(false, false), [State::Uncacheable; 2]);
}

#[test]
fn a_log_without_times_has_none() {
    let mut collect = Collect::default();
    let untimed = Ran {
        start: None,
        duration: None,
        ..COMPILE
    };

    log(&mut collect, "b.log", &[untimed]);
    let page = collect.page();

    assert_eq!(page.logs[0].began, None);
    assert_eq!(page.logs[0].columns.start, [None]);
    assert_eq!(page.logs[0].columns.duration, [None]);
}

#[test]
fn a_cause_is_at_the_rows_of_its_spawns_in_both_logs() {
    let mut collect = Collect::default();
    let link = Ran {
        mnemonic: "CppLink",
        output: "bazel-out/k8/bin/text/join",
        ..COMPILE
    };
    log(&mut collect, "a.log", &[COMPILE, link]);
    log(&mut collect, "b.log", &[link, COMPILE]);
    let compile = collect.named((COMPILE.label, COMPILE.mnemonic, COMPILE.output), None);
    let link = collect.named((link.label, link.mnemonic, link.output), None);

    collect.cause(Cause {
        first: compile.into_iter().collect(),
        ..Cause::default()
    });
    collect.cause(Cause {
        follower: vec![Follower {
            spawn: link.unwrap(),
            through: compile,
            path: COMPILE.output.to_owned(),
        }],
        ..Cause::default()
    });
    let page = collect.page();

    assert_eq!(page.names, [[Some(0), Some(1)], [Some(1), Some(0)]]);
    assert_eq!(page.logs[0].columns.cause, [Some(0), Some(1)]);
    assert_eq!(page.logs[1].columns.cause, [Some(1), Some(0)]);
}

#[test]
fn a_spawn_that_no_log_has_is_not_named() {
    let mut collect = Collect::default();
    log(&mut collect, "a.log", &[COMPILE]);

    assert_eq!(
        collect.named(("//:other", COMPILE.mnemonic, COMPILE.output), None),
        None
    );
}

#[test]
fn the_rest_of_a_state_is_one_cause() {
    let mut collect = Collect::default();
    let other = Ran {
        label: "//text:pad",
        ..COMPILE
    };
    log(
        &mut collect,
        "b.log",
        &[COMPILE, other, Ran { hit: true, ..other }],
    );
    let name = collect.named((other.label, other.mnemonic, other.output), None);
    collect.cause(Cause {
        first: name.into_iter().collect(),
        ..Cause::default()
    });

    collect.rest(State::Miss, Cause::default());
    collect.rest(State::Uncacheable, Cause::default());
    let page = collect.page();

    assert_eq!(page.causes.len(), 2);
    assert_eq!(page.causes[1].firsts, 1);
    assert_eq!(page.logs[0].columns.cause, [Some(1), Some(0), None]);
}

#[test]
fn of_spawns_with_one_name_that_at_the_row_is_meant() {
    let mut collect = Collect::default();
    log(&mut collect, "a.log", &[COMPILE]);
    log(&mut collect, "b.log", &[COMPILE, COMPILE]);

    let name = collect.named((COMPILE.label, COMPILE.mnemonic, ""), Some(1));
    let page = collect.page();

    assert_eq!(name, Some(0));
    assert_eq!(page.names, [[Some(0), Some(1)]]);
}
