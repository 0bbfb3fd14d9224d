//! Stories about an image that somebody made without us and without Nix: Debian with gcc. They must
//! not know how its tools are found.

use anyhow::{Context, Result, ensure};

use super::{Story, asks, assert_parity};
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example, java_example};
use crate::lab::engine::{Engine, IMAGES};
use crate::lab::executor::Executor;
use crate::lab::mounts;
use crate::lab::store::Environment;
use crate::parity::{Filled, judge};
use crate::provision::Need;
use crate::shell::{capture, progress, run};
use crate::story;

pub const STORIES: &[Story] = &[
    ("container::debian_builds_remotely_and_not_here", debian),
    ("container::whoever_probes_it_finds_the_same", same),
    ("container::its_programs_see_nothing_but_it", enclosed),
];

/// Where the developers keep the manifest that they were given.
const MANIFEST: &str = "/srv/debian.json";

/// The PATH of the image; that it has a compiler and a JDK is not said.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin:/usr/lib/x86_64-linux-gnu/bazel/java_tools/bin";

/// Given Debian with gcc and a JDK, made by umoci, when its manifest is made without Nix and without
/// running it, and the executor runs in it, then A builds and tests C++ and Java there, and B finds every
/// action in its cache; and without workers nothing is built, which is told with the reason.
fn debian(lab: &Lab) -> Result<()> {
    let engine = with_image(lab, "debian")?;
    run(&mut probe(
        &engine,
        &lab.store.main.helper,
        "oci:debian:1",
        "debian.json",
    ))?;
    let manifest = engine.machine.read(&format!("{IMAGES}/debian.json"))?;
    for machine in [&lab.a, &lab.b] {
        machine.write(MANIFEST, &manifest)?;
    }
    let environment = Environment {
        manifest: MANIFEST.to_owned(),
        environment: MANIFEST.to_owned(),
        ..lab.store.main.clone()
    };
    let id = engine.pull(&format!("oci:{IMAGES}/debian:1"))?;
    for (project, at_least) in [(example(), 60), (java_example(), 30)] {
        let (a, b) = story::on_both(lab, &project, &environment)?;
        let executor = engine.start(&id)?;
        refused(&a, &executor)?;
        let remote = executor.remote_flag();
        let test = ["test", "--config=lre", &remote, "//..."];
        let runs = [
            a.record("remote on A", &test)?,
            a.record("again on A", &test)?,
            b.record("remote on B", &test)?,
        ];
        assert_parity(&judge(Filled::Remotely, &runs), at_least)?;
        asks(
            &runs[0],
            |spawn| spawn.is_shared(),
            "docker://debian@sha256:",
        )?;
    }
    Ok(())
}

/// What the repository says when it is made, and Bazel of each action.
const NOTE: &str = "so nothing is built with them here: name workers that run this image";
const REFUSED: &str = "cannot be executed with any of the available strategies: [remote]";

/// Whatever would run an action on the machine itself.
fn refused(workspace: &Workspace<'_>, executor: &Executor) -> Result<()> {
    // As on a machine that has made nothing of it yet.
    workspace.bazel(&["clean", "--expunge"])?;
    let cache = executor.cache_flag();
    for flags in [&[][..], &[cache.as_str()]] {
        progress(format_args!("bazel build without workers {flags:?}"));
        let outcome =
            workspace.try_bazel(&[&["build", "--config=lre"], flags, &["//..."]].concat())?;
        ensure!(
            !outcome.ok,
            "it was built on this machine: {}",
            outcome.output
        );
        for said in flags
            .is_empty()
            .then_some(NOTE)
            .into_iter()
            .chain([REFUSED])
        {
            ensure!(
                outcome.output.contains(said),
                "no {said:?} in\n{}",
                outcome.output
            );
        }
    }
    Ok(())
}

/// Given the same image as a layout, as an archive of Docker's, and a user without privileges, then
/// what is found in it is the same, and its digest is its name where there is one.
fn same(lab: &Lab) -> Result<()> {
    let engine = with_image(lab, "same")?;
    let helper = &lab.store.main.helper;
    run(engine.command("skopeo").args([
        "--insecure-policy",
        "copy",
        "oci:debian:1",
        "docker-archive:saved.tar:debian:1",
    ]))?;
    run(&mut probe(&engine, helper, "oci:debian:1", "one.json"))?;
    run(&mut probe(
        &engine,
        helper,
        "docker-archive:saved.tar",
        "saved.json",
    ))?;
    run(engine
        .command("sh")
        .args(["-ec", "chmod -R a+rX . && chmod a+w ."]))?;
    let unprivileged = ["--reuid=1234", "--regid=1234", "--clear-groups", helper];
    run(engine.command("setpriv").args(unprivileged).args([
        "probe",
        "--image",
        "oci:debian:1",
        "--out",
        "user.json",
    ]))?;
    let read = |name: &str| engine.machine.read(&format!("{IMAGES}/{name}"));
    let (one, user, saved) = (read("one.json")?, read("user.json")?, read("saved.json")?);
    ensure!(one == user, "{one}\n{user}");
    let without_image = |text: &str| -> Result<serde_json::Value> {
        let mut value: serde_json::Value = serde_json::from_str(text)?;
        let cc = value["environments"]["cc"].as_object_mut();
        cc.context("no environment cc")?.remove("image");
        Ok(value)
    };
    let env = &without_image(&one)?["environments"]["cc"]["env"];
    ensure!(env["CC"] == "/usr/bin/gcc", "{env}");
    ensure!(
        env["JAVA_HOME"] == "/usr/lib/jvm/java-25-openjdk-amd64",
        "{env}"
    );
    ensure!(
        without_image(&one)? == without_image(&saved)?,
        "{one}\n{saved}"
    );
    Ok(())
}

