//! Stories in which the place or a value means harm: nothing is half written, and nothing
//! that is a value becomes code. They must not know how the helper guards itself.

use std::process::Output;

use anyhow::{Context, Result, ensure};

use super::Story;
use crate::lab::bazel::{Workspace, example};
use crate::lab::{Lab, mounts};

pub const STORIES: &[Story] = &[
    ("hostile::full_disk_leaves_the_old_tree", full_disk),
    ("hostile::folder_that_cannot_be_written", unwritable),
    ("hostile::odd_names_and_values_stay_values", odd_values),
];

/// Given a disk on which one tree fits and not two, then the first stays whole when the
/// second cannot be written, and nothing else is left.
fn full_disk(lab: &Lab) -> Result<()> {
    let disk = "/home/ada/disk";
    mounts::small(&lab.a.path(disk), "56k")?;
    lab.a.give(disk)?;
    let repo = format!("{disk}/repo");
    let first = lre(lab, &["generate", "--out", &repo])?;
    ensure!(first.status.success(), "{first:?}");

    let second = lre(lab, &["generate", "--out", &repo, "--exec-property=A=b"])?;

    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    ensure!(second.status.code() == Some(2), "{second:?}");
    ensure!(said.contains("No space left on device"), "{said}");
    let check = lre(lab, &["generate", "--out", &repo, "--check"])?;
    ensure!(check.status.success(), "the old tree is not whole");
    let names: Vec<String> = lab
        .a
        .path(disk)
        .read_dir_utf8()?
        .map(|entry| Ok(entry?.file_name().to_owned()))
        .collect::<Result<_>>()?;
    ensure!(names == ["repo"], "left on the disk: {names:?}");
    Ok(())
}

/// Given a folder of somebody else's, then the error names it.
fn unwritable(lab: &Lab) -> Result<()> {
    let refused = lre(lab, &["generate", "--out", "/opt/stubs/repo"])?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(refused.status.code() == Some(2), "{refused:?}");
    ensure!(said.contains("/opt/stubs: cannot write here"), "{said}");
    Ok(())
}

/// Given a manifest's file, a variable and a property that are full of what Starlark, rc
/// files and shells give a meaning, then Bazel reads each back as it was written.
fn odd_values(lab: &Lab) -> Result<()> {
    let main = &lab.store.main;
    let a = Workspace::set_up(lab, &lab.a, &example(), main)?;
    let odd = r#"it's "$(touch /tmp/owned)" `touch /tmp/owned` %workspace% {x} \n #1 ü"#;
    let mut manifest: serde_json::Value = serde_json::from_str(&a.machine.read(&main.manifest)?)?;
    manifest["environments"]["cc"]["env"]["NOTE"] = format!("{odd}\\").into();
    let file = format!("{}/{}.json", a.dir, odd.replace('/', "|"));
    a.machine.write(&file, &manifest.to_string())?;
    a.machine.give(&a.dir)?;
    a.enter(main, &file)?;
    let literal = serde_json::to_string(odd)?;
    a.append_to_module(&format!(
        "lre.platform(exec_properties = {{\"Odd\": {literal}}})"
    ))?;

    let platform = "@local-remote-execution//generated-cc/config:platform";
    let printed = a.bazel(&["query", "--config=lre", "--output=build", platform])?;
    a.bazel(&["build", "--config=lre", "//text/..."])?;

    ensure!(
        printed.contains(&literal),
        "{literal} is not in:\n{printed}"
    );
    ensure!(!a.machine.path("/tmp/owned").exists(), "a value was run");
    Ok(())
}

fn lre(lab: &Lab, args: &[&str]) -> Result<Output> {
    lab.a
        .command("/", &lab.store.main.helper)
        .args(args)
        .output()
        .context("chroot could not be started")
}
