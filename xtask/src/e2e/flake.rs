//! Stories about the flake, told with real Nix: what entering the dev shell leaves in a
//! project, and what it says where it cannot. They must not know how the flake does it.

use std::fs;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use camino::Utf8PathBuf;

use super::{Story, assert_parity};
use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::lab::flakes::Project;
use crate::parity::{Filled, Run, judge};
use crate::story::local;

pub const STORIES: &[Story] = &[
    ("flake::functions", functions),
    ("flake::entering_writes_the_rc_file_once", entering),
    ("flake::template_builds_at_parity", template),
    ("flake::direnv_does_the_same", direnv),
    ("flake::no_git", no_git),
    ("flake::read_only_checkout", read_only),
    ("flake::foreign_file", foreign),
    ("flake::no_environment", no_environment),
];

/// The file of which all of them tell.
const RC_FILE: &str = ".bazelrc.lre";

/// Given the functions that decide in Nix, then they do as their tests say.
fn functions(lab: &Lab) -> Result<()> {
    let project = Project::new(lab, "flake-functions")?;
    let tests = "/opt/lre/nix/tests.nix";
    let args = ["--eval", "--strict", "--json", tests];
    let failing = text(&project.run("nix-instantiate", &args)?.stdout);
    ensure!(failing.trim() == "[]", "these fail: {failing}");
    Ok(())
}

/// Given a project made from the template, when its shell is entered, then the rc file
/// names manifest and helper in the store, and the manifest's closure brings the
/// tools; when it is entered again, then nothing is written.
fn entering(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-entering")?;
    project.commit()?;
    let first = project.enter()?;
    let rc = read(&project)?;
    let manifest = flag(&rc, "LRE_ENV")?;
    let helper = flag(&rc, "LRE_TOOL")?;
    for path in [&manifest, &helper] {
        ensure!(
            path.starts_with("/nix/store/"),
            "{path} is not in the store"
        );
    }
    let closure = text(
        &project
            .run("nix-store", &["--query", "--requisites", &manifest])?
            .stdout,
    );
    let tools = &lab.store.main.core_tools;
    ensure!(closure.contains(tools), "{tools} is not in\n{closure}");
    ensure!(
        !text(&first.stderr).contains(RC_FILE),
        "it is ignored, so nothing need be said"
    );

    let written = modified(&project)?;
    project.enter()?;
    ensure!(modified(&project)? == written, "entering twice wrote twice");
    let status = text(&project.run("git", &["status", "--porcelain"])?.stdout);
    ensure!(status.is_empty(), "the checkout is not clean:\n{status}");
    Ok(())
}

/// Given the template and nothing else, then outside of the shell it does not build; from
/// the shell on it builds remotely, and once more locally with the same digests.
fn template(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-template")?;
    project.commit()?;
    let workspace = Workspace::at(lab, &project.machine, &project.dir);
    let outside = workspace.try_bazel(&["build", "//..."])?;
    ensure!(
        !outside.ok && outside.output.contains("'lre' is not defined"),
        "outside of the shell:\n{}",
        outside.output
    );

    project.enter()?;
    workspace.bazel(&["query", "//..."])?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    let cache = executor.cache_flag();
    let [cached, kept] = local(&cache);
    let runs = [
        workspace.record("remote", &["test", &remote, "//..."])?,
        workspace.record("local", &["test", cached, kept, "//..."])?,
    ];
    // C++ is compiled as such also where its output is named like an assembler's source.
    workspace.bazel(&["build", "--save_temps", "//:hello"])?;
    workspace.bazel(&["shutdown"])?;
    let verdict = judge(Filled::Remotely, &runs);
    let java = |run: &Run| run.shared().any(|(_, spawn)| spawn.mnemonic == "Javac");
    ensure!(runs.iter().all(java), "no Java was compiled:\n{verdict}");
    assert_parity(&verdict, 10)
}

/// Given the template's `.envrc`, then direnv brings the same file as `nix develop`.
fn direnv(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-direnv")?;
    project.commit()?;
    project.run("direnv", &["allow"])?;
    project.run("direnv", &["exec", ".", "true"])?;
    let (by_direnv, written) = (read(&project)?, modified(&project)?);
    project.enter()?;
    ensure!(
        read(&project)? == by_direnv,
        "direnv and nix develop differ"
    );
    ensure!(modified(&project)? == written, "the second wrote again");
    Ok(())
}

/// Given a folder without git, then the file is written, and one line says so.
fn no_git(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-no-git")?;
    let said = text(&project.enter()?.stderr);
    ensure!(said.contains("no git repository"), "{said}");
    flag(&read(&project)?, "LRE_ENV").map(drop)
}

/// Given a checkout in which nothing can be written, then the shell starts, and says
/// what to do.
fn read_only(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-read-only")?;
    project.commit()?;
    project.freeze()?;
    let said = text(&project.enter()?.stderr);
    ensure!(
        said.contains("read-only") && said.contains("--out FILE"),
        "{said}"
    );
    ensure!(!path(&project).exists(), "written all the same");
    Ok(())
}

/// Given a file of that name that is somebody else's, then the shell starts, says so,
/// and leaves it alone.
fn foreign(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-foreign")?;
    project.commit()?;
    fs::write(path(&project), "build --config=mine\n")?;
    let said = text(&project.enter()?.stderr);
    ensure!(said.contains("did not write"), "{said}");
    ensure!(read(&project)? == "build --config=mine\n", "it was changed");
    Ok(())
}

/// Given settings that name no tools, under the short name, then the file warns, and has
/// the prefix.
fn no_environment(lab: &Lab) -> Result<()> {
    let project = Project::from_template(lab, "flake-no-environment")?;
    let flake = project.machine.path(&project.dir).join("flake.nix");
    let text = fs::read_to_string(&flake)?
        .replace("local-remote-execution.settings", "lre.settings")
        .replace("stdenv = pkgs.clangStdenv;", "")
        .replace("jdk = pkgs.jdk_headless;", "")
        .replace("prefix = \"lre\"", "prefix = \"it\"");
    fs::write(&flake, text)?;
    project.enter()?;
    let rc = read(&project)?;
    ensure!(rc.contains("WARNING") && rc.contains("\nbuild:it "), "{rc}");
    Ok(())
}

fn path(project: &Project) -> Utf8PathBuf {
    project.machine.path(&project.dir).join(RC_FILE)
}

fn read(project: &Project) -> Result<String> {
    let path = path(project);
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
}

fn modified(project: &Project) -> Result<SystemTime> {
    Ok(fs::metadata(path(project))?.modified()?)
}

/// The value of a variable of the repository's environment.
fn flag(rc: &str, variable: &str) -> Result<String> {
    let flag = format!("common:lre --repo_env={variable}=");
    rc.lines()
        .find_map(|line| line.strip_prefix(&flag))
        .map(str::to_owned)
        .with_context(|| format!("no {variable} in\n{rc}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
