//! The Java part of `config/BUILD`: which of Bazel's Java flags mean this environment, and the
//! toolchains that they select. It must not know what the toolchains are made of.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{PROVIDED, UNKNOWN, constraints};
use crate::manifest::Java;
use crate::render::Rendered;
use crate::render::java::{RUNTIME, languages, toolchain};
use crate::starlark::rules::{Alias, ConfigSetting, Select, Toolchain};
use crate::starlark::{BuildFile, Label};

/// Holds where `--java_runtime_version` means this environment's JDK.
const CHOSEN: &str = "java-runtime-chosen";

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
    // A runtime is something that the target runs on: on a platform that is known to have
    // the JDK, or on one of which lre knows nothing, as the host. On the platform of an
    // environment that lacks it a program in Java is not built to fail there.
    for (name, there) in [
        ("java-runtime-toolchain", PROVIDED),
        ("java-runtime-toolchain-unknown", UNKNOWN),
    ] {
        let mut target = constraints(environment.probed.system);
        target.push(Label::here(there));
        let kind = "@bazel_tools//tools/jdk:runtime_toolchain_type";
        add(name, &[], target, vec![chosen.clone()], RUNTIME, kind)?;
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
