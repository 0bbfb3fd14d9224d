//! Builds that are equal, or have nothing to compare, and miss for it. They must not differ in what an action is.

use super::{BUILD, Build, Cache, ROW, Row, with};

pub const ROWS: &[Row] = &[
    Row {
        kind: "uncacheable",
        how: "a target with the tag `no-cache`",
        says: "may not be cached at all",
        parity: true,
        targets: &["//:tagged"],
        ..ROW
    },
    Row {
        kind: "local-strategy",
        how: "`--strategy=Step=sandboxed` in the build that was to fill the executor's cache",
        says: "sandbox in A",
        targets: &["//:read"],
        one: Build {
            cache: Cache::Execute,
            ..with(&["--strategy=Step=sandboxed"])
        },
        other: Build {
            cache: Cache::Remote,
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "cache-lost",
        how: "the second build asks another, empty cache",
        says: "in A, then",
        reaches: (3, 0),
        targets: &["//:last"],
        one: Build {
            cache: Cache::Execute,
            ..BUILD
        },
        other: Build {
            cache: Cache::OtherDisk,
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "failed",
        how: "an action that fails in both builds",
        says: "NON_ZERO_EXIT",
        fails: true,
        targets: &["//:failing"],
        ..ROW
    },
    Row {
        kind: "only-a",
        how: "the second build leaves a target out",
        says: "not in B",
        targets: &["//:read", "//:argument"],
        other: Build {
            targets: Some(&["//:read"]),
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "only-b",
        how: "the first build leaves a target out",
        says: "not in A",
        targets: &["//:read", "//:argument"],
        one: Build {
            targets: Some(&["//:read"]),
            ..BUILD
        },
        ..ROW
    },
];
