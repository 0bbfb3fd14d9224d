//! Builds in which a file is another one, and those in which an action makes another one. They must not know of flags
//! that are in every action.

use super::{BUILD, Build, Cache, ROW, Row, with};

pub const ROWS: &[Row] = &[
    Row {
        kind: "source-file",
        how: "a file is edited that one action reads, and two more through it",
        says: "data.txt",
        reaches: (1, 2),
        targets: &["//:last"],
        other: Build {
            files: &[("data.txt", "other data\n")],
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "external-file",
        how: "a file of another module (`local_path_override`) is edited",
        says: "data.txt",
        targets: &["//:read_outside"],
        other: Build {
            files: &[("outside/data.txt", "from elsewhere\n")],
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "toolchain-input",
        how: "a checked-in file is edited that an action has as a tool",
        says: "tool.txt",
        targets: &["//:read_tool"],
        other: Build {
            files: &[("tool.txt", "another tool\n")],
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "stamp",
        how: "`--embed_label` in an action that reads `ctx.info_file`",
        says: "stable-status.txt",
        targets: &["//:status"],
        one: with(&["--stamp", "--embed_label=one"]),
        other: with(&["--stamp", "--embed_label=two"]),
        ..ROW
    },
    Row {
        kind: "params-file",
        how: "a Starlark flag with two values, which goes into a file of arguments",
        says: ".params",
        targets: &["//:params"],
        one: with(&["--//:say=one"]),
        other: with(&["--//:say=two"]),
        ..ROW
    },
    Row {
        kind: "written-file",
        how: "a Starlark flag with two values, which goes into a file by `ctx.actions.write`",
        says: "file.written",
        targets: &["//:file"],
        one: with(&["--//:say=one"]),
        other: with(&["--//:say=two"]),
        ..ROW
    },
    Row {
        kind: "input",
        how: "a glob finds a file that only one checkout has",
        says: "globbed/two.txt in B alone",
        targets: &["//:read_globbed"],
        other: Build {
            files: &[("globbed/two.txt", "two\n")],
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "symlink",
        how: "a Starlark flag with two values, to which `ctx.actions.symlink` points",
        says: "-> one in A, -> two in B",
        targets: &["//:link"],
        one: with(&["--//:say=one"]),
        other: with(&["--//:say=two"]),
        ..ROW
    },
    Row {
        kind: "tree",
        how: "an action writes a random number into a file of a folder; two empty caches",
        says: "Folder of //:folder",
        reaches: (1, 1),
        targets: &["//:after_folder"],
        options: &["--ignore-misses"],
        other: Build {
            cache: Cache::OtherDisk,
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "non-reproducible",
        how: "an action writes a random number; two empty caches",
        says: "Step of //:random",
        reaches: (1, 1),
        targets: &["//:after_random"],
        options: &["--ignore-misses"],
        other: Build {
            cache: Cache::OtherDisk,
            ..BUILD
        },
        ..ROW
    },
];
