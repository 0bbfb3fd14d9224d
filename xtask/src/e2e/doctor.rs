//! Stories about set-ups that are well, and about those with one fault each, which is named with its
//! place and its mend. They must not know how the doctor looks.

use anyhow::{Result, ensure};
use rustix::process::Signal;

use super::Story;
use crate::lab::Lab;
use crate::lab::front::{Failing, Front};
use crate::lab::patient::Patient;
use crate::shell::run;

pub const STORIES: &[Story] = &[
    ("doctor::nothing_is_wrong", healthy),
    ("doctor::lines_and_variables_that_break_parity", stray),
    ("doctor::parts_that_do_not_agree", parts),
    ("doctor::fix_does_what_is_safe_and_no_more", fixes),
    ("doctor::endpoint_that_fails_is_told_how", endpoints),
    ("doctor::action_that_no_worker_starts", waits),
    ("doctor::a_signal_leaves_nothing", interrupted),
];

/// What is not known where no rc file names an endpoint.
const NO_ENDPOINT: (&str, &str) = ("endpoint", "unknown");

/// However slow and busy the machine is that an action is to end on.
const PATIENTLY: &str = "--action-limit=300";

/// Given a project that was built in its dev shell, then all is well: without an endpoint, and with one,
/// which then has run an action for the platform's properties.
fn healthy(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-healthy")?;
    let patient = Patient::new(lab, &machine)?;
    patient.doctor(&[])?.only(&[NO_ENDPOINT])?;
    patient
        .workspace
        .bazel(&["build", "--config=lre", "//base/..."])?;
    let said = patient.doctor(&[])?;
    said.only(&[NO_ENDPOINT])?;
    said.check("generated-repository", "ok", &["local-remote-execution"])?;
    said.check("store-paths", "ok", &["all "])?;

    let executor = lab.worker.start()?;
    let address = executor.address();
    let said = patient.doctor(&[&format!("--remote_executor={address}"), PATIENTLY])?;
    said.only(&[])?;
    said.check(
        "endpoint",
        "ok",
        &[&address, "executes", "SHA256", "API 2.0"],
    )?;
    said.check(
        "probe-action",
        "ok",
        &["container-image=docker://lre:", "OSFamily=Linux"],
    )?;

    // The endpoint of a configuration that the user's own file has.
    let rc = format!("build:far --remote_executor={address}\n");
    patient.workspace.machine.write("/root/.bazelrc", &rc)?;
    patient
        .doctor(&["--config=far", PATIENTLY])?
        .check("probe-action", "ok", &[])?;
    patient.doctor(&[])?.only(&[NO_ENDPOINT])
}

/// Given flags of one user and variables of one shell that reach actions, then each is named with its
/// file and line, and what is not at fault is not named.
fn stray(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-stray")?;
    let patient = Patient::new(lab, &machine)?;
    let home = |text: &str| machine.write("/root/.bazelrc", text);
    let bazelrc = machine.read(&format!("{}/.bazelrc", patient.workspace.dir))?;
    let project = |text: &str| {
        patient
            .workspace
            .write(".bazelrc", &format!("{bazelrc}{text}"))
    };

    home("# mine\nbuild --action_env=CCACHE_DIR\n")?;
    let said = patient.doctor_with(&["CCACHE_DIR=/home/mine"], &[])?;
    said.only(&[("stray-flags", "wrong"), NO_ENDPOINT])?;
    let words = [
        "/root/.bazelrc:2:",
        "--action_env=CCACHE_DIR",
        ", set in this shell",
    ];
    said.check("stray-flags", "wrong", &words)?;

    home("test --test_env=HERE=1\nbuild --copt=-g\n")?;
    patient.doctor(&[])?.check(
        "stray-flags",
        "wrong",
        &["/root/.bazelrc:1:", "--test_env=HERE is"],
    )?;
    home("build --copt=-g\n")?;
    patient
        .doctor(&[])?
        .only(&[("stray-flags", "warning"), NO_ENDPOINT])?;
    home("")?;

    // With the configuration always on, a later line has the last word.
    project("common --config=lre\nbuild --noincompatible_strict_action_env\n")?;
    let said = patient.doctor(&[])?;
    said.only(&[("rc-not-undone", "wrong"), NO_ENDPOINT])?;
    let line = format!(".bazelrc:{}:", bazelrc.lines().count() + 2);
    said.check(
        "rc-not-undone",
        "wrong",
        &[&line, "--noincompatible_strict_action_env undoes"],
    )?;
    project("build --noincompatible_strict_action_env\n")?;
    patient.doctor(&[])?.only(&[NO_ENDPOINT])?;

    let said = patient.doctor_with(&["CC=/usr/bin/gcc", "BAZEL_CXXOPTS=-g"], &[])?;
    said.only(&[("stray-variables", "warning"), NO_ENDPOINT])?;
    said.check(
        "stray-variables",
        "warning",
        &["BAZEL_CXXOPTS, CC are set", "--config=lre"],
    )
}

