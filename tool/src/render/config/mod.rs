//! `config/BUILD` of an environment: its platform, its constraint and its toolchains.
//! It decides where tools may run; what the tools are is rendered elsewhere.

mod java;

use anyhow::Result;

pub use java::runtime_version;

use super::{ExecProperties, Rendered, bazel_cpu, folder, root};
use crate::starlark::rules::{Alias, ConstraintSetting, ConstraintValue, Platform, Toolchain};
use crate::starlark::{BuildFile, Label};
use crate::system::{Cpu, System};

/// "This platform has the environment": a setting of its own for each image, because a user's
/// platform may have several, and a platform takes only one value of a setting.
const SETTING: &str = "environment";
const PROVIDED: &str = "environment-provided";

pub fn build(environment: &Rendered, extra: &ExecProperties) -> Result<String> {
    let probed = environment.probed;
    let mut file = BuildFile::public()?;
    provided(&mut file, environment)?;
    let runs_on = on(probed.system, Label::here(PROVIDED));
    file.add(&Platform {
        name: "platform",
        constraint_values: [runs_on.clone(), vec![root::known()]].concat(),
        exec_properties: exec_properties(environment, extra),
    })?;
    if probed.target != probed.system {
        file.add(&Platform {
            name: "target",
            constraint_values: constraints(probed.target),
            exec_properties: ExecProperties::new(),
        })?;
    }
    if probed.cc.is_some() {
        let name = format!("cc-compiler-{}", bazel_cpu(probed.target.cpu));
        file.add(&Toolchain {
            name: "cc-toolchain",
            exec_compatible_with: runs_on.clone(),
            target_compatible_with: constraints(probed.target),
            target_settings: Vec::new(),
            toolchain: Label::of(&environment.path("cc"), &name),
            toolchain_type: Label::external("@bazel_tools//tools/cpp:toolchain_type"),
        })?;
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
