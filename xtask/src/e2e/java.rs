//! Stories about Java: that it is at parity, that each action goes where its tools are, and
//! which JDK is taken. They must not know how the toolchains are made.

use anyhow::{Result, ensure};

use super::{Story, asks, assert_parity};
use crate::execlog::Spawn;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, java_example};
use crate::lab::store::Environment;
use crate::parity::Run;
use crate::story::{self, Project};

pub const STORIES: &[Story] = &[
    ("java::remote_then_local_on_a_and_b", remote_then_local),
    ("java::the_same_bytes_without_a_cache", same_bytes),
    ("java::one_image_for_java_and_cpp", one_image),
    ("java::two_images_for_java_and_cpp", two_images),
    ("java::one_target_with_three_jdks", three_jdks),
    ("java::a_version_that_no_jdk_has", no_such_version),
];

/// Given a project in Java and C++, when A builds and tests it remotely, on a worker that has
/// a JDK in the store alone, then it and B find every action in the cache.
fn remote_then_local(lab: &Lab) -> Result<()> {
    let verdict = story::remote_then_local(lab, Project::Java, &[])?;
    assert_parity(&verdict, 30)
}

/// Given no cache at all, when the worker, A and B build it, then they make the same files.
fn same_bytes(lab: &Lab) -> Result<()> {
    story::same_bytes(lab, Project::Java, 30)
}

/// Given one environment with compiler and JDK, then every action asks for its image.
fn one_image(lab: &Lab) -> Result<()> {
    let run = remote(&at(lab, &lab.store.main)?, lab)?;
    ensure!(run.spawns.len() > 30, "{} spawns", run.spawns.len());
    asks(&run, |_| true, "docker://lre:")
}

/// Given an environment for C++ and others for Java, then each action asks for the image that
/// has its tools, where a genrule says which it needs; and a program in Java that would run
/// where no JDK is, is refused in Bazel's own words.
fn two_images(lab: &Lab) -> Result<()> {
    let a = at(lab, lab.store.separate()?)?;
    runs_where_the_compiler_is(&a, "sieve/BUILD.bazel", "primes_txt")?;
    let run = remote(&a, lab)?;
    let cpp = |spawn: &Spawn| {
        spawn.mnemonic.starts_with("Cpp") || spawn.target_label == "//sieve:primes_txt"
    };
    asks(&run, cpp, "docker://lre-cc:")?;
    asks(&run, |spawn| !cpp(spawn), "docker://lre-java:")?;

    runs_where_the_compiler_is(&a, "app/BUILD.bazel", "report")?;
    let outcome = a.try_bazel(&["build", "--config=lre", "//app:report"])?;
    ensure!(
        !outcome.ok
            && outcome.output.contains("No matching toolchains found")
            && outcome.output.contains("runtime_toolchain_type"),
        "there should be no Java runtime where the compiler is:\n{}",
        outcome.output
    );
    Ok(())
}

/// Makes a genrule run on a platform that has the environment with the compiler.
fn runs_where_the_compiler_is(a: &Workspace<'_>, file: &str, genrule: &str) -> Result<()> {
    let path = format!("{}/{file}", a.dir);
    let text = a.machine.read(&path)?;
    let name = format!("    name = \"{genrule}\",\n");
    ensure!(text.contains(&name), "{path} has no {genrule}");
    let provided = "@local-remote-execution//generated-cc/config:environment-provided";
    let runs_on = format!("{name}    exec_compatible_with = [\"{provided}\"],\n");
    a.write(file, &text.replace(&name, &runs_on))
}

/// Given environments for JDK 17, 21 and 25, then `--java_runtime_version` chooses by name or
/// by release which one compiles and runs a target.
fn three_jdks(lab: &Lab) -> Result<()> {
    let a = at(lab, lab.store.separate()?)?;
    a.write("version/BUILD.bazel", VERSION_BUILD)?;
    a.write("version/Version.java", VERSION_JAVA)?;
    for (runtime, release) in [
        (None, "25"),
        (Some("java17"), "17"),
        (Some("21"), "21"),
        (Some("java_25"), "25"),
    ] {
        let mut args = vec!["--config=lre".to_owned()];
        if let Some(runtime) = runtime {
            for tool in ["", "tool_"] {
                args.push(format!("--{tool}java_runtime_version={runtime}"));
                args.push(format!("--{tool}java_language_version={release}"));
            }
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = a.record(
            &format!("JDK {release}"),
            &[&["build"], &*args, &["//version"]].concat(),
        )?;
        let home = format!("openjdk-{release}/");
        let compile = run.spawns.values().find(|spawn| spawn.mnemonic == "Javac");
        let program = compile.and_then(|spawn| spawn.command_args.first());
        ensure!(
            program.is_some_and(|program| program.contains(&home)),
            "compiled by {program:?} rather than {home}"
        );
        let printed = a.bazel(&[&["run"], &*args, &["//version"]].concat())?;
        ensure!(
            printed
                .lines()
                .any(|line| line == format!("Java {release}")),
            "run by another JDK than {release}:\n{printed}"
        );
    }
    Ok(())
}

const VERSION_BUILD: &str = r#"load("@rules_java//java:defs.bzl", "java_binary")

java_binary(
    name = "version",
    srcs = ["Version.java"],
    main_class = "Version",
)
"#;

const VERSION_JAVA: &str = r#"public final class Version {
  public static void main(String[] args) {
    System.out.println("Java " + System.getProperty("java.specification.version"));
  }
}
"#;

/// Given a language version that the JDK does not know, then Bazel says that there is no
/// toolchain for it, and downloads none.
fn no_such_version(lab: &Lab) -> Result<()> {
    let a = at(lab, &lab.store.main)?;
    let version = "--java_language_version=99";
    let outcome = a.try_bazel(&["build", "--config=lre", version, "//log"])?;
    ensure!(
        !outcome.ok && outcome.output.contains("No matching toolchains found"),
        "there should be no toolchain for Java 99:\n{}",
        outcome.output
    );
    Ok(())
}

fn at<'lab>(lab: &'lab Lab, environment: &Environment) -> Result<Workspace<'lab>> {
    Workspace::set_up(lab, &lab.a, &java_example(), environment)
}

fn remote(a: &Workspace<'_>, lab: &Lab) -> Result<Run> {
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    a.record("remote on A", &story::with(&["test", "//..."], &[&remote]))
}
