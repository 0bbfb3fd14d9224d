//! Stories about several compilers in one repository: which of them builds what, with which
//! linker and for which CPU. They must not know how a toolchain is rendered.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Story, asks, assert_parity, platform};
use crate::checkout::remove;
use crate::execlog::Spawn;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::parity::{Filled, Run, judge};
use crate::shell::{capture, run};
use crate::story;

pub const STORIES: &[Story] = &[
    ("compilers::chosen_by_the_platform", chosen),
    ("compilers::the_first_of_one_image", one_image),
    ("compilers::built_for_another_cpu", cross),
    ("compilers::programs_that_need_nothing", deployable),
    ("compilers::another_system", system),
    ("compilers::no_tool_or_header_is_sent", inputs),
];

/// What is built with each compiler: libraries in C and C++, programs and their tests.
const TARGETS: [&str; 2] = ["//text/...", "//base/..."];

/// A file among the outputs that tells what linked it and for what.
const PROGRAM: &str = "bazel-bin/text/table_test";

/// Given clang with lld, gcc with bfd, and gcc with mold as environments of one file, then
/// `--platforms` chooses among them, each at parity, and without it the one called `cc` builds.
fn chosen(lab: &Lab) -> Result<()> {
    for (environment, compiler, linker) in [
        (None, "lre-lab-cc", Some("Linker: Debian LLD")),
        (Some("gcc"), "lre-lab-gcc", None),
        (Some("mold"), "lre-lab-gcc", Some("mold 3")),
    ] {
        let flag = environment.map(|name| platform(name, "platform"));
        let (a, run) = at_parity(lab, flag.as_slice())?;
        calls(&run, compiler)?;
        let image = format!("docker://lre-{}:", environment.unwrap_or("cc"));
        asks(&run, is_cpp, &image)?;
        let comment = readelf(&a, &["--string-dump=.comment"])?;
        let others = ["Linker: Debian LLD", "mold 3"];
        for name in others {
            ensure!(
                comment.contains(name) == (linker == Some(name)),
                "{environment:?} should link with {linker:?}:\n{comment}"
            );
        }
    }
    Ok(())
}

/// Given compilers that share an image, or that name none, then the one called `cc` builds
/// where nothing is said, as everywhere.
fn one_image(lab: &Lab) -> Result<()> {
    let environment = lab.store.compilers()?;
    let a = Workspace::set_up(lab, &lab.a, &example(), environment)?;
    let manifest: Value = serde_json::from_str(&a.machine.read(&environment.manifest)?)?;
    for image in [None, Some(json!({"name": "all", "tag": "1"}))] {
        let mut manifest = manifest.clone();
        let all = manifest["environments"].as_object_mut();
        for probed in all.context("no environments")?.values_mut() {
            let probed = probed.as_object_mut().context("no environment")?;
            probed.remove("image");
            probed.extend(
                image
                    .iter()
                    .map(|image| ("image".to_owned(), image.clone())),
            );
        }
        let file = "/home/ada/one-image.json";
        a.machine.write(file, &manifest.to_string())?;
        a.enter(environment, file)?;
        for (flag, compiler) in [
            (None, "lre-lab-cc"),
            (Some(platform("gcc", "platform")), "lre-lab-gcc"),
        ] {
            let compile = "mnemonic('CppCompile', //text:join)";
            let args: Vec<&str> = flag.iter().map(String::as_str).collect();
            let printed = a.bazel(&[&["aquery", "--config=lre"], &*args, &[compile]].concat())?;
            ensure!(
                printed.contains(&format!("-{compiler}/bin/")),
                "{compiler} should compile with the image {image:?} and {flag:?}:\n{printed}"
            );
        }
    }
    Ok(())
}

/// Given a cross compiler in the store, then programs for 64-bit Arm are built remotely on
/// x86-64, their tests run there under an emulator, and all of it is at parity.
fn cross(lab: &Lab) -> Result<()> {
    let emulator = lab.store.compilers()?.emulator.as_ref();
    let run_under = format!("--run_under={}", emulator.context("no emulator")?);
    let (a, run) = at_parity(lab, &[platform("aarch64", "target"), run_under])?;
    calls(&run, "lre-lab-gcc-aarch64")?;
    let headers = readelf(&a, &["--file-header", "--program-headers"])?;
    for text in ["AArch64", "/nix/store/", "ld-linux-aarch64.so.1"] {
        ensure!(headers.contains(text), "{text} is not in:\n{headers}");
    }
    let tests = run.spawns.values().filter(|s| s.mnemonic == "TestRunner");
    ensure!(tests.count() > 3, "no test was run under the emulator");
    Ok(())
}

/// Given a compiler for musl in the store, then programs are static and their tests pass, at
/// parity; and a program runs in a root that holds nothing else.
fn deployable(lab: &Lab) -> Result<()> {
    let flags = [platform("musl", "target"), "--dynamic_mode=off".to_owned()];
    let (a, built) = at_parity(lab, &flags)?;
    calls(&built, "lre-lab-cc-musl")?;
    let headers = readelf(&a, &["--program-headers"])?;
    ensure!(
        !headers.contains("INTERP") && !headers.contains("DYNAMIC"),
        "the program is not static:\n{headers}"
    );
    let empty = "/tmp/empty-root";
    let root = a.machine.path(empty);
    remove(&root)?;
    run(a.machine.command(&a.dir, "mkdir").arg(empty))?;
    // The path goes through a link that only the machine can follow.
    run(a
        .machine
        .command(&a.dir, "cp")
        .args([PROGRAM, &format!("{empty}/program")]))?;
    run(Command::new("chroot").arg(&root).arg("/program"))
        .map(drop)
        .context("the program does not run in an empty root")
}

