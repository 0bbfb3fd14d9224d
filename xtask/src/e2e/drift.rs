//! Stories in which two parts that belong together disagree: fetching fails, and says
//! how it is mended. They must not know how the parts are compared.

use anyhow::{Result, ensure};

use super::{Story, says};
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};

pub const STORIES: &[Story] = &[
    ("drift::committed_environment_against_shell", committed),
    ("drift::rc_file_against_manifest", rc_file),
    ("drift::module_against_helper", module),
    ("drift::paths_that_are_missing_are_a_warning", missing_paths),
];

/// A command that loads the repository and builds nothing.
const LOAD: &[&str] = &["query", "--config=lre", "@local-remote-execution//..."];

/// Given a committed manifest of another compiler than the shell's, then fetching fails
/// with the variable that differs; and the command in the error mends it.
fn committed(lab: &Lab) -> Result<()> {
    let (main, other) = (&lab.store.main, lab.store.other()?);
    let a = Workspace::set_up(lab, &lab.a, &example(), main)?;
    a.write("BUILD.bazel", "")?;
    a.write("lre.json", &a.machine.read(&other.manifest)?)?;
    a.append_to_module(r#"lre.environment(file = "//:lre.json")"#)?;

    let output = fails(&a, LOAD)?;
    let line = format!(
        "cc/cc/driver: \"{}\" / \"{}\"",
        other.compiler, main.compiler
    );
    says(&output, &line)?;
    let mend = format!("cp {} {}/lre.json", main.manifest, a.dir);
    says(&output, &mend)?;

    a.write("lre.json", &a.machine.read(&main.manifest)?)?;
    a.bazel(LOAD).map(drop)
}

/// Given an rc file whose manifest was changed behind it, then fetching fails until the
/// shell is entered again.
fn rc_file(lab: &Lab) -> Result<()> {
    let (main, other) = (&lab.store.main, lab.store.other()?);
    let a = Workspace::set_up(lab, &lab.a, &example(), main)?;
    let manifest = "/home/ada/drifting.json";
    let change = |to: &str| -> Result<()> {
        let text = a.machine.read(to)?;
        a.machine.write(manifest, &text)
    };
    change(&main.manifest)?;
    a.enter(main, manifest)?;
    a.bazel(LOAD)?;

    change(&other.manifest)?;
    says(
        &fails(&a, LOAD)?,
        ".bazelrc.lre was written for the manifest",
    )?;

    a.enter(main, manifest)?;
    a.bazel(LOAD).map(drop)
}

/// Given a helper of another version than the module, then fetching fails and names both.
fn module(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.bazel(LOAD)?;
    let version = format!("{}/lre/version.bzl", a.machine.spec.module);
    let own = a.machine.read(&version)?;
    a.machine.write(&version, "VERSION = \"9.9.9\"\n")?;

    let output = fails(&a, LOAD);

    a.machine.write(&version, &own)?;
    says(
        &output?,
        "the Bazel module lre is version 9.9.9 and this helper is version",
    )?;
    a.bazel(LOAD).map(drop)
}

/// Given an environment whose tools are on no machine of the lab, the reference, then the
/// repository is made all the same, with a warning.
fn missing_paths(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(".bazelrc.lre", "")?;
    let tool = format!("--repo_env=LRE_TOOL={}", lab.store.main.helper);
    let output = a.bazel(&["query", &tool, "@local-remote-execution//..."])?;
    says(&output, "of the toolchain's paths are not on this machine")?;
    says(
        &output,
        "@local-remote-execution//generated-java/config:platform",
    )
}

fn fails(workspace: &Workspace<'_>, args: &[&str]) -> Result<String> {
    let outcome = workspace.try_bazel(args)?;
    ensure!(!outcome.ok, "this should fail:\n{}", outcome.output);
    Ok(outcome.output)
}
