//! Stories about features of one compiler or of none: ThinLTO, and C++ runtimes that a
//! toolchain brings along. They must not know why a compiler lacks one.

use anyhow::{Result, ensure};

use super::super::assert_parity;
use super::{Compiler, both, refused, with};
use crate::lab::Lab;
use crate::parity::{Filled, judge};
use crate::story;

/// Given `--features=thin_lto`, then clang optimises across files in actions of their own, at
/// parity, and gcc says that it has no such thing.
pub fn thin_lto(lab: &Lab) -> Result<()> {
    let machines = both(lab, &[])?;
    let [a, b] = &machines;
    let feature = "--features=thin_lto";
    let target = "//app:tally";
    let clang = Compiler::Clang.flag();
    let args = with("build", &clang, &["-c", "opt", feature], &[target]);
    let runs = story::three(lab, a, b, &args)?;
    assert_parity(&judge(Filled::Remotely, &runs), 15)?;
    for mnemonic in ["CppLTOIndexing", "CcLtoBackendCompile"] {
        let mut spawns = runs[0].spawns.values();
        ensure!(
            spawns.any(|spawn| spawn.mnemonic == mnemonic),
            "there is no action {mnemonic}"
        );
    }
    let gcc = Compiler::Gcc.flag();
    let args = with("build", &gcc, &["--config=lre", feature], &[target]);
    refused(a, &args, "-flto=thin")
}

/// Given `--features=static_link_cpp_runtimes`, then Bazel says, for either compiler, that
/// the toolchain has no such libraries; docs/cpp.md names what to ask for instead.
pub fn static_runtimes(lab: &Lab) -> Result<()> {
    let [a, _] = both(lab, &[])?;
    for compiler in Compiler::BOTH {
        let flag = compiler.flag();
        let feature = "--features=static_link_cpp_runtimes";
        let flags = ["--config=lre", "--nobuild", feature];
        let said = "Toolchain supports embedded runtimes, but didn't provide";
        refused(&a, &with("build", &flag, &flags, &["//text:split"]), said)?;
    }
    Ok(())
}