/// Given a manifest whose tools run on 64-bit Arm, then all labels say so, whatever this
/// machine is; and what is built for that CPU is to be built there.
fn system(lab: &Lab) -> Result<()> {
    let environment = lab.store.compilers()?;
    let a = Workspace::set_up(lab, &lab.a, &example(), environment)?;
    let mut manifest: Value = serde_json::from_str(&a.machine.read(&environment.manifest)?)?;
    let all = manifest["environments"]
        .as_object_mut()
        .context("no environments")?;
    all.retain(|name, _| name == "aarch64");
    all["aarch64"]["system"] = "aarch64-linux".into();
    let file = "/home/ada/aarch64.json";
    a.machine.write(file, &manifest.to_string())?;
    a.enter(environment, file)?;

    let label = "@local-remote-execution//generated-aarch64/...";
    let printed = a.bazel(&["query", "--config=lre", "--output=build", label])?;
    for text in [
        "cpu:aarch64",
        "cc-compiler-aarch64",
        "\"aarch64-linux-gnu\"",
    ] {
        ensure!(printed.contains(text), "{text} is not in:\n{printed}");
    }
    ensure!(!printed.contains("x86_64"), "another CPU is in:\n{printed}");

    let flag = platform("aarch64", "platform");
    let link = "mnemonic('CppLink', //text:table_test)";
    let printed = a.bazel(&["aquery", "--config=lre", &flag, link])?;
    for text in [
        "generated-aarch64/config:platform",
        "lre-lab-gcc-aarch64/bin/aarch64-linux-gnu-cc",
    ] {
        ensure!(printed.contains(text), "{text} is not in:\n{printed}");
    }
    Ok(())
}

/// Given a library of one source and one header, then compiling it sends those two, Bazel's
/// module maps, and two small files of the toolchain: compiler and headers are in the store.
fn inputs(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let built = a.record("local on A", &story::with(&["build", "//text:join"], &[]))?;
    let compile = |spawn: &&Spawn| spawn.mnemonic == "CppCompile";
    let spawn = built
        .spawns
        .values()
        .find(compile)
        .context("nothing was compiled")?;
    let inputs: Vec<&str> = spawn
        .inputs
        .iter()
        .map(|input| input.path.as_str())
        .collect();
    let own = ["text/join.cc", "text/join.h"];
    let ours: Vec<&str> = inputs
        .iter()
        .copied()
        .filter(|path| !own.contains(path) && !path.ends_with(".cppmap"))
        .collect();
    eprintln!("{} inputs, of the toolchain {ours:?}", inputs.len());
    ensure!(
        own.iter().all(|path| inputs.contains(path)) && ours.len() == 2,
        "{inputs:?}"
    );
    for path in ours {
        let program = a.machine.command(&a.dir, "wc");
        let size = capture({ program }.args(["-c", &format!("{EXECUTION_ROOT}/{path}")]))?;
        let bytes: u32 = size.split(' ').next().unwrap_or_default().parse()?;
        ensure!(bytes < 1_000, "{path} has {bytes} bytes");
    }
    Ok(())
}

/// The link from a checkout to what its actions see.
const EXECUTION_ROOT: &str = "bazel-cpp";

/// Tests [`TARGETS`] with `flags` remotely on A, then from the cache on A and on B; gives A
/// and its last run.
fn at_parity<'lab>(lab: &'lab Lab, flags: &[String]) -> Result<(Workspace<'lab>, Run)> {
    let environment = lab.store.compilers()?;
    let (a, b) = story::on_both(lab, &example(), environment)?;
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    // Not only what a test prints: the programs are looked at.
    let all = "--remote_download_outputs=all";
    let args = [&["test", all], &*flags, &TARGETS].concat();
    let runs = story::three(lab, &a, &b, &args)?;
    assert_parity(&judge(Filled::Remotely, &runs), 30)?;
    let [_, local, _] = runs;
    Ok((a, local))
}

fn is_cpp(spawn: &Spawn) -> bool {
    spawn.mnemonic.starts_with("Cpp")
}

/// Asserts that all C++ spawns call programs of the store path called `package`.
fn calls(run: &Run, package: &str) -> Result<()> {
    for spawn in run.spawns.values().filter(|spawn| is_cpp(spawn)) {
        let program = spawn.command_args.first().map_or("", String::as_str);
        ensure!(
            program.contains(&format!("-{package}/")),
            "{} of {} calls {program} rather than {package}",
            spawn.mnemonic,
            spawn.target_label
        );
    }
    Ok(())
}

/// What readelf says of [`PROGRAM`].
fn readelf(a: &Workspace<'_>, flags: &[&str]) -> Result<String> {
    capture(
        a.machine
            .command(&a.dir, "readelf")
            .args(flags)
            .arg(PROGRAM),
    )
}
