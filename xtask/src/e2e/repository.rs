//! Stories about the synthesized repository: its labels, and when it is fetched. They
//! must not know what is in it.

use anyhow::{Result, ensure};

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};

pub const STORIES: &[Story] = &[
    ("repository::labels_resolve", labels),
    ("repository::fetched_when_the_environment_changes", refetch),
    ("repository::platform_has_the_users_properties", properties),
    ("repository::made_from_a_committed_manifest", committed),
    ("repository::an_environment_is_probed_when_fetched", probed),
];

/// Given a project that names the repository as the README says, then the labels that
/// users write resolve.
fn labels(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    for (label, kind) in [
        ("generated-cc/config:platform", "platform rule"),
        ("generated-cc/config:cc-toolchain", "toolchain rule"),
        ("generated-cc/config:java-toolchain-25", "toolchain rule"),
        ("generated-cc/java:runtime", "java_runtime rule"),
    ] {
        let label = format!("@local-remote-execution//{label}");
        let printed = a.bazel(&["query", "--config=lre", "--output=label_kind", &label])?;
        ensure!(
            printed.lines().any(|line| line.starts_with(kind)),
            "{label} should be a {kind}:\n{printed}"
        );
    }
    Ok(())
}

/// Given a fetched repository, then it is fetched again for another environment, and not
/// for a restart or a touched file. That changed content is seen is told among the
/// stories on drift, since it is an error.
fn refetch(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let fetched = || -> Result<bool> {
        a.bazel(&["build", "--config=lre", "--nobuild", "//text/..."])?;
        fetch_marker(&a)
    };
    let (main, other) = (&lab.store.main, lab.store.other()?);

    fetched()?;
    ensure!(!fetched()?, "fetched again although nothing changed");
    a.bazel(&["shutdown"])?;
    ensure!(!fetched()?, "fetched again after a restart");

    a.enter(main, &other.manifest)?;
    ensure!(fetched()?, "not fetched for another manifest");

    let copy = "/home/ada/manifest.json";
    let text = a.machine.read(&main.manifest)?;
    a.machine.write(copy, &text)?;
    a.enter(main, copy)?;
    ensure!(fetched()?, "not fetched for another path");
    a.machine.write(copy, &text)?;
    ensure!(!fetched()?, "fetched again for a touched file");
    Ok(())
}

/// Given properties in the root module, then the platform has them beside the
/// image of the environment.
fn properties(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.append_to_module(r#"lre.platform(exec_properties = {"Pool": "fast"})"#)?;
    let label = "@local-remote-execution//generated-cc/config:platform";
    let printed = a.bazel(&["query", "--config=lre", "--output=build", label])?;
    for property in ["\"Pool\": \"fast\"", "docker://lre:"] {
        ensure!(
            printed.contains(property),
            "{property} is not in:\n{printed}"
        );
    }
    Ok(())
}

/// Given a manifest in the project and no `.bazelrc.lre`, then the repository is made
/// from that manifest.
fn committed(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let other = lab.store.other()?;
    let manifest = a.machine.read(&other.manifest)?;
    a.write("lre.json", &manifest)?;
    a.write("BUILD.bazel", "")?;
    a.write(".bazelrc.lre", "")?;
    a.append_to_module(r#"lre.environment(file = "//:lre.json")"#)?;
    let tool = format!("--repo_env=LRE_TOOL={}", lab.store.main.helper);
    let label = "@local-remote-execution//generated-cc/cc:all";
    let printed = a.bazel(&["query", &tool, "--output=build", label])?;
    ensure!(
        printed.contains(&other.compiler),
        "the compiler of the committed manifest is not in:\n{printed}"
    );
    Ok(())
}

/// Given an environment that nobody has probed, then fetching probes it, and makes
/// what it makes of the manifest.
fn probed(lab: &Lab) -> Result<()> {
    let main = &lab.store.main;
    let a = Workspace::set_up(lab, &lab.a, &example(), main)?;
    let label = "@local-remote-execution//...";
    let query = ["query", "--config=lre", "--output=build", label];
    let from_manifest = a.bazel(&query)?;
    a.enter(main, &main.environment)?;
    let from_environment = a.bazel(&query)?;
    ensure!(
        rules(&from_manifest) == rules(&from_environment),
        "the manifest gives:\n{from_manifest}\nthe environment gives:\n{from_environment}"
    );
    Ok(())
}

/// The lines of a query's output that are rules and their attributes.
fn rules(printed: &str) -> Vec<&str> {
    let is_rule = |line: &&str| line.starts_with(' ') || line.ends_with('(');
    printed.lines().filter(is_rule).collect()
}

/// Whether the repository was fetched since this was last asked: fetching makes its
/// folder anew, so a file put there is gone.
fn fetch_marker(workspace: &Workspace<'_>) -> Result<bool> {
    let printed = workspace.bazel(&["info", "--config=lre", "output_base"])?;
    let base = printed
        .lines()
        .rfind(|line| line.starts_with('/'))
        .unwrap_or_default();
    let external = workspace.machine.path(base).join("external");
    let repository = external
        .read_dir_utf8()?
        .filter_map(Result::ok)
        .find(|entry| {
            entry.file_name().ends_with("local-remote-execution")
                && !entry.file_name().starts_with('@')
        });
    let Some(repository) = repository else {
        anyhow::bail!("{external} has no local-remote-execution");
    };
    let marker = repository.path().join("marker-of-the-test");
    if marker.exists() {
        return Ok(false);
    }
    std::fs::write(&marker, "")?;
    Ok(true)
}
