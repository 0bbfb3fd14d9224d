//! Stories about the synthesized repository: its labels, and when it is fetched. They
//! must not know what is in it.

use anyhow::{Result, ensure};

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};

pub const STORIES: &[Story] = &[
    ("repository::labels_resolve", labels),
    ("repository::fetched_when_the_environment_changes", refetch),
];

/// Given a project that names the repository as the README says, then the labels that
/// users write resolve.
fn labels(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    for (label, kind) in [
        ("generated-cc/config:platform", "platform rule"),
        ("generated-cc/config:cc-toolchain", "toolchain rule"),
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

/// Given a fetched repository, then it is fetched again for another environment or
/// when the file that names it changes, and not for a restart or a touched file.
fn refetch(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let fetched = || -> Result<bool> {
        a.bazel(&["build", "--config=lre", "--nobuild", "//text/..."])?;
        fetch_marker(&a)
    };
    let (main, other) = (&lab.store.main, &lab.store.other);

    fetched()?;
    ensure!(!fetched()?, "fetched again although nothing changed");
    a.bazel(&["shutdown"])?;
    ensure!(!fetched()?, "fetched again after a restart");

    a.enter(main, &other.manifest)?;
    ensure!(fetched()?, "not fetched for another manifest");

    let copy = "/home/ada/manifest.json";
    let text = std::fs::read_to_string(a.machine.path(&main.manifest))?;
    a.machine.write(copy, &text)?;
    a.enter(main, copy)?;
    ensure!(fetched()?, "not fetched for another path");
    a.machine.write(copy, &text)?;
    ensure!(!fetched()?, "fetched again for a touched file");
    let text = std::fs::read_to_string(a.machine.path(&other.manifest))?;
    a.machine.write(copy, &text)?;
    ensure!(fetched()?, "not fetched for changed content");
    Ok(())
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
