//! Stories about asan, ubsan and tsan: each has to let a healthy program pass and to report a
//! planted fault. They must not know how a report is made, only what stands in it.

use anyhow::{Result, ensure};

use super::{Compiler, both, parity, with};
use crate::lab::Lab;

/// What is asked for, what it says of the fault, and where that is.
const SANITIZERS: [(&str, &str, &str); 3] = [
    (
        "asan",
        "AddressSanitizer: heap-buffer-overflow",
        "asan.cc:3",
    ),
    (
        "ubsan",
        "runtime error: signed integer overflow",
        "ubsan.cc:2",
    ),
    ("tsan", "ThreadSanitizer: data race", "tsan.cc:8"),
];

/// Given programs with and without a fault, when they are tested with a sanitizer, then the
/// healthy ones pass, at parity, and on the worker each fault is reported with its line.
pub fn all(lab: &Lab) -> Result<()> {
    let machines = both(lab, FILES)?;
    let [a, _] = &machines;
    for compiler in Compiler::BOTH {
        let flag = compiler.flag();
        let healthy = with("test", &flag, &["-c", "dbg"], &["//sanitized:all"]);
        parity(lab, &machines, &healthy, 8)?;

        let executor = lab.worker.start()?;
        let remote = executor.remote_flag();
        for (name, report, line) in SANITIZERS {
            let feature = format!("--features={name}");
            let target = format!("//sanitized:{name}_fault");
            let flags = ["--config=lre", &remote, "-c", "dbg", &feature];
            let outcome = a.try_bazel(&with("test", &flag, &flags, &[&target]))?;
            let said = |what: &str| outcome.output.contains(what);
            ensure!(
                !outcome.ok && said(report) && said(line) && said("1 fails remotely"),
                "{name} should say {report:?} of {line}:\n{}",
                outcome.output
            );
        }
    }
    Ok(())
}

const FILES: &[(&str, &str)] = &[
    ("sanitized/BUILD.bazel", BUILD),
    ("sanitized/asan.cc", ASAN),
    ("sanitized/ubsan.cc", UBSAN),
    ("sanitized/tsan.cc", TSAN),
];

/// The healthy ones ask for their sanitizer themselves, so that one build has them all.
const BUILD: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_test")

[cc_test(
    name = name + "_healthy",
    srcs = [name + ".cc"],
    features = [name],
    linkopts = ["-pthread"],
    local_defines = ["FAULT=0"],
) for name in [
    "asan",
    "tsan",
    "ubsan",
]]

[cc_test(
    name = name + "_fault",
    srcs = [name + ".cc"],
    linkopts = ["-pthread"],
    local_defines = ["FAULT=1"],
    tags = ["manual"],
) for name in [
    "asan",
    "tsan",
    "ubsan",
]]
"#;

const ASAN: &str = r#"int main(int argc, char**) {
  int* numbers = new int[3]();
  int number = numbers[argc + 2 * FAULT];
  delete[] numbers;
  return number;
}
"#;

const UBSAN: &str = r#"int main(int argc, char**) {
  int sum = (FAULT ? 0x7fffffff : 0) + argc;
  return sum == 1 ? 0 : 1;
}
"#;

const TSAN: &str = r#"#include <mutex>
#include <thread>
int number = 0;
std::mutex mutex;

void count() {
  if (!FAULT) mutex.lock();
  ++number;
  if (!FAULT) mutex.unlock();
}

int main() {
  std::thread one(count), other(count);
  one.join();
  other.join();
  return 0;
}
"#;
