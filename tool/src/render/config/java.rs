//! The Java part of `config/BUILD`: which of Bazel's Java flags mean this environment, and the
//! toolchains that they select. It must not know what the toolchains are made of.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{PROVIDED, on};
use crate::manifest::Java;
use crate::render::java::{RUNTIME, languages, toolchain};
use crate::render::{Rendered, root};
use crate::starlark::rules::{Alias, ConfigSetting, Select, Toolchain};
use crate::starlark::{BuildFile, Label};

/// Holds where `--java_runtime_version` means this environment's JDK.
const CHOSEN: &str = "java-runtime-chosen";

/// Where a program in Java runs, as suffix of a toolchain's name and constraint: on a platform
/// of which lre knows nothing, or on one that has the JDK. Not on one of lre's that lacks it: a
/// program is not built to fail there.
fn targets() -> [(&'static str, Label); 2] {
    [("", root::unknown()), ("-provided", Label::here(PROVIDED))]
}

/// The value of `--java_runtime_version` that means the JDK of the environment `name` and no
/// other, in the form of rules_java's names, such as `remotejdk_21`.
pub fn runtime_version(name: &str, java: &Java) -> String {
    format!("{name}_{}", java.feature)
}

/// `runs_on` is what the tools of the environment run on.
pub fn add_to(
    file: &mut BuildFile,
    environment: &Rendered,
    java: &Java,
    runs_on: &[Label],
) -> Result<()> {
    chosen(file, environment, java)?;
    let package = environment.path("java");
    let mut add = |name: &str, exec: &[Label], target: Vec<Label>, settings, to: &str, kind| {
        file.add(&Toolchain {
            name,
            exec_compatible_with: exec.to_vec(),
            target_compatible_with: target,
            target_settings: settings,
            toolchain: Label::of(&package, to),
            toolchain_type: Label::external(kind),
        })
    };
    let chosen = Label::here(CHOSEN);
    for (suffix, there) in targets() {
        add(
            &format!("java-runtime-toolchain{suffix}"),
            &[],
            on(environment.probed.system, there),
            vec![chosen.clone()],
            RUNTIME,
            "@bazel_tools//tools/jdk:runtime_toolchain_type",
        )?;
    }
    if !java.has_compiler() {
        return Ok(());
    }
    add(
        "java-bootstrap-runtime-toolchain",
        runs_on,
        Vec::new(),
        vec![chosen.clone()],
        RUNTIME,
        "@bazel_tools//tools/jdk:bootstrap_runtime_toolchain_type",
    )?;
    for language in languages(java) {
        add(
            &format!("java-toolchain-{language}"),
            runs_on,
            Vec::new(),
            vec![chosen.clone(), Label::here(&setting(language))],
            &toolchain(language),
            "@bazel_tools//tools/jdk:toolchain_type",
        )?;
    }
    for language in languages(java) {
        file.add(&ConfigSetting {
            name: &setting(language),
            values: BTreeMap::from([("java_language_version", language.to_string().as_str())]),
        })?;
    }
    Ok(())
}

fn setting(language: u32) -> String {
    format!("java-language-{language}")
}

/// As in rules_java's `local_java_runtime`: the environment's name, its feature release, or both.
fn chosen(file: &mut BuildFile, environment: &Rendered, java: &Java) -> Result<()> {
    let feature = java.feature.to_string();
    let both = runtime_version(environment.name, java);
    let settings = [
        ("java-runtime-name", environment.name),
        ("java-runtime-feature", feature.as_str()),
        ("java-runtime-name-and-feature", both.as_str()),
    ];
    for (name, value) in settings {
        file.add(&ConfigSetting {
            name,
            values: BTreeMap::from([("java_runtime_version", value)]),
        })?;
    }
    let itself = |name: &str| (Label::here(name).to_string(), Label::here(name));
    let [(by_name, _), (by_feature, _), (by_both, _)] = settings;
    file.add(&Alias {
        name: CHOSEN,
        actual: Select(BTreeMap::from([
            itself(by_name),
            itself(by_feature),
            ("//conditions:default".to_owned(), Label::here(by_both)),
        ])),
    })
}
