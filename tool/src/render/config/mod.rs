//! `config/BUILD` of an environment: its platform, its constraint and its toolchains.
//! It decides where tools may run; what the tools are is rendered elsewhere.

mod java;

use anyhow::Result;

pub use java::runtime_version;

use super::{Rendered, bazel_cpu, folder, root};
use crate::properties::ExecProperties;
use crate::starlark::rules::{Alias, ConstraintSetting, ConstraintValue, Platform, Toolchain};
use crate::starlark::{BuildFile, Label};
use crate::system::{Cpu, System};

/// "This platform has the environment": a setting of its own for each image, because a user's
/// platform may have several, and a platform takes only one value of a setting.
const SETTING: &str = "environment";
const PROVIDED: &str = "environment-provided";

pub fn build(environment: &Rendered) -> Result<String> {
    let probed = environment.probed;
    let mut file = BuildFile::public()?;
    provided(&mut file, environment)?;
    let runs_on = on(probed.system, Label::here(PROVIDED));
    let compiler = probed.cc.is_some().then(|| Label::here(root::COMPILER));
    if compiler.is_some() {
        file.add(&ConstraintValue {
            name: root::COMPILER,
            constraint_setting: Label::of("", root::COMPILER),
        })?;
    }
    let cross = probed.target != probed.system;
    // A platform on which a cross compiler runs has tools built for it by another one.
    let native = compiler.clone().filter(|_| !cross);
    file.add(&Platform {
        name: "platform",
        constraint_values: (runs_on.iter().cloned())
            .chain([root::known()])
            .chain(native)
            .collect(),
        exec_properties: environment.exec_properties.clone(),
    })?;
    if cross {
        file.add(&Platform {
            name: "target",
            constraint_values: constraints(probed.target)
                .into_iter()
                .chain(compiler)
                .collect(),
            exec_properties: ExecProperties::new(),
        })?;
    }
    if probed.cc.is_some() {
        add_cc_toolchains(&mut file, environment, &runs_on)?;
    }
    if let Some(jdk) = &probed.java {
        java::add_to(&mut file, environment, jdk, &runs_on)?;
    }
    if probed.shell.is_some() {
        file.add(&Toolchain {
            name: "sh-toolchain",
            exec_compatible_with: runs_on,
            target_compatible_with: Vec::new(),
            target_settings: Vec::new(),
            toolchain: Label::of(&environment.path("sh"), "sh"),
            toolchain_type: Label::external("@bazel_tools//tools/sh:toolchain_type"),
        })?;
    }
    file.print(&environment.comment(file!()))
}

/// The compiler twice: for platforms that ask for it, and for those that ask for none. The
/// second is missing where it builds against musl, for no constraint of `@platforms` tells a
/// platform that has musl from one that has not.
fn add_cc_toolchains(
    file: &mut BuildFile,
    environment: &Rendered,
    runs_on: &[Label],
) -> Result<()> {
    let target = environment.probed.target;
    let toolchain = format!("cc-compiler-{}", bazel_cpu(target.cpu));
    let any = (!target.musl || environment.probed.system.musl)
        .then(|| ("cc-toolchain", root::any_compiler()));
    for (name, compiler) in [("cc-toolchain-chosen", Label::here(root::COMPILER))]
        .into_iter()
        .chain(any)
    {
        file.add(&Toolchain {
            name,
            exec_compatible_with: runs_on.to_vec(),
            target_compatible_with: constraints(target).into_iter().chain([compiler]).collect(),
            target_settings: Vec::new(),
            toolchain: Label::of(&environment.path("cc"), &toolchain),
            toolchain_type: Label::external("@bazel_tools//tools/cpp:toolchain_type"),
        })?;
    }
    Ok(())
}

/// The constraint for what has the environment. Platforms with one image cannot be told apart by a
/// scheduler, so what one of them has, all have: they share the constraint of the first of them.
fn provided(file: &mut BuildFile, environment: &Rendered) -> Result<()> {
    if environment.first != environment.name {
        return file.add(&Alias {
            name: PROVIDED,
            actual: Label::of(&format!("{}/config", folder(environment.first)), PROVIDED),
        });
    }
    file.add(&ConstraintSetting {
        name: SETTING,
        default_constraint_value: None,
    })?;
    file.add(&ConstraintValue {
        name: PROVIDED,
        constraint_setting: Label::here(SETTING),
    })
}

/// A platform of `system` of which `value` is so.
fn on(system: System, value: Label) -> Vec<Label> {
    let mut constraints = constraints(system);
    constraints.push(value);
    constraints
}

fn constraints(system: System) -> Vec<Label> {
    let cpu = match system.cpu {
        Cpu::X86_64 => "@platforms//cpu:x86_64",
        Cpu::Aarch64 => "@platforms//cpu:aarch64",
    };
    vec![
        Label::external("@platforms//os:linux"),
        Label::external(cpu),
    ]
}
