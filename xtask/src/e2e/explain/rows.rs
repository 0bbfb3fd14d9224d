//! For each cause two builds of `xtask/explain/` that differ in one thing. The sentences are those of the table in
//! docs/explain.md.

/// Two builds, and what is to be said about them.
pub struct Row {
    /// The name of the cause.
    pub kind: &'static str,
    /// How the builds differ.
    pub how: &'static str,
    /// A part of what the cause says it is.
    pub says: &'static str,
    /// How many spawns show it first, and how many it reaches through others.
    pub reaches: (u64, u64),
    /// Whether parity is not asked of what differs.
    pub parity: bool,
    /// Whether the builds fail.
    pub fails: bool,
    /// Bazel's command.
    pub command: &'static str,
    /// What is built, where a build does not say otherwise.
    pub targets: &'static [&'static str],
    /// Flags of `lre explain`.
    pub options: &'static [&'static str],
    /// The build that comes first.
    pub one: Build,
    /// The build that should have been all hits.
    pub other: Build,
}

/// One build.
pub struct Build {
    pub on: Place,
    /// With another compiler in the environment.
    pub other_environment: bool,
    pub cache: Cache,
    pub startup: &'static [&'static str],
    pub flags: &'static [&'static str],
    pub targets: Option<&'static [&'static str]>,
    /// Files that are written before.
    pub files: &'static [(&'static str, &'static str)],
    /// Files that are changed before: what is replaced by what.
    pub edits: &'static [(&'static str, &'static str, &'static str)],
}

/// Where it is run.
pub enum Place {
    A,
    B,
}

/// Which results it can take and give.
pub enum Cache {
    /// A folder that both builds of a row may share.
    Disk,
    /// A folder of its own.
    OtherDisk,
    /// The executor runs it.
    Execute,
    /// The executor's cache alone.
    Remote,
}

const BUILD: Build = Build {
    on: Place::A,
    other_environment: false,
    cache: Cache::Disk,
    startup: &[],
    flags: &[],
    targets: None,
    files: &[],
    edits: &[],
};

/// A build with `flags`.
const fn with(flags: &'static [&'static str]) -> Build {
    Build { flags, ..BUILD }
}

const ROW: Row = Row {
    kind: "",
    how: "",
    says: "",
    reaches: (1, 0),
    parity: false,
    fails: false,
    command: "build",
    targets: &[],
    options: &[],
    one: BUILD,
    other: BUILD,
};

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