/// Given an image whose compiler is a spy, when it is probed by root, then the spy finds no network,
/// no file and no process of the machine, nothing that it can change and no way to change that.
fn enclosed(lab: &Lab) -> Result<()> {
    let engine = with_image(lab, "enclosed")?;
    engine.machine.write(&format!("{IMAGES}/spy"), SPY)?;
    let insert = "chmod a+x spy; umoci insert --image debian:1 spy /usr/local/bin/gcc";
    run(engine.command("sh").args(["-ec", insert]))?;
    let helper = &lab.store.main.helper;
    let output = probe(&engine, helper, "oci:debian:1", "spied.json").output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(2), "{said}");
    ensure!(
        !engine
            .machine
            .path(&format!("{IMAGES}/spied.json"))
            .exists()
    );
    for line in [
        "error: interfaces: 1",
        "error: of the machine:",
        "error: as root: 0000000000000000",
    ] {
        ensure!(
            said.lines().any(|found| found.trim_end().ends_with(line)),
            "no {line:?} in {said}"
        );
    }
    ensure!(!said.contains("error: I "), "{said}");
    // The helper in its namespaces, and what the spy itself starts; not those of the machine.
    let count = said
        .split("error: processes: ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let count: usize = count.context("no processes")?.trim().parse()?;
    ensure!((2..30).contains(&count), "{said}");
    let left = capture(
        engine
            .machine
            .command("/tmp", "sh")
            .args(["-c", "ls /tmp | grep -c lre-image; true"]),
    )?;
    ensure!(left.trim() == "0", "{left} copies of images are left");
    Ok(())
}

/// Says what it sees, and what it could do; each line is an error, so that it is shown.
const SPY: &str = r#"#!/bin/bash
say() { echo "error: $*" >&2; }
say "interfaces: $(grep -c : /proc/net/dev)"
say "processes: $(ls -d /proc/[0-9]* | wc -l)"
say "of the machine: $(ls -d /srv/images /srv/debian /nix 2>/dev/null)"
say "as root: $(sed -n 's/^CapEff:\s*//p' /proc/self/status)"
touch /usr/mark 2>/dev/null && say "I wrote to the image"
mount -t tmpfs tmpfs /mnt 2>/dev/null && say "I mounted"
mount -o remount,rw / 2>/dev/null && say "I made the image writable"
unshare --user --map-root-user mount -o remount,bind,rw / 2>/dev/null && say "I made it writable in a namespace"
test -e /proc/sys/kernel/core_pattern || say "I see no settings of the kernel"
test -w /proc/sys/kernel/core_pattern && say "I could change the kernel"
mount -t proc proc /mnt 2>/dev/null && say "I mounted another proc"
chmod 600 /dev/null 2>/dev/null && say "I changed a device of the machine"
(: </dev/tty) 2>/dev/null && say "I have a terminal"
mknod /tmp/disk b 254 0 2>/dev/null && say "I made a device"
exit 1
"#;

/// A machine with Debian as the image `debian:1`.
fn with_image(lab: &Lab, name: &'static str) -> Result<Engine> {
    lab.takes(Need::Debian)?;
    let engine = Engine::new(lab, name)?;
    let archive = "/srv/debian";
    mounts::bind_read_only(&lab.dir.join("debian"), &engine.machine.path(archive))?;
    progress("umoci: an image of Debian with gcc");
    let make = format!(
        "umoci init --layout debian
umoci new --image debian:1
umoci raw add-layer --image debian:1 {archive}/root.tar
umoci config --image debian:1 --config.env PATH={PATH}"
    );
    run(engine.command("sh").args(["-ec", &make]))?;
    Ok(engine)
}

fn probe(engine: &Engine, helper: &str, image: &str, out: &str) -> std::process::Command {
    progress(format_args!("lre probe --image {image}"));
    let mut command = engine.command(helper);
    command.args(["probe", "--image", image, "--out", out]);
    command
}
