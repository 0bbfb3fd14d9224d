//! Stories in which there is no parity, or no telling whether there is. They must not know how faults
//! are found.

use anyhow::{Result, ensure};

use super::super::says;
use super::called::{junit, number, text, verdict, verify};
use super::untouched::nothing_left;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};

/// Given a repository rule that writes its own absolute path into a rule's arguments, and given callers'
/// variables that reach actions, then there is no parity, and the cause is named.
pub fn leak(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("leak/BUILD.bazel", LEAK)?;
    a.write("leak/extension.bzl", EXTENSION)?;
    a.append_to_module("leak = use_extension(\"//leak:extension.bzl\", \"leak\")")?;
    a.append_to_module("use_repo(leak, \"leaking\")")?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();

    let output = verify(
        lab,
        &a,
        &["//leak:first", "//leak:second", &remote, "--format=json"],
    )?;
    let found = verdict(&output, 1)?;
    ensure!(
        found["explanation"]["causes"]
            .as_array()
            .is_some_and(|causes| causes.len() == 1),
        "there is one cause:\n{found:#}"
    );
    let cause = &found["explanation"]["causes"][0];
    ensure!(
        cause.to_string().contains("/first/external/")
            && cause.to_string().contains("/second/external/")
            && cause["firsts"] == 1,
        "the path should be the cause:\n{cause:#}"
    );

    let loose = "--noincompatible_strict_action_env";
    let output = verify(
        lab,
        &a,
        &["//text/...", &remote, "--junit=/tmp/junit.xml", "--", loose],
    )?;
    let text = text(&output);
    ensure!(output.status.code() == Some(1), "{text}");
    says(&text, "LD_LIBRARY_PATH")?;
    says(&text, "not at parity")?;
    let cases = junit(&a.machine.path("/tmp/junit.xml"), lab)?;
    says(&cases, "errors=0")?;
    says(&cases, "LD_LIBRARY_PATH")?;
    nothing_left(&a)
}

const EXTENSION: &str = r#"def _leaking_impl(rctx):
    rctx.file("BUILD.bazel", "")
    rctx.file("path.bzl", "PATH = %r\n" % str(rctx.path(".")))

_leaking = repository_rule(implementation = _leaking_impl)

def _leak_impl(_mctx):
    _leaking(name = "leaking")

leak = module_extension(implementation = _leak_impl)
"#;

const LEAK: &str = r#"load("@leaking//:path.bzl", "PATH")

genrule(
    name = "first",
    outs = ["first.txt"],
    cmd = "echo " + PATH + " > $@",
)

genrule(
    name = "second",
    srcs = ["first.txt"],
    outs = ["second.txt"],
    cmd = "cat $< $< > $@",
)
"#;

/// Given an action that may not be cached, then it is counted, and no fault.
pub fn not_shared(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("tagged/BUILD.bazel", TAGGED)?;
    let executor = lab.worker.start()?;
    let words = ["//tagged:all", &executor.remote_flag(), "--format=json"];
    let verdict = verdict(&verify(lab, &a, &words)?, 0)?;
    ensure!(
        number(&verdict, "/explanation/b/spawns")? == 2
            && number(&verdict, "/explanation/b/shared")? == 1,
        "one of two may be shared:\n{verdict:#}"
    );
    says(
        &verdict["notes"].to_string(),
        "1 of 2 spawns may not be shared",
    )
}

const TAGGED: &str = r#"genrule(
    name = "shared",
    outs = ["shared.txt"],
    cmd = "echo shared > $@",
)

genrule(
    name = "own",
    outs = ["own.txt"],
    cmd = "date > $@",
    tags = ["no-cache"],
)
"#;

/// Given a source that does not compile, a test that fails and a flag that Bazel does not know, then there
/// is no verdict, and Bazel's own words are shown.
pub fn broken(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("text/pad.cc", "#error this is not C++\n")?;
    a.write("red/BUILD.bazel", RED)?;
    a.write("red/red.cc", "int main() { return 1; }\n")?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    for (words, said) in [
        (
            vec!["//text/...", &remote, "--junit=/tmp/junit.xml"],
            ["error: this is not C++", "the build itself fails"],
        ),
        (
            vec!["//red", &remote, "--test"],
            ["//red:red", "tests fail"],
        ),
        (
            vec!["//base", "--", "--no_such_flag"],
            ["--no_such_flag", "Bazel does not take the command"],
        ),
        (
            vec!["//base", "--bazel=/nowhere/bazel"],
            ["/nowhere/bazel", "cannot be started"],
        ),
    ] {
        let output = verify(lab, &a, &words)?;
        let text = text(&output);
        ensure!(output.status.code() == Some(2), "{}: {text}", output.status);
        for said in said {
            says(&text, said)?;
        }
    }
    let cases = junit(&a.machine.path("/tmp/junit.xml"), lab)?;
    says(&cases, "errors=1\nremote build: error bazel")?;
    nothing_left(&a)
}

const RED: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_test")

cc_test(
    name = "red",
    srcs = ["red.cc"],
)
"#;

/// Given an address where nobody listens, then there is no verdict, and the server is what fails.
pub fn unreachable(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    for flag in ["--remote_executor", "--remote_cache"] {
        let output = verify(lab, &a, &["//base", &format!("{flag}=grpc://127.0.0.1:9")])?;
        let text = text(&output);
        ensure!(output.status.code() == Some(2), "{}: {text}", output.status);
        says(&text, "the workers or the cache fail")?;
    }
    nothing_left(&a)
}
