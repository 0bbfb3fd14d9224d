//! Stories about worker images: that an engine runs them, that other tools read them, what stays the
//! same when a toolchain changes. They must not know how an image is made.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Story, assert_parity};
use crate::lab::Lab;
use crate::lab::engine::{Engine, IMAGES};
use crate::shell::{capture, run};
use crate::story::{self, Project};

pub const STORIES: &[Story] = &[
    ("image::a_container_of_it_is_a_worker_at_parity", parity),
    ("image::other_tools_read_it", other_tools),
    ("image::the_same_bytes_each_time", same_bytes),
    ("image::another_compiler_leaves_the_other_layers", re_use),
    ("image::a_base_stays_below_it", base),
];

/// Given a container that podman and crun run of the image, with the executor in it and nothing
/// else of ours, when A builds and tests remotely, then it and B find every action in its cache.
fn parity(lab: &Lab) -> Result<()> {
    let engine = Engine::new(lab, "parity")?;
    let tag = engine.make(&lab.store.main, "main", &[])?;
    let id = engine.pull(&format!("oci:{IMAGES}/main:{tag}"))?;
    for (project, at_least) in [(Project::Cpp, 60), (Project::Java, 30)] {
        let executor = engine.start(&id)?;
        let verdict = story::remote_then_local_on(lab, &executor, project, &[])?;
        assert_parity(&verdict, at_least)?;
    }
    Ok(())
}

/// Given the image with either compression, then skopeo sees its variables, and copies it, with every
/// digest checked, to archives that we read again; umoci unpacks it, and the compiler lies where CC
/// says.
fn other_tools(lab: &Lab) -> Result<()> {
    let engine = Engine::new(lab, "tools")?;
    let environment = &lab.store.main;
    for compression in ["zstd", "gzip"] {
        let flag = format!("--compression={compression}");
        let tag = engine.make(environment, compression, &[&flag])?;
        let image = format!("{compression}:{tag}");
        let config = capture(engine.command("skopeo").args([
            "inspect",
            "--config",
            &format!("oci:{image}"),
        ]))?;
        let config: Value = serde_json::from_str(&config)?;
        let env = config["config"]["Env"].as_array().context("no Env")?;
        let compiler = format!("CC={}", environment.compiler);
        ensure!(env.contains(&compiler.into()), "{env:?}");
        // And back: what it writes is read, and is the same image.
        for (kind, name) in [("oci-archive", ""), ("docker-archive", "lre:")] {
            let file = format!("{kind}-{compression}.tar");
            let copied = format!("{kind}:{file}:{name}{tag}");
            run(engine.command("skopeo").args([
                "--insecure-policy",
                "copy",
                &format!("oci:{image}"),
                &copied,
            ]))?;
            let checked = engine.lre(environment, &file, &["--check"]).output()?;
            let said = String::from_utf8_lossy(&checked.stdout).into_owned();
            let ended = checked.status.code();
            ensure!(
                ended == Some(0) || ended == Some(1) && !said.is_empty(),
                "{checked:?}"
            );
            // An archive of a layout has the tag alone.
            let wrong = said
                .lines()
                .filter(|line| !line.contains("the name has to be"));
            ensure!(wrong.count() == 0, "{said}");
        }
        let bundle = format!("bundle-{compression}");
        run(engine
            .command("umoci")
            .args(["unpack", "--image", &image, &bundle]))?;
        let unpacked = format!("{IMAGES}/{bundle}/rootfs{}", environment.compiler);
        ensure!(engine.machine.path(&unpacked).is_file(), "no {unpacked}");
    }
    Ok(())
}

/// Given the image made twice, once by somebody with another umask and locale who has the closure
/// in a file, then all bytes are the same.
fn same_bytes(lab: &Lab) -> Result<()> {
    let engine = Engine::new(lab, "bytes")?;
    let environment = &lab.store.main;
    engine.make(environment, "one", &[])?;
    let closure = capture(engine.machine.command(IMAGES, "nix-store").args([
        "--query",
        "--requisites",
        &environment.manifest,
    ]))?;
    // The manifest refers to all tools, and is itself none.
    let paths: Vec<&str> = closure
        .lines()
        .filter(|path| !path.ends_with(".json"))
        .collect();
    engine
        .machine
        .write(&format!("{IMAGES}/closure"), &(paths.join("\n") + "\n"))?;
    let lre = format!(
        "umask 077; {} worker image --env {} --out two --closure closure",
        environment.helper, environment.manifest
    );
    run(engine.machine.command(IMAGES, "env").args([
        "LC_ALL=de_DE.UTF-8",
        "TZ=Asia/Kathmandu",
        "sh",
        "-c",
        &lre,
    ]))?;
    run(engine
        .machine
        .command(IMAGES, "diff")
        .args(["-r", "one", "two"]))
    .map(drop)
    .context("the same image was made of other bytes")
}

