//! `.bazelrc.lre`: there, current, imported, ignored, not undone.

use std::fs;

use crate::place::code;
use crate::setup::{IMPORT, Setup};

#[test]
fn where_nothing_is_wrong_each_check_is_one_line() {
    let setup = Setup::new();
    setup.doctor(&[]).assert_only(&[]);
    insta::assert_snapshot!(setup.text(&[]));
}

#[test]
fn the_documentation_has_every_check() {
    let setup = Setup::new();
    let image = setup.doctor(&[
        "--image=nowhere",
        "--remote_executor=grpc://x",
        "--bazel=/nowhere",
    ]);
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/doctor.md");
    let docs = fs::read_to_string(docs).unwrap();
    for check in image.report["checks"].as_array().unwrap() {
        let name = check["name"].as_str().unwrap();
        assert!(docs.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn where_all_is_wrong_each_check_names_its_mend() {
    let setup = Setup::new();
    for file in [
        "work/.bazelrc",
        "work/.bazelrc.lre",
        "work/.gitignore",
        "work/MODULE.bazel",
        "bin/nix",
        "bin/bazel",
    ] {
        fs::remove_file(setup.path(file)).unwrap();
    }
    // Without a MODULE.bazel the workspace is the git repository.
    insta::assert_snapshot!(setup.text(&[]));
}

#[test]
fn a_file_of_somebody_else_is_told_from_ours() {
    let setup = Setup::new();
    setup.write("work/.bazelrc.lre", "build --mine\n");
    let said = setup.doctor(&[]);
    said.assert(
        "rc-file",
        "wrong",
        &["was not written by lre", "move it away"],
    );
}

#[test]
fn a_file_that_is_not_what_would_be_written_now_is_stale() {
    let setup = Setup::new();
    let text = setup.place.read("work/.bazelrc.lre");
    let state = |text: &str, words: &[&str]| {
        setup.write("work/.bazelrc.lre", text);
        let said = setup.doctor(&[]);
        said.assert("rc-current", "wrong", words);
    };
    let command = "lre bazelrc --env";
    state(
        &text.replace("LRE_VERSION=0.1.0", "LRE_VERSION=0.0.9"),
        &["written by 0.0.9", command],
    );
    state(
        &text.replace("--incompatible_strict", "--noincompatible_strict"),
        &["line ", "by hand", command],
    );
    state(&format!("{text}build:lre --more\n"), &["it has ", command]);
    setup.enter();
    setup.write("manifest.json", &setup.manifest("two"));
    setup
        .doctor(&[])
        .assert("rc-current", "wrong", &["it was written for", command]);
    setup.write("manifest.json", "{");
    setup
        .doctor(&[])
        .assert("rc-current", "wrong", &["manifest.json", "cannot be read"]);
    fs::remove_file(setup.path("manifest.json")).unwrap();
    setup
        .doctor(&[])
        .assert("rc-current", "wrong", &["manifest.json"]);
}

#[test]
fn an_import_counts_wherever_bazel_finds_it() {
    let setup = Setup::new();
    setup.write("work/.bazelrc", "# try-import %workspace%/.bazelrc.lre\n");
    setup
        .doctor(&[])
        .assert("rc-imported", "wrong", &["does not import", "--fix"]);
    setup.write("home/.bazelrc", IMPORT);
    setup
        .doctor(&[])
        .assert("rc-imported", "ok", &["--config=lre"]);
    setup.write("work/.bazelrc", &format!("{IMPORT}common --config=lre\n"));
    setup
        .doctor(&[])
        .assert("rc-imported", "ok", &["in every build"]);
    setup.write("work/.bazelrc", "import %workspace%/nowhere\n");
    setup
        .doctor(&[])
        .assert("rc-imported", "wrong", &["work/.bazelrc:1: imports"]);
}

#[test]
fn a_flag_that_is_read_later_undoes_one_of_ours() {
    let setup = Setup::new();
    let with = |lines: &str| {
        setup.write(
            "work/.bazelrc",
            &format!("{IMPORT}common --config=lre\n{lines}"),
        );
        setup.doctor(&[])
    };
    let here = "work/.bazelrc:3: ";
    for line in [
        "build --noincompatible_strict_action_env",
        "build --incompatible_strict_action_env=0",
        "build --noexperimental_strict_action_env",
        "test --action_env=PATH=/usr/bin",
        "build --action_env PATH",
        "build --host_action_env=PATH=/usr/bin",
        "build --shell_executable=/bin/bash",
        "common --repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=0",
        "build --experimental_split_xml_generation",
        "build --extra_execution_platforms=//mine",
    ] {
        with(line).assert("rc-not-undone", "wrong", &[here, "undoes"]);
    }
    for line in [
        "build --incompatible_strict_action_env=yes",
        "build --action_env=OTHER=/usr/bin",
        "build --extra_toolchains=//mine",
        "build:later --noincompatible_strict_action_env",
        // The last word counts.
        "build --noincompatible_strict_action_env --incompatible_strict_action_env",
        // Lines for all commands are read before those for `build`, wherever they stand; ours are on
        // by such a line, and this one follows it.
        "query --noincompatible_strict_action_env",
    ] {
        with(line).assert("rc-not-undone", "ok", &[]);
    }
}

#[test]
fn a_flag_that_is_read_earlier_undoes_nothing() {
    let setup = Setup::new();
    let off = "build --noincompatible_strict_action_env\n";
    // --config=lre on the command line comes after all rc files.
    setup.write("work/.bazelrc", &format!("{IMPORT}{off}"));
    setup.doctor(&[]).assert("rc-not-undone", "ok", &[]);
    setup.write(
        "work/.bazelrc",
        &format!("{off}{IMPORT}build --config=lre\n"),
    );
    setup.doctor(&[]).assert("rc-not-undone", "ok", &[]);
    // Unless a line of the user's is for the same configuration.
    setup.write(
        "home/.bazelrc",
        "build:lre --noincompatible_strict_action_env\n",
    );
    setup
        .doctor(&[])
        .assert("rc-not-undone", "wrong", &["home/.bazelrc:1: "]);
}

#[test]
fn any_spelling_of_the_import_counts() {
    let setup = Setup::new();
    let absolute = format!("import {}\n", setup.path("work/.bazelrc.lre"));
    std::os::unix::fs::symlink(".bazelrc.lre", setup.path("work/link")).unwrap();
    for text in [
        "try-import %workspace%/../work/.bazelrc.lre\n",
        "try-import %workspace%/link\n",
        &absolute,
    ] {
        setup.write("work/.bazelrc", text);
        setup.doctor(&[]).assert_only(&[]);
        setup.write(
            "work/.bazelrc",
            &format!("common --config=lre\n{text}build --noincompatible_strict_action_env\n"),
        );
        setup.doctor(&[]).assert_only(&["rc-not-undone"]);
    }
    setup.write("work/.bazelrc", "try-import .bazelrc.lre\n");
    let said = setup.doctor(&[]);
    said.assert_only(&["rc-imported"]);
    said.assert(
        "rc-imported",
        "warning",
        &[
            ".bazelrc:1: ",
            "the folder that it is called in",
            "%workspace%",
        ],
    );
}

#[test]
fn where_nobody_reads_it_ends_with_its_own_code() {
    let setup = Setup::new();
    for (rc, wanted) in [(IMPORT, 0), ("", 1)] {
        setup.write("work/.bazelrc", rc);
        for format in ["--format=text", "--format=json"] {
            let output = setup.unread(&[format]);
            assert_eq!(code(&output), wanted, "{output:?}");
            assert!(output.stderr.is_empty(), "{output:?}");
        }
    }
}
