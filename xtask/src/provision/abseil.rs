//! abseil-cpp's sources, as Debian publishes them: real software that no one here
//! wrote. It must not know how it is built.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};
use crate::checkout;
use crate::shell::{progress, run};

/// rules_cc 0.0.11, which Debian's Bazel carries, has no such constraint, and a
/// `select` must not name a label that is not there.
const UNKNOWN_LABEL: &str = "@rules_cc//cc/compiler:emscripten";

/// The module that depends on abseil and on nothing else.
const WORKSPACE: &[(&str, &str)] = &[
    (
        "MODULE.bazel",
        concat!(
            r#"module(name = "lab")

bazel_dep(name = "abseil-cpp")
local_path_override(module_name = "abseil-cpp", path = "abseil")

bazel_dep(name = "googletest")
local_path_override(module_name = "googletest", path = "googletest")

bazel_dep(name = "lre", version = ""#,
            env!("CARGO_PKG_VERSION"),
            r#"")

lre = use_extension("@lre//:extensions.bzl", "lre")
use_repo(lre, "local-remote-execution")
"#
        ),
    ),
    (
        ".bazelrc",
        "build --cxxopt=-std=c++17\ntry-import %workspace%/.bazelrc.lre\n",
    ),
    ("BUILD.bazel", ""),
    ("googletest/MODULE.bazel", "module(name = \"googletest\")\n"),
    (
        "googletest/BUILD.bazel",
        r#"package(default_visibility = ["//visibility:public"])

cc_library(name = "gtest")

cc_library(name = "gtest_main")
"#,
    ),
];

/// Makes the workspace at `abseil/` of the lab: `abseil/` with the sources,
/// `googletest/` empty (only tests need it), and the module that names both.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let mut parts = vec![UNKNOWN_LABEL];
    parts.extend(WORKSPACE.iter().flat_map(|&(path, text)| [path, text]));
    stamp::folder(lab, "abseil", &stamp::key(&parts), |dir| {
        let sources = dir.join("abseil");
        fs::create_dir_all(&sources)?;
        download(dir)?;
        for package in ["absl/base", "absl/debugging", "absl/synchronization"] {
            without_unknown_label(&sources.join(package).join("BUILD.bazel"))?;
        }
        without_unknown_label(&sources.join("absl/random/internal/BUILD.bazel"))?;
        for (path, text) in WORKSPACE {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().expect("below the workspace"))?;
            fs::write(&path, text).with_context(|| format!("cannot write {path}"))?;
        }
        Ok(())
    })
}

/// Unpacks the source package to `abseil/` of `dir`, with an apt of its own
/// state, so that the machine's sources stay as they are.
fn download(dir: &Utf8Path) -> Result<()> {
    let mirror = apt::mirror()?;
    progress(format_args!("abseil: sources from {mirror}"));
    let apt = dir.join("apt");
    fs::create_dir_all(apt.join("lists/partial"))?;
    fs::create_dir_all(apt.join("cache/archives/partial"))?;
    fs::write(
        apt.join("sources.list"),
        apt::source_line("deb-src", &mirror) + "\n",
    )?;
    for args in [
        &["update"][..],
        &["source", "--download-only", "--only-source", "abseil"],
    ] {
        run(Command::new("apt-get")
            .args(["-o", &format!("Dir::Etc::SourceList={apt}/sources.list")])
            .args(["-o", "Dir::Etc::SourceParts=/dev/null"])
            .args(["-o", &format!("Dir::State::Lists={apt}/lists")])
            .args(["-o", &format!("Dir::Cache={apt}/cache")])
            .args(["-o", "Acquire::Check-Valid-Until=false"])
            .args(["-o", "APT::Sandbox::User=root"])
            .args(args)
            .current_dir(&apt))
        .with_context(|| apt::mirror_help(&mirror))?;
    }
    let archive = apt
        .read_dir_utf8()?
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().contains(".orig.tar"))
        .context("the source package abseil has no .orig.tar")?;
    run(Command::new("tar")
        .args(["--strip-components=1", "--no-same-owner", "-C"])
        .arg(dir.join("abseil"))
        .arg("-xf")
        .arg(archive.path()))?;
    checkout::remove(&apt)
}

fn without_unknown_label(path: &Utf8Path) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let kept: String = text
        .split_inclusive('\n')
        .filter(|line| !line.contains(UNKNOWN_LABEL))
        .collect();
    fs::write(path, kept).with_context(|| format!("cannot write {path}"))
}
