//! Stories of a project that has never heard of lre, and adopts it with one command. They must not
//! know which lines that takes.

use std::fs;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use camino::Utf8PathBuf;

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};

pub const STORIES: &[Story] = &[
    ("adopt::a_project_builds_with_lre_after_one_command", builds),
    ("adopt::at_a_terminal_it_asks", asks),
];

/// The files of which both tell.
const FILES: [&str; 3] = ["MODULE.bazel", ".bazelrc", ".gitignore"];

/// Given the C++ example without all that it has of lre, when lre is adopted, then its files are
/// what they were in the example, and Bazel builds and tests it with the environment's compiler.
fn builds(lab: &Lab) -> Result<()> {
    let main = &lab.store.main;
    let a = stripped(lab)?;
    let before = a.try_bazel(&["build", "--config=lre", "//..."])?;
    ensure!(
        !before.ok && before.output.contains("'lre' is not defined"),
        "before:\n{}",
        before.output
    );
    ensure!(
        init(lab, &a, &["--check"])?.status.code() == Some(1),
        "nothing is missing"
    );

    let output = init(lab, &a, &["--yes"])?;

    ensure!(output.status.success(), "{}", text(&output.stderr));
    for name in FILES {
        let (there, wanted) = (read(&a, name)?, fs::read_to_string(example().join(name))?);
        ensure!(there == wanted, "{name} is\n{there}\nand not\n{wanted}");
    }
    ensure!(
        init(lab, &a, &["--check"])?.status.success(),
        "something is missing still"
    );
    a.enter(main, &main.manifest)?;
    let run = a.record("adopted", &["test", "--config=lre", "//..."])?;
    let compiled = run
        .spawns
        .values()
        .filter(|spawn| spawn.mnemonic == "CppCompile");
    let compilers: Vec<_> = compiled.map(|spawn| spawn.command_args.first()).collect();
    ensure!(
        compilers.len() > 5 && compilers.iter().all(|c| *c == Some(&main.compiler)),
        "compiled by {compilers:?}"
    );
    Ok(())
}

/// Given a terminal, then nothing is written where the answer is no, and all of it where it is yes.
fn asks(lab: &Lab) -> Result<()> {
    let a = stripped(lab)?;
    let before = files(&a)?;
    let said = at_terminal(lab, &a, "n")?;
    ensure!(
        said.contains("[y/N]") && said.contains("+bazel_dep(name = \"lre\""),
        "{said}"
    );
    ensure!(files(&a)? == before, "written all the same");

    let said = at_terminal(lab, &a, "y")?;
    ensure!(said.contains("written"), "{said}");
    ensure!(files(&a)? != before, "nothing was written");
    Ok(())
}

/// The C++ example on A without the lines about lre.
fn stripped(lab: &Lab) -> Result<Workspace<'_>> {
    let a = Workspace::at(lab, &lab.a, &lab.a.check_out(&example(), "adopting")?);
    for name in FILES {
        let text = read(&a, name)?;
        let kept: Vec<&str> = text.lines().filter(|line| !is_of_lre(line)).collect();
        ensure!(
            kept.len() < text.lines().count(),
            "{name} has nothing of lre"
        );
        a.write(name, &format!("{}\n", kept.join("\n").trim_end()))?;
    }
    Ok(a)
}

fn is_of_lre(line: &str) -> bool {
    ["lre", "local-remote-execution"]
        .iter()
        .any(|word| line.contains(word))
}

fn init(lab: &Lab, workspace: &Workspace<'_>, args: &[&str]) -> Result<Output> {
    let helper = &lab.store.main.helper;
    let mut command = workspace.machine.command(&workspace.dir, helper);
    command
        .arg("init")
        .args(args)
        .output()
        .context("cannot run lre init")
}

/// What is said at a terminal, which script(1) makes, to somebody who gives `answer`.
fn at_terminal(lab: &Lab, workspace: &Workspace<'_>, answer: &str) -> Result<String> {
    let typed = format!(
        "printf '{answer}\\n' | script --quiet --return --command '{} init' /dev/null",
        lab.store.main.helper
    );
    let mut command: Command = workspace.machine.command(&workspace.dir, "sh");
    let output = command
        .args(["-c", &typed])
        .output()
        .context("cannot run script")?;
    Ok(text(&output.stdout))
}

fn files(workspace: &Workspace<'_>) -> Result<Vec<String>> {
    FILES.iter().map(|name| read(workspace, name)).collect()
}

fn read(workspace: &Workspace<'_>, name: &str) -> Result<String> {
    let path = Utf8PathBuf::from(&workspace.dir).join(name);
    workspace.machine.read(path.as_str())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
