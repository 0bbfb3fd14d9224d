//! Flags for compiling, tried on a driver before they are written down. The candidates are those of
//! Bazel's own auto-configuration (rules_cc, `unix_cc_configure.bzl`); which document they end up in
//! is not known here.

use std::collections::BTreeMap;

use anyhow::Result;

use super::accepted::{Accepted, Candidate, accepted};
use super::driver::Driver;
use super::options::Options;
use crate::manifest::{CcFlags, CompilerKind};

/// Keeps the paths in `.d` files as they are written in the search list; both
/// compilers know it.
pub const NO_CANONICAL_PREFIXES: &str = "-no-canonical-prefixes";

/// Warnings and code generation that rules_cc turns on where the compiler has them.
const COMPILE: [&Candidate; 8] = [
    &["-fstack-protector"],
    &["-Wall"],
    &["-Wthread-safety"],
    &["-Wself-assign"],
    &["-Wunused-but-set-parameter"],
    &["-Wno-free-nonheap-object"],
    &["-fcolor-diagnostics"],
    &["-fno-omit-frame-pointer"],
];

const OPT_COMPILE: [&str; 6] = [
    "-g0",
    "-O2",
    "-D_FORTIFY_SOURCE=1",
    "-DNDEBUG",
    "-ffunction-sections",
    "-fdata-sections",
];

/// Needed with layering_check from C++20 on, where clang makes C++ modules the default.
const NO_CXX_MODULES: &Candidate = &["-Xclang", "-fno-cxx-modules"];

/// gcc's way to keep paths as they are written.
const NO_CANONICAL_HEADERS: &Candidate = &["-fno-canonical-system-headers"];

/// Macros that would put the time of the build into its outputs.
const REDACTED: [&str; 4] = [
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"redacted\"",
    "-D__TIMESTAMP__=\"redacted\"",
    "-D__TIME__=\"redacted\"",
];

/// What gcov reads, and what llvm-cov does.
const GCOV_COVERAGE: (&[&str], &[&str]) = (&["--coverage"], &["--coverage"]);
const NATIVE_COVERAGE: (&[&str], &[&str]) = (
    &["-fprofile-instr-generate", "-fcoverage-mapping"],
    &["-fprofile-instr-generate"],
);

/// Compiles in C++ with `prefixes` and all candidates, so that the answer has the search list
/// as well.
///
/// # Errors
/// The driver cannot be run.
pub fn ask(driver: &Driver, options: &Options, prefixes: &[&str]) -> Result<Accepted> {
    let base = [prefixes, &options.cxx()].concat();
    let of_kind = match driver.kind {
        CompilerKind::Clang => NO_CXX_MODULES,
        CompilerKind::Gcc => NO_CANONICAL_HEADERS,
    };
    let candidates = [&COMPILE[..], &[of_kind]].concat();
    accepted(&candidates, &|flags| {
        driver.compile(&[&base, flags].concat())
    })
}

/// The flags that follow from an answer to [`ask`] with these `prefixes`.
pub fn compile_flags(
    driver: &Driver,
    options: &Options,
    prefixes: &[&str],
    accepted: &Accepted,
) -> CcFlags {
    let mut compile_flags = accepted.of(&COMPILE);
    compile_flags.extend(options.copts.iter().cloned());
    let mut unfiltered = match driver.kind {
        CompilerKind::Clang => owned(prefixes),
        CompilerKind::Gcc => accepted.of(&[NO_CANONICAL_HEADERS]),
    };
    unfiltered.extend(owned(&REDACTED));
    let no_modules = accepted.of(&[NO_CXX_MODULES]);
    let mut extra_flags_per_feature = BTreeMap::new();
    if !no_modules.is_empty() {
        extra_flags_per_feature.insert("use_module_maps".to_owned(), no_modules);
    }
    let (coverage_compile, coverage_link) = if options.native_coverage {
        NATIVE_COVERAGE
    } else {
        GCOV_COVERAGE
    };
    CcFlags {
        compile_flags,
        dbg_compile_flags: owned(&["-g"]),
        opt_compile_flags: owned(&OPT_COMPILE),
        conly_flags: options.conlyopts.clone(),
        cxx_flags: options.cxxopts.clone(),
        unfiltered_compile_flags: unfiltered,
        coverage_compile_flags: owned(coverage_compile),
        coverage_link_flags: owned(coverage_link),
        extra_flags_per_feature,
        ..CcFlags::default()
    }
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}
