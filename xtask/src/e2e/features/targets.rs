//! Stories about kinds of sources and kinds of links, and about debug information. They must
//! not know which tools make them: what was made is looked at with the machine's own readelf.

use anyhow::{Context, Result, ensure};

use super::{Compiler, both, parity, refused, with};
use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::shell::capture;

/// Given sources in C, C++ and both kinds of assembly, then they are linked in every way that
/// rules_cc has, at parity, and each program runs and needs the shared libraries that it should.
pub fn kinds(lab: &Lab) -> Result<()> {
    let machines = both(lab, FILES)?;
    for compiler in Compiler::BOTH {
        let flag = compiler.flag();
        let args = with(
            "test",
            &flag,
            &["-c", "dbg", "--force_pic", "--remote_download_outputs=all"],
            &["//kinds:all", "//kinds:dynamic.stripped"],
        );
        parity(lab, &machines, &args, 20)?;

        let [a, _] = &machines;
        let needs = |program: &str, library: &str| -> Result<bool> {
            Ok(elf(a, "--dynamic", &format!("kinds/{program}"))?.contains(&format!("[{library}")))
        };
        let cpp = "libstdc++.so";
        for (program, library, expected) in [
            ("dynamic", "libkinds_Slibsources.so", true),
            ("dynamic", cpp, true),
            ("static", "libkinds_Slibsources.so", false),
            ("static", cpp, true),
            ("shared", "libshared.so", true),
            ("static_cpp_library", cpp, false),
            ("static_cpp_library", "libc.so", true),
            ("fully_static", "libc.so", false),
        ] {
            ensure!(
                needs(program, library)? == expected,
                "{program} and {library}: it should {} it",
                if expected { "need" } else { "not need" }
            );
        }
        for (program, expected) in [("dynamic", true), ("dynamic.stripped", false)] {
            let found = elf(a, "--sections", &format!("kinds/{program}"))?.contains(".debug_info");
            ensure!(
                found == expected,
                "{program}: .debug_info is there: {found}"
            );
        }
    }
    Ok(())
}

/// Given `--fission=yes`, then debug information is in files of its own, at parity, which clang's
/// `.dwp` packs. Linking with bfd, which has no `--gdb-index`, is refused, and so is an environment
/// without a dwp, which Bazel plans to call for every program.
pub fn debug_information(lab: &Lab) -> Result<()> {
    let machines = both(lab, &[])?;
    let [a, _] = &machines;
    let fission = ["--compilation_mode=dbg", "--fission=yes"];
    let packed = ("//app:tally.dwp", ".debug_cu_index");
    let apart = ("//app:tally", ".gdb_index");
    for (compiler, made) in [
        (Compiler::Clang, &[apart, packed][..]),
        (Compiler::GccMold, &[apart]),
    ] {
        let flag = compiler.flag();
        let targets: Vec<&str> = made.iter().map(|(target, _)| *target).collect();
        let args = with("build", &flag, &fission, &targets);
        parity(lab, &machines, &args, 10)?;
        for (target, section) in made {
            let sections = elf(a, "--sections", &target[2..].replace(':', "/"))?;
            ensure!(
                sections.contains(section),
                "{target} has no {section}:\n{sections}"
            );
        }
    }
    for (compiler, said) in [
        (Compiler::GccMold, "--gdb-index"),
        (Compiler::Gcc, "_create_debug_packager_actions"),
    ] {
        let flag = compiler.flag();
        let bfd = "--linkopt=-fuse-ld=bfd";
        let flags = ["--config=lre", fission[0], fission[1], bfd];
        refused(a, &with("build", &flag, &flags, &["//app:tally"]), said)?;
    }
    Ok(())
}

/// Given an executor, when A runs a program that was built there, then it is fetched and runs.
pub fn run(lab: &Lab) -> Result<()> {
    let [a, _] = both(lab, FILES)?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    for compiler in Compiler::BOTH {
        let flag = compiler.flag();
        let args = with(
            "run",
            &flag,
            &["--config=lre", &remote],
            &["//kinds:static"],
        );
        let printed = a.bazel(&args)?;
        ensure!(
            printed.lines().any(|line| line == "41") && printed.contains(" remote."),
            "the program should be built remotely and print 41:\n{printed}"
        );
    }
    Ok(())
}

/// What readelf says of an output.
fn elf(a: &Workspace<'_>, question: &str, name: &str) -> Result<String> {
    let path = format!("bazel-bin/{name}");
    capture(
        a.machine
            .command(&a.dir, "readelf")
            .args(["--wide", question, &path]),
    )
    .with_context(|| format!("cannot read {path}"))
}

const FILES: &[(&str, &str)] = &[
    ("kinds/BUILD.bazel", BUILD),
    ("kinds/twice.S", TWICE),
    ("kinds/next.s", NEXT),
    ("kinds/same.c", "int same(int number) { return number; }\n"),
    ("kinds/main.cc", MAIN),
];

const BUILD: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_library", "cc_shared_library", "cc_test")

cc_library(
    name = "sources",
    srcs = [
        "next.s",
        "same.c",
        "twice.S",
    ],
)

cc_shared_library(
    name = "shared_library",
    shared_lib_name = "libshared.so",
    deps = [":sources"],
)

[cc_test(
    name = name,
    srcs = ["main.cc"],
    dynamic_deps = [":shared_library"] if name == "shared" else [],
    features = ["fully_static_link"] if name == "fully_static" else [],
    linkopts = ["-l:libstdc++.a", "-static-libgcc"] if name == "static_cpp_library" else [],
    linkstatic = name != "dynamic",
    deps = [":sources"],
) for name in [
    "dynamic",
    "fully_static",
    "shared",
    "static",
    "static_cpp_library",
]]
"#;

const TWICE: &str = r#"#define FUNCTION twice
.text
.globl FUNCTION
.type FUNCTION, @function
FUNCTION:
  leal (%rdi,%rdi), %eax
  ret
.section .note.GNU-stack,"",@progbits
"#;

const NEXT: &str = r#".text
.globl next
.type next, @function
next:
  leal 1(%rdi), %eax
  ret
.section .note.GNU-stack,"",@progbits
"#;

/// An exception crosses what is linked, so that the C++ runtime is at work.
const MAIN: &str = r#"#include <cstdio>
#include <stdexcept>
#include <string>

extern "C" {
int next(int);
int same(int);
int twice(int);
}

int main() {
  try {
    throw std::runtime_error(std::to_string(next(twice(same(20)))));
  } catch (const std::exception& error) {
    std::puts(error.what());
    return std::string(error.what()) == "41" ? 0 : 1;
  }
}
"#;
