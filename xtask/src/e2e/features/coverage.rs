//! Stories about `bazel coverage`: the report says of each line how often a test ran it. They
//! must not know in which format a compiler keeps that.

use anyhow::{Result, ensure};

use super::super::assert_parity;
use super::{Compiler, both, with};
use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::parity::{Filled, judge};
use crate::shell::capture;
use crate::story;

/// Puts the report together. Its input lists the files of all tests in the order in which Bazel
/// 7 has them in a hash table, another one each time, so that nothing can be asked of it.
const REPORT: &str = "CoverageReport";

/// Given a test that takes one of two branches, when coverage is collected remotely, then it
/// is at parity, and the combined report knows the lines that ran and the one that did not.
pub fn report(lab: &Lab) -> Result<()> {
    let machines = both(lab, FILES)?;
    let [a, b] = &machines;
    for compiler in Compiler::BOTH {
        let flag = compiler.flag();
        let args = with("coverage", &flag, &["--combined_report=lcov"], TARGETS);
        let mut runs = story::three(lab, a, b, &args)?;
        for run in &mut runs {
            let all = run.spawns.len();
            run.spawns.retain(|_, spawn| spawn.mnemonic != REPORT);
            ensure!(all == run.spawns.len() + 1, "{}: one {REPORT}", run.name);
        }
        assert_parity(&judge(Filled::Remotely, &runs), 5)?;
        knows_the_lines(a)?;
    }
    Ok(())
}

/// Given an environment with LLVM's own coverage, then the report knows the same. It is local:
/// compilers leave out a file of gcov's that Bazel names among their outputs, and the
/// executor of the lab gives no outputs at all where one is missing.
pub fn native(lab: &Lab) -> Result<()> {
    let [a, _] = both(lab, FILES)?;
    let flag = Compiler::ClangNativeCoverage.flag();
    let flags = [
        "--config=lre",
        "--combined_report=lcov",
        "--experimental_generate_llvm_lcov",
    ];
    a.bazel(&with("coverage", &flag, &flags, TARGETS))?;
    knows_the_lines(&a)
}

fn knows_the_lines(a: &Workspace<'_>) -> Result<()> {
    let path = "bazel-out/_coverage/_coverage_report.dat";
    let report = capture(a.machine.command(&a.dir, "cat").arg(path))?;
    let of_source = report
        .split("end_of_record")
        .find(|record| record.contains("SF:covered/sign.cc"))
        .unwrap_or_default();
    let ran = |line: &str| of_source.lines().any(|l| l == line);
    ensure!(
        ran("DA:2,3") && ran("DA:3,0") && ran("DA:5,3"),
        "line 2 ran three times, line 3 never, line 5 three times:\n{report}"
    );
    Ok(())
}

const TARGETS: &[&str] = &["//covered:all"];

const FILES: &[(&str, &str)] = &[
    ("covered/BUILD.bazel", BUILD),
    ("covered/sign.cc", SIGN),
    ("covered/sign_test.cc", TEST),
];

const BUILD: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_library", "cc_test")

cc_library(
    name = "sign",
    srcs = ["sign.cc"],
)

cc_test(
    name = "sign_test",
    srcs = ["sign_test.cc"],
    deps = [":sign"],
)
"#;

const SIGN: &str = r#"int sign(int number) {
  if (number < 0) {
    return -1;
  }
  return 1;
}
"#;

const TEST: &str = r#"int sign(int number);

int main() { return sign(1) + sign(2) + sign(3) == 3 ? 0 : 1; }
"#;
