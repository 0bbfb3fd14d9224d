//! Flags and variables of one user that reach actions.

use crate::setup::{IMPORT, Setup};

#[test]
fn a_variable_of_the_caller_in_actions_breaks_parity_whoever_asks_for_it() {
    let setup = Setup::new();
    setup.write(
        "work/.bazelrc",
        &format!("{IMPORT}\nbuild --action_env=TOKEN\n"),
    );
    let said = setup.doctor_with(&[("TOKEN", "1")], &[]);
    said.assert(
        "stray-flags",
        "wrong",
        &["work/.bazelrc:3: ", "TOKEN is, set in this shell"],
    );
    said.assert_only(&["stray-flags"]);
    setup.doctor(&[]).assert(
        "stray-flags",
        "wrong",
        &["not set in this shell", "--action_env=TOKEN=…"],
    );
}

#[test]
fn a_variable_with_a_value_breaks_parity_where_one_user_alone_has_it() {
    let setup = Setup::new();
    let line = "build --host_action_env=LIMIT=3\n";
    setup.write("work/.bazelrc", &format!("{IMPORT}{line}"));
    setup.doctor(&[]).assert_only(&[]);
    setup.write(
        "work/.bazelrc",
        &format!("{IMPORT}try-import %workspace%/user.bazelrc\n"),
    );
    setup.write("work/user.bazelrc", line);
    setup.doctor(&[]).assert_only(&[]);
    // What git ignores is one user's.
    setup.write("work/.gitignore", "/.bazelrc.lre\n/user.bazelrc\n");
    setup
        .doctor(&[])
        .assert("stray-flags", "wrong", &["work/user.bazelrc:1: "]);
    setup.write("work/user.bazelrc", "");
    setup.write("home/.bazelrc", &format!("\n{line}"));
    setup.doctor(&[]).assert(
        "stray-flags",
        "wrong",
        &["home/.bazelrc:2: ", "in your actions alone"],
    );
}

#[test]
fn flags_that_change_actions_are_told_where_one_user_alone_has_them() {
    let setup = Setup::new();
    setup.write(
        "home/.bazelrc",
        "build -c dbg --copt=-g\nbuild --jobs=4 --repo_env=CC=gcc\n",
    );
    let said = setup.doctor(&[]);
    said.assert_only(&["stray-flags"]);
    said.assert(
        "stray-flags",
        "warning",
        &[
            "home/.bazelrc:1: --c=dbg",
            "--copt=-g",
            "--repo_env=CC may",
            "build:mine",
        ],
    );
    setup.write("home/.bazelrc", "build:mine -c dbg\nbuild --jobs=4\n");
    setup.doctor(&[]).assert_only(&[]);
}

#[test]
fn what_is_defined_is_told_without_its_value() {
    let setup = Setup::new();
    setup.write(
        "home/.bazelrc",
        "build --define=API_TOKEN=s3cr3t\nbuild --define OTHER=s3cr3t\n",
    );
    let said = setup.doctor(&[]);
    said.assert(
        "stray-flags",
        "warning",
        &["--define=API_TOKEN=… changes", "--define=OTHER=… changes"],
    );
    assert!(!said.report.to_string().contains("s3cr3t"));
    assert!(!setup.text(&[]).contains("s3cr3t"));
}

#[test]
fn variables_matter_where_builds_without_our_flags_read_them() {
    let setup = Setup::new();
    let variables = [
        ("CC", "/usr/bin/gcc"),
        ("BAZEL_LINKOPTS", "-l"),
        ("BAZELISK_HOME", "/x"),
    ];
    let said = setup.doctor_with(&variables, &[]);
    said.assert_only(&["stray-variables"]);
    said.assert(
        "stray-variables",
        "warning",
        &["BAZEL_LINKOPTS, CC are set", "--config=lre"],
    );
    setup.write("work/.bazelrc", &format!("{IMPORT}common --config=lre\n"));
    setup.doctor_with(&variables, &[]).assert_only(&[]);
}

#[test]
fn the_shell_of_actions_is_the_environments() {
    let setup = Setup::new();
    let bash = [("BAZEL_SH", "/opt/bash")];
    setup
        .doctor_with(&bash, &[])
        .assert("stray-variables", "warning", &["BAZEL_SH is set"]);
    let manifest = setup.manifest("one").replace("\"shell\"", "\"no-shell\"");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let mut manifest = manifest;
    for (_, environment) in manifest["environments"].as_object_mut().unwrap() {
        environment.as_object_mut().unwrap().remove("no-shell");
    }
    setup.write("manifest.json", &manifest.to_string());
    setup.enter();
    setup.doctor_with(&bash, &[]).assert(
        "stray-variables",
        "wrong",
        &["BAZEL_SH=/opt/bash", "--shell_executable"],
    );
}