/// Given images of two environments that have another compiler and the rest in common, then the
/// layers of the rest are the same; and the image of one is said not to be that of the other.
fn re_use(lab: &Lab) -> Result<()> {
    let engine = Engine::new(lab, "layers")?;
    engine.make(&lab.store.main, "main", &[])?;
    engine.make(lab.store.other()?, "other", &[])?;
    let (main, other) = (engine.layers("main")?, engine.layers("other")?);
    let sum = |shared: bool| -> (usize, u64) {
        let which = other
            .iter()
            .filter(|(digest, _)| main.contains_key(*digest) == shared);
        which.fold((0, 0), |(n, sum), (_, size)| (n + 1, sum + size))
    };
    let (shared, new) = (sum(true), sum(false));
    eprintln!(
        "layers that stay: {} of {} bytes; new: {} of {} bytes",
        shared.0, shared.1, new.0, new.1
    );
    ensure!(shared.1 > 0 && new.1 > 0, "{main:?}\n{other:?}");

    let output = engine
        .lre(lab.store.other()?, "main", &["--check"])
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let compiler = |path: &str| path.trim_end_matches("/bin/cc").to_owned();
    for line in [
        format!("main: missing: {}", compiler(&lab.store.other()?.compiler)),
        format!("main: extra: {}", compiler(&lab.store.main.compiler)),
        format!("main: Env: CC has to be {}", lab.store.other()?.compiler),
        "main: the tag has to be".to_owned(),
    ] {
        ensure!(said.contains(&line), "no {line:?} in\n{said}");
    }
    ensure!(output.status.code() == Some(1), "{:?}", output.status);
    run(&mut engine.lre(&lab.store.main, "main", &["--check"])).map(drop)
}

/// Given an image that umoci made, usr-merged as Debian's are, when ours goes on top, then a
/// container has the programs and users of the base as well as the environment's compiler and shell.
fn base(lab: &Lab) -> Result<()> {
    let engine = Engine::new(lab, "on-base")?;
    run(engine.command("sh").args(["-ec", MAKE_BASE]))?;
    let tag = engine.make(&lab.store.main, "ours", &["--base", "oci:base:1"])?;
    let below = engine.layers("base")?;
    let ours = engine.layers("ours")?;
    ensure!(
        below.keys().all(|digest| ours.contains_key(digest)),
        "{below:?}\n{ours:?}"
    );
    let id = engine.pull(&format!("oci:{IMAGES}/ours:{tag}"))?;
    // As root, which the base does not say that it is not.
    let asks = "busybox id -un worker; busybox grep -c ^daemon: /etc/passwd; readlink /bin; \
        readlink /bin/sh; cc --version";
    let said = capture(&mut engine.podman(&[
        "run",
        "--rm",
        "--pull=never",
        "--network=none",
        "--cgroups=disabled",
        &id,
        "/bin/sh",
        "-c",
        asks,
    ]))?;
    let lines: Vec<&str> = said.lines().collect();
    let shell = format!("{}/bin/sh", lab.store.main.core_tools);
    ensure!(lines[..4] == ["worker", "1", "usr/bin", &shell], "{said}");
    ensure!(lines[4].contains("clang"), "{said}");
    Ok(())
}

/// Debian's own folders, users and busybox, as an image with the tag 1.
const MAKE_BASE: &str = "umoci init --layout base
umoci new --image base:1
umoci unpack --image base:1 bundle
mkdir -p bundle/rootfs/usr/bin bundle/rootfs/etc
ln -s usr/bin bundle/rootfs/bin
cp /etc/passwd /etc/group bundle/rootfs/etc/
cp /bin/busybox bundle/rootfs/usr/bin/
ln -s busybox bundle/rootfs/usr/bin/sh
umoci repack --image base:1 bundle
umoci config --image base:1 --config.env PATH=/usr/bin:/bin
rm -r bundle
";
