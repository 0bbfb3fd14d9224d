//! Builds whose actions differ by themselves: in arguments, variables, properties. They must not know what is read.

use super::{BUILD, Build, Cache, Place, ROW, Row, with};

pub const ROWS: &[Row] = &[
    Row {
        kind: "variable",
        how: "`--noincompatible_strict_action_env` on two machines, one of which sets `LD_LIBRARY_PATH`",
        says: "LD_LIBRARY_PATH: /srv/people/bob/lib in B alone",
        reaches: (3, 0),
        targets: &["//:last"],
        one: Build {
            cache: Cache::Execute,
            ..with(&["--noincompatible_strict_action_env"])
        },
        other: Build {
            on: Place::B,
            cache: Cache::Remote,
            ..with(&["--noincompatible_strict_action_env"])
        },
        ..ROW
    },
    Row {
        kind: "test-env",
        how: "`--test_env=WHO=ada` and `--test_env=WHO=bob`",
        says: "WHO: ada in A, bob in B",
        command: "test",
        targets: &["//:check_test"],
        one: with(&["--test_env=WHO=ada"]),
        other: with(&["--test_env=WHO=bob"]),
        ..ROW
    },
    Row {
        kind: "test-xml",
        how: "`--experimental_split_xml_generation`, and a test that takes longer in one build; two empty caches",
        says: "the time that it took",
        command: "test",
        targets: &["//:check_test"],
        options: &["--ignore-misses"],
        one: Build {
            files: &[("slow", "")],
            ..with(&["--experimental_split_xml_generation"])
        },
        other: Build {
            cache: Cache::OtherDisk,
            ..with(&["--experimental_split_xml_generation"])
        },
        ..ROW
    },
    Row {
        kind: "compiler",
        how: "dev shells of two environments with different compilers",
        says: "lre-lab-cc: of the same name and version, but built differently",
        reaches: (3, 0),
        targets: &["//:lib"],
        other: Build {
            other_environment: true,
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "store-path",
        how: "`--copt=-D…` with two versions of a store path",
        says: "zlib: version 1.3.1 in A, 1.3.2 in B",
        targets: &["//:lib"],
        one: with(&["--copt=-DZLIB=/nix/store/4nlzqzjjkjzwzh9xcbk4qyrbsbnk2f8v-zlib-1.3.1/lib"]),
        other: with(&["--copt=-DZLIB=/nix/store/c8q0j1sh1kwqmf2dfvvyzmp8yjhnkc3m-zlib-1.3.2/lib"]),
        ..ROW
    },
    Row {
        kind: "flag",
        how: "a Starlark flag with two values, which goes into an argument",
        says: "--say=one in A, --say=two in B",
        reaches: (1, 1),
        targets: &["//:after_argument"],
        one: with(&["--//:say=one"]),
        other: with(&["--//:say=two"]),
        ..ROW
    },
    Row {
        kind: "absolute-path",
        how: "`--copt=-D…` with a folder of two users' homes",
        says: "-DDATA=/home/ada/data in A, -DDATA=/home/bob/data in B",
        targets: &["//:lib"],
        one: with(&["--copt=-DDATA=/home/ada/data"]),
        other: with(&["--copt=-DDATA=/home/bob/data"]),
        ..ROW
    },
    Row {
        kind: "configuration",
        how: "`--compilation_mode=fastbuild` and `opt`",
        says: "k8-fastbuild in A, k8-opt in B",
        reaches: (3, 0),
        targets: &["//:last"],
        other: with(&["--compilation_mode=opt"]),
        ..ROW
    },
    Row {
        kind: "property",
        how: "a target's `exec_properties` are edited",
        says: "Pool: small in A, large in B",
        targets: &["//:read"],
        one: Build {
            edits: &[(
                "BUILD.bazel",
                "name = \"read\",",
                "name = \"read\", exec_properties = {\"Pool\": \"small\"},",
            )],
            ..BUILD
        },
        other: Build {
            edits: &[(
                "BUILD.bazel",
                "name = \"read\",",
                "name = \"read\", exec_properties = {\"Pool\": \"large\"},",
            )],
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "timeout",
        how: "`--test_timeout=60` and `--test_timeout=120`",
        says: "time limit: 60 s in A, 120 s in B",
        command: "test",
        targets: &["//:check_test"],
        one: with(&["--test_timeout=60"]),
        other: with(&["--test_timeout=120"]),
        ..ROW
    },
    Row {
        kind: "outputs",
        how: "a rule declares one output more",
        says: "1 outputs in A, 2 in B",
        targets: &["//:outputs"],
        other: with(&["--//:say=more"]),
        ..ROW
    },
    Row {
        kind: "hash-function",
        how: "`--digest_function=sha256` and `blake3`",
        says: "digests: SHA-256 in A, BLAKE3 in B",
        reaches: (3, 0),
        targets: &["//:last"],
        other: Build {
            startup: &["--digest_function=blake3"],
            ..BUILD
        },
        ..ROW
    },
    Row {
        kind: "tool",
        how: "`--host_copt` differs, and an action calls a `cc_binary`",
        says: "-DTOOL=1 in A, -DTOOL=2 in B",
        reaches: (1, 2),
        targets: &["//:tooled"],
        one: with(&["--host_copt=-DTOOL=1"]),
        other: with(&["--host_copt=-DTOOL=2"]),
        ..ROW
    },
    Row {
        kind: "unknown",
        how: "`--experimental_remote_scrubbing_config` with a salt in one build alone",
        says: "the action digest",
        targets: &["//:read"],
        other: Build {
            files: &[("scrub.txt", "rules { transform { salt: \"another\" } }\n")],
            ..with(&["--experimental_remote_scrubbing_config=scrub.txt"])
        },
        ..ROW
    },
];
