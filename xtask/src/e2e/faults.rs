//! Stories in which something is wrong on purpose: parity that survives these would
//! not be worth asserting. They must not know how a fault is mended.

use anyhow::{Result, ensure};

use super::{Story, platform};
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::story;

pub const STORIES: &[Story] = &[
    ("fault::environment_not_strict", environment_not_strict),
    ("fault::another_compiler_on_b", another_compiler),
    ("fault::tool_that_only_the_host_has", host_tool),
    ("fault::header_of_an_undeclared_dependency", layering),
    ("fault::header_that_does_not_stand_alone", header),
];

/// What the faults are tried on: enough to have compile and archive actions.
const TARGETS: &str = "//text/...";

/// Given that callers' variables reach actions, when B's differ, then nothing is
/// shared.
fn environment_not_strict(lab: &Lab) -> Result<()> {
    let (a, b) = story::on_both(lab, &example(), &lab.store.main)?;
    let args = ["build", "--noincompatible_strict_action_env", TARGETS];
    let verdict = story::three_runs(lab, &a, &b, &args)?;
    ensure!(
        verdict.spawns() > 0 && verdict.equal() == 0,
        "LD_LIBRARY_PATH of B should be in every digest:\n{verdict}"
    );
    Ok(())
}

/// Given that B's compiler has another store path, then what it compiles is not
/// what A compiled.
fn another_compiler(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let b = Workspace::set_up(lab, &lab.b, &example(), lab.store.other()?)?;
    let verdict = story::three_runs(lab, &a, &b, &["build", TARGETS])?;
    ensure!(
        verdict.spawns() > 0 && verdict.equal() == 0,
        "the compiler's store path should be in every digest:\n{verdict}"
    );
    Ok(())
}

/// Given an action that calls a program of the developer's machine, then it builds
/// there, and the worker, which has no such program, says so.
fn host_tool(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(
        "fault/BUILD.bazel",
        r#"genrule(
    name = "fault",
    outs = ["version"],
    cmd = "/usr/bin/clang --version > $@",
)
"#,
    )?;
    a.bazel(&["build", "--config=lre", "//fault"])?;
    a.bazel(&["clean"])?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    let outcome = a.try_bazel(&["build", "--config=lre", &remote, "//fault"])?;
    ensure!(
        !outcome.ok
            && outcome
                .output
                .contains("/usr/bin/clang: No such file or directory"),
        "the worker should not have /usr/bin/clang:\n{}",
        outcome.output
    );
    Ok(())
}

/// Given a source that includes a header of a dependency's dependency, then it builds, and
/// with layering_check, which needs a module map of the toolchain's own headers, it does not.
fn layering(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(
        "fault/low.h",
        "#include <vector>\nusing Low = std::vector<int>;\n",
    )?;
    a.write("fault/middle.h", "#include \"fault/low.h\"\n")?;
    a.write(
        "fault/top.cc",
        "#include \"fault/low.h\"\n#include \"fault/middle.h\"\nLow low;\n",
    )?;
    a.write(
        "fault/BUILD.bazel",
        r#"cc_library(name = "low", hdrs = ["low.h"])

cc_library(name = "middle", hdrs = ["middle.h"], deps = [":low"])

cc_library(name = "top", srcs = ["top.cc"], deps = [":middle"])
"#,
    )?;
    fails_only_with(
        &a,
        &[],
        "--features=layering_check",
        "does not depend on a module exporting",
    )
}

/// Given a header that uses a name which it does not include, then it builds where nobody
/// includes it, and with parse_headers it does not, whichever compiler parses it.
fn header(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), lab.store.features()?)?;
    a.write("fault/alone.h", "std::string alone();\n")?;
    a.write(
        "fault/BUILD.bazel",
        "cc_library(name = \"fault\", hdrs = [\"alone.h\"])\n",
    )?;
    for (environment, said) in [
        ("cc", "use of undeclared identifier 'std'"),
        (
            "gcc",
            "error: 'string' in namespace 'std' does not name a type",
        ),
    ] {
        let platform = platform(environment, "platform");
        fails_only_with(&a, &[&platform], "--features=parse_headers", said)?;
    }
    Ok(())
}

/// Asserts that the package `fault` builds, and with `flag` does not, for the reason `said`.
fn fails_only_with(a: &Workspace<'_>, flags: &[&str], flag: &str, said: &str) -> Result<()> {
    let build = [&["build", "--config=lre", "//fault:all"], flags].concat();
    a.bazel(&build)?;
    let processing = "--process_headers_in_dependencies";
    let outcome = a.try_bazel(&[&build[..], &[processing, flag]].concat())?;
    ensure!(
        !outcome.ok && outcome.output.contains(said),
        "{flag} should say {said:?}:\n{}",
        outcome.output
    );
    Ok(())
}
