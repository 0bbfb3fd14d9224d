//! `config/BUILD` of an environment: its platform, its constraint and its toolchains.
//! It decides where tools may run; what the tools are is rendered elsewhere.

mod java;

use anyhow::Result;

pub use java::runtime_version;

use super::{ExecProperties, Rendered, bazel_cpu, folder};
use crate::starlark::rules::{ConstraintSetting, ConstraintValue, Platform, Toolchain};
use crate::starlark::{BuildFile, Label};
use crate::system::{Cpu, System};

/// "This platform has the environment": a setting of its own for each
/// environment, because one platform may have several, and a platform takes only
/// one value of a setting.
const SETTING: &str = "environment";
const PROVIDED: &str = "environment-provided";
/// What a platform says whose image lacks the environment.
const ABSENT: &str = "environment-absent";
/// What every other platform means by saying nothing, such as the host.
const UNKNOWN: &str = "environment-unknown";

/// "What is built for this platform, this environment's compiler builds": one setting for
/// all environments, in the root package, since a platform takes one of them.
const COMPILER: &str = "compiler";
/// What every platform means that asks for none, such as the host or one of the user's own.
const ANY_COMPILER: &str = "any-compiler";

/// The setting by which a target platform chooses among the compilers of all environments.
pub fn add_compiler_setting(file: &mut BuildFile) -> Result<()> {
    file.add(&ConstraintSetting {
        name: COMPILER,
        default_constraint_value: Some(Label::here(ANY_COMPILER)),
    })?;
    file.add(&ConstraintValue {
        name: ANY_COMPILER,
        constraint_setting: Label::here(COMPILER),
    })
}

pub fn build(environment: &Rendered, extra: &ExecProperties) -> Result<String> {
    let probed = environment.probed;
    let mut file = BuildFile::public()?;
    file.add(&ConstraintSetting {
        name: SETTING,
        default_constraint_value: Some(Label::here(UNKNOWN)),
    })?;
    for name in [PROVIDED, ABSENT, UNKNOWN] {
        file.add(&ConstraintValue {
            name,
            constraint_setting: Label::here(SETTING),
        })?;
    }
    let runs_on = on(probed.system, PROVIDED);
    let compiler = probed.cc.is_some().then(|| Label::here(COMPILER));
    if compiler.is_some() {
        file.add(&ConstraintValue {
            name: COMPILER,
            constraint_setting: Label::of("", COMPILER),
        })?;
    }
    let cross = probed.target != probed.system;
    // A platform on which a cross compiler runs has tools built for it by another one.
    let native = compiler.clone().filter(|_| !cross);
    file.add(&Platform {
        name: "platform",
        constraint_values: [runs_on.clone(), others(environment)]
            .concat()
            .into_iter()
            .chain(native)
            .collect(),
        exec_properties: exec_properties(environment, extra),
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
        .then(|| ("cc-toolchain", Label::of("", ANY_COMPILER)));
    for (name, compiler) in [("cc-toolchain-chosen", Label::here(COMPILER))]
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

/// What the platform of `environment` says of the other environments. Platforms with one
/// image cannot be told apart by a scheduler, so what one of them has, all have.
fn others(environment: &Rendered) -> Vec<Label> {
    let here = environment.probed;
    let others = environment.all.iter();
    others
        .filter(|(name, _)| name.as_str() != environment.name)
        .map(|(name, there)| {
            let same = there.image == here.image && there.system == here.system;
            let value = if same { PROVIDED } else { ABSENT };
            Label::of(&format!("{}/config", folder(name)), value)
        })
        .collect()
}

/// A platform of `system` that says `value` of this environment.
fn on(system: System, value: &str) -> Vec<Label> {
    let mut constraints = constraints(system);
    constraints.push(Label::here(value));
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

/// What a scheduler matches. `container-image` and `OSFamily` are the names
/// that Bazel's RBE documentation and NativeLink's examples use; a user's own
/// properties win over both.
fn exec_properties(environment: &Rendered, extra: &ExecProperties) -> ExecProperties {
    let mut properties = ExecProperties::from([("OSFamily".to_owned(), "Linux".to_owned())]);
    if let Some(image) = &environment.probed.image {
        properties.insert("container-image".to_owned(), image.reference());
    }
    properties.extend(extra.clone());
    properties
}