/// Given a committed manifest, a `.bazelrc.lre`, a store path or a module that is another than the rest,
/// then that is told; and when it is mended, it is well.
fn parts(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-parts")?;
    let patient = Patient::new(lab, &machine)?;
    let workspace = &patient.workspace;
    let (main, other) = (&lab.store.main, lab.store.other()?);

    workspace.write("lre.json", &machine.read(&other.manifest)?)?;
    workspace.append_to_module(r#"lre.environment(file = "//:lre.json")"#)?;
    let said = patient.doctor(&[])?;
    said.only(&[("committed-file", "wrong"), NO_ENDPOINT])?;
    let mend = format!("cp {} {}/lre.json", main.manifest, workspace.dir);
    said.check(
        "committed-file",
        "wrong",
        &["cc/cc/driver", &other.compiler, &mend],
    )?;
    workspace.write("lre.json", &machine.read(&main.manifest)?)?;
    patient.doctor(&[])?.only(&[NO_ENDPOINT])?;

    let variable = format!("LRE_ENV={}", other.manifest);
    patient
        .doctor_with(&[&variable], &[])?
        .only(&[("shell", "wrong"), NO_ENDPOINT])?;

    // A store path that the manifest names, and that was collected.
    run(machine
        .command("/tmp", "sh")
        .args(["-c", "echo data > data"]))?;
    let output = run(machine.command("/tmp", "nix-store").args(["--add", "data"]))?;
    let data = String::from_utf8(output.stdout)?.trim().to_owned();
    let with_data = "/srv/with-data.json";
    let env = format!("\"env\": {{\n        \"DATA\": \"{data}\",");
    machine.write(
        with_data,
        &machine
            .read(&main.manifest)?
            .replacen("\"env\": {", &env, 1),
    )?;
    workspace.enter(main, with_data)?;
    workspace.write("lre.json", &machine.read(with_data)?)?;
    patient.doctor(&[])?.only(&[NO_ENDPOINT])?;
    run(machine.command("/", "nix-store").args(["--delete", &data]))?;
    let said = patient.doctor(&[])?;
    said.only(&[("store-paths", "wrong"), NO_ENDPOINT])?;
    said.check(
        "store-paths",
        "wrong",
        &[&format!("nix-store --realise {data}")],
    )?;

    // What `.bazelrc.lre` was written for changes behind it.
    machine.write(with_data, &machine.read(&main.manifest)?)?;
    workspace.write("lre.json", &machine.read(&main.manifest)?)?;
    let said = patient.doctor(&[])?;
    said.only(&[("rc-current", "wrong"), NO_ENDPOINT])?;
    said.check(
        "rc-current",
        "wrong",
        &["it was written for", &format!("--env {with_data}")],
    )?;
    workspace.enter(main, &main.manifest)?;

    let version = format!("{}/lre/version.bzl", machine.spec.module);
    machine.write(&version, "VERSION = \"9.9.9\"\n")?;
    let said = patient.doctor(&[])?;
    said.only(&[("versions", "wrong"), NO_ENDPOINT])?;
    said.check("versions", "wrong", &["9.9.9", "nix flake update lre"])
}

/// Given a project in which nothing of ours is left but the manifest, then `--fix` writes what is ours,
/// adds lines to what is the user's, and changes none; after that all is well, and there is nothing to do.
fn fixes(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-fixes")?;
    let patient = Patient::new(lab, &machine)?;
    let workspace = &patient.workspace;
    let rc = "# Ours.\nbuild --cxxopt=-std=c++17   # why\n\tbuild   --test_output=errors";
    workspace.write(".bazelrc", rc)?;
    workspace.write(".gitignore", "/bazel-*\n")?;
    run(machine.command(&workspace.dir, "rm").arg(".bazelrc.lre"))?;
    patient
        .doctor(&[])?
        .check("rc-imported", "wrong", &["lre doctor --fix"])?;

    let env = format!("--env={}", lab.store.main.manifest);
    let said = patient.doctor(&["--fix", &env])?;
    said.only(&[NO_ENDPOINT])?;
    let fixed = said.report["fixed"].as_array().map_or(0, Vec::len);
    ensure!(fixed == 3, "{:#}", said.report);
    let now = machine.read(&format!("{}/.bazelrc", workspace.dir))?;
    ensure!(
        now == format!(
            "{rc}\n\n# Written by the dev shell or by `lre bazelrc --prefix lre`.\n\
             try-import %workspace%/.bazelrc.lre"
        ),
        "{now}"
    );
    let now = machine.read(&format!("{}/.gitignore", workspace.dir))?;
    ensure!(now == "/bazel-*\n/.bazelrc.lre\n", "{now}");
    // The module finds its own helper, where the rc file names none.
    let tool = format!("--repo_env=LRE_TOOL={}", lab.store.main.helper);
    workspace.bazel(&["build", "--config=lre", &tool, "//base/..."])?;

    let again = patient.doctor(&["--fix"])?;
    again.only(&[NO_ENDPOINT])?;
    let fixed = again.report["fixed"].as_array().map(Vec::len);
    ensure!(fixed == Some(0), "{:#}", again.report);

    let ours = machine.read(&format!("{}/.bazelrc.lre", workspace.dir))?;
    workspace.write(".bazelrc.lre", &ours.replace("PATH=", "PATH=/usr/bin:"))?;
    patient
        .doctor(&[])?
        .check("rc-current", "wrong", &["was changed by hand"])?;
    patient.doctor(&["--fix"])?.only(&[NO_ENDPOINT])
}

/// Given endpoints that do not do what one does, then each is told apart, in Bazel's words.
fn endpoints(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-endpoints")?;
    let patient = Patient::new(lab, &machine)?;
    let told = |address: &str, words: &[&str]| -> Result<()> {
        let said = patient.doctor(&[&format!("--remote_executor={address}")])?;
        said.only(&[("endpoint", "wrong")])?;
        said.check("endpoint", "wrong", &[&[address], words].concat())
    };
    told(
        "grpc://127.0.0.1:1",
        &["does not answer", "Connection refused"],
    )?;
    let executor = lab.worker.start()?;
    for (failing, words) in [
        (
            Failing::CacheOnly,
            ["runs no actions", "not supported by the remote server"],
        ),
        (
            Failing::Unauthenticated,
            ["does not let you in", "UNAUTHENTICATED"],
        ),
        (Failing::Web, ["does not speak", "HTTP"]),
    ] {
        let front = Front::start(&machine, &executor, failing)?;
        told(&front.address(), &words)?;
    }
    Ok(())
}

/// Given an endpoint that takes actions and starts none, or a worker that does not come to an end, then
/// after the limit it is told which, with the properties; and nothing waits any longer.
fn waits(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-waits")?;
    let patient = Patient::new(lab, &machine)?;
    let executor = lab.worker.start()?;
    let front = Front::start(&machine, &executor, Failing::Queues)?;
    let flag = format!("--remote_executor={}", front.address());
    let said = patient.doctor(&[&flag, "--action-limit=3"])?;
    said.only(&[("probe-action", "wrong")])?;
    let words = [
        "container-image=docker://lre:",
        "did not start within 3 s",
        "lre.platform",
    ];
    said.check("probe-action", "wrong", &words)?;

    let slow = lab.worker.start_with(&sleeper(lab)?)?;
    let said = patient.doctor(&[&slow.remote_flag(), "--action-limit=3"])?;
    said.only(&[("probe-action", "wrong")])?;
    // The executor sends no stage, so that it is told as one that did not start: docs/doctor.md says so.
    said.check("probe-action", "wrong", &["did not start within 3 s"])
}

/// Given a doctor that waits for an action, when it gets a signal, then its Bazel and its folder go too.
fn interrupted(lab: &Lab) -> Result<()> {
    let machine = lab.builder_with_module("doctor-interrupted")?;
    let patient = Patient::new(lab, &machine)?;
    for signal in [Signal::INT, Signal::TERM] {
        let executor = lab.worker.start_with(&sleeper(lab)?)?;
        let root = lab.worker.root.join("tmp");
        let marker = root.join("started");
        let _ = std::fs::remove_file(&marker);
        let output = patient.interrupt(
            &[&executor.remote_flag(), "--action-limit=600"],
            signal,
            || marker.exists(),
        )?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.code() == Some(130), "{output:?}");
        ensure!(said.contains("stopped by a signal"), "{said}");
    }
    Ok(())
}

/// A launcher that leaves a file and sleeps for as long as the story takes.
fn sleeper(lab: &Lab) -> Result<String> {
    let sleep = format!(
        ": > /tmp/started; exec {}/bin/sleep 60",
        lab.store.main.core_tools
    );
    Ok(serde_json::to_string(&["/bin/sh", "-c", &sleep, "sh"])?)
}
