//! Stories about what users ask of a C++ toolchain by name: sanitizers, coverage, kinds of
//! linking, debug information. They must not know how rules_cc makes flags of it.

mod coverage;
mod names;
mod optimisation;
mod sanitizers;
mod targets;

use anyhow::{Result, ensure};

use super::{Story, platform};
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::story;

pub const STORIES: &[Story] = &[
    ("feature::kinds_of_sources_and_links", targets::kinds),
    (
        "feature::debug_information_apart",
        targets::debug_information,
    ),
    ("feature::run_what_was_built_remotely", targets::run),
    ("feature::sanitizers", sanitizers::all),
    ("feature::coverage", coverage::report),
    ("feature::coverage_as_llvm_has_it", coverage::native),
    ("feature::thin_lto", optimisation::thin_lto),
    (
        "feature::static_link_cpp_runtimes",
        optimisation::static_runtimes,
    ),
    ("feature::names_in_the_docs", names::documented),
];

/// An environment of [`crate::lab::store::Store::features`], chosen by the target platform.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compiler {
    /// clang with lld.
    Clang,
    /// clang with LLVM's own coverage.
    ClangNativeCoverage,
    /// gcc with bfd.
    Gcc,
    /// gcc with mold.
    GccMold,
}

impl Compiler {
    /// The two whose features docs/cpp.md compares.
    const BOTH: [Compiler; 2] = [Compiler::Clang, Compiler::Gcc];

    /// The flag that chooses it.
    fn flag(self) -> String {
        let environment = match self {
            Compiler::Clang => "cc",
            Compiler::ClangNativeCoverage => "llvm",
            Compiler::Gcc => "gcc",
            Compiler::GccMold => "mold",
        };
        platform(environment, "platform")
    }
}

/// The example on A and on B with files of the story's own, in an environment of each compiler.
fn both<'lab>(lab: &'lab Lab, files: &[(&str, &str)]) -> Result<[Workspace<'lab>; 2]> {
    let (a, b) = story::on_both(lab, &example(), lab.store.features()?)?;
    for workspace in [&a, &b] {
        for (path, text) in files {
            workspace.write(path, text)?;
        }
    }
    Ok([a, b])
}

/// A command with `flags` and the compiler's own, then `targets`.
fn with<'a>(
    command: &'a str,
    compiler: &'a str,
    flags: &[&'a str],
    targets: &[&'a str],
) -> Vec<&'a str> {
    [&[command, compiler], flags, targets].concat()
}

/// [`story::three_runs`], at parity over more than `at_least` spawns.
fn parity(lab: &Lab, on: &[Workspace<'_>; 2], args: &[&str], at_least: usize) -> Result<()> {
    let [a, b] = on;
    super::assert_parity(&story::three_runs(lab, a, b, args)?, at_least)
}

/// Asserts that a command fails, and for the reason `said`.
fn refused(a: &Workspace<'_>, args: &[&str], said: &str) -> Result<()> {
    let outcome = a.try_bazel(args)?;
    ensure!(
        !outcome.ok && outcome.output.contains(said),
        "{args:?} should say {said:?}:\n{}",
        outcome.output
    );
    Ok(())
}
