//! Probing the compiler that this machine has: Rust links with it, so there is one, and its
//! part for C++ has to be installed. What is rendered from the answers is not looked at.

use lre::environment::{PathPolicy, parse};
use lre::manifest::{CompilerKind, Probed};
use lre::probe::probe;
use lre::system::System;
use serde_json::{Value, json};

fn probed(variables: &[&str]) -> Probed {
    try_probe(&json!(variables)).unwrap()
}

fn try_probe(document: &Value) -> anyhow::Result<Probed> {
    let policy = PathPolicy::new(vec!["/usr".into(), "/lib".into()]).unwrap();
    let environments = parse(document, "env.json", &policy).unwrap();
    probe(&environments["cc"], &policy)
}

#[test]
fn the_compiler_says_itself_what_it_is() {
    let host = probed(&["CC=/usr/bin/cc", "PATH=/usr/bin"]);
    let cc = host.cc.unwrap();
    assert!(cc.triple.contains("linux"), "{}", cc.triple);
    assert!(cc.libc.unwrap().starts_with("glibc_2."));
    assert!(
        cc.version
            .split('.')
            .all(|part| part.parse::<u32>().is_ok())
    );
    assert!(cc.include_directories.contains(&"/usr/include".into()));
    assert!(
        cc.include_directories
            .iter()
            .all(|d| !d.as_str().contains(".."))
    );
    assert_eq!(cc.tools["ar"], "/usr/bin/ar");
    assert_eq!(host.shell.unwrap(), "/usr/bin/bash");
}

#[test]
fn only_flags_that_the_compiler_takes_are_written_down() {
    let cc = probed(&["CC=/usr/bin/cc", "PATH=/usr/bin"]).cc.unwrap();
    let clang = cc.kind == CompilerKind::Clang;
    let flags = cc.flags;
    assert!(flags.compile_flags.contains(&"-Wall".to_owned()));
    assert_eq!(
        flags.compile_flags.contains(&"-Wthread-safety".to_owned()),
        clang
    );
    assert_eq!(
        flags.link_flags.contains(&"-pass-exit-codes".to_owned()),
        !clang
    );
    assert_eq!(flags.extra_flags_per_feature.is_empty(), !clang);
}

#[test]
fn options_of_the_environment_are_taken_over() {
    let cc = probed(&[
        "CC=/usr/bin/cc",
        "PATH=/usr/bin",
        "BAZEL_CXXOPTS=-std=c++14:-DA=b%:c",
        "BAZEL_LINKOPTS=-Wl,-z,noexecstack",
        "BAZEL_LINKLIBS=-lm",
    ])
    .cc
    .unwrap();
    assert_eq!(cc.flags.cxx_flags, ["-std=c++14", "-DA=b:c"]);
    assert_eq!(cc.flags.link_flags.last().unwrap(), "-Wl,-z,noexecstack");
    assert_eq!(cc.flags.link_libs, ["-lm"]);
}

#[test]
fn coverage_is_that_of_gcov_unless_llvms_own_is_asked_for() {
    let host = ["CC=/usr/bin/cc", "PATH=/usr/bin"];
    let flags = probed(&host).cc.unwrap().flags;
    assert_eq!(flags.coverage_compile_flags, ["--coverage"]);
    assert_eq!(flags.coverage_link_flags, ["--coverage"]);

    // Whether the host has clang or gcc, what llvm-cov needs is not in /usr/lib.
    let asked = "BAZEL_USE_LLVM_NATIVE_COVERAGE=1";
    let error = try_probe(&json!(["CC=/usr/bin/cc", "PATH=/usr/lib", asked])).unwrap_err();
    assert!(
        format!("{error:#}").contains("BAZEL_USE_LLVM_NATIVE_COVERAGE is set and"),
        "{error:#}"
    );
}

#[test]
fn a_tool_that_is_not_on_the_path_is_absent() {
    let cc = probed(&["CC=/usr/bin/cc", "PATH=/usr/lib"]);
    assert!(!cc.cc.unwrap().tools.contains_key("ar"));
    assert_eq!((cc.shell, cc.core_tools.len()), (None, 0));
}

#[test]
fn a_compiler_that_builds_for_another_target_is_refused() {
    for target in ["x86_64-linux-musl", "aarch64-linux", "x86_64-linux"] {
        let document = json!({
            "version": 1,
            "environments": {"cc": {"target": target, "env": ["CC=/usr/bin/cc", "PATH=/usr/bin"]}},
        });
        let outcome = try_probe(&document);
        if System::here().is_some_and(|here| here.to_string() == target) {
            outcome.unwrap();
            continue;
        }
        let error = format!("{:#}", outcome.unwrap_err());
        let said = format!("and the environment's target is {target}; set \"target\"");
        assert!(error.contains(&said), "{error}");
    }
}
