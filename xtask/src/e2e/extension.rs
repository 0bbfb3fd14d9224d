//! Stories about the module extension: where the helper comes from, and whose tags count.
//! They must not know what the helper makes.

use anyhow::{Result, ensure};

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::lab::rust;
use crate::releases;

pub const STORIES: &[Story] = &[
    ("extension::only_the_root_modules_tags_count", root_module),
    (
        "extension::used_by_a_module_that_is_not_the_root",
        dependency,
    ),
    ("extension::no_way_to_a_helper_names_all_ways", no_helper),
    ("extension::helper_of_a_release_by_its_digest", released),
    ("extension::helper_is_built_from_sources", built),
];

const REPOSITORY: &str = "@local-remote-execution//...";

/// Given a dependency with wishes of its own, then the platform is what the root module
/// says.
fn root_module(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(
        "dependency/MODULE.bazel",
        concat!(
            "module(name = \"dependency\")\n",
            "bazel_dep(name = \"lre\", version = \"",
            env!("CARGO_PKG_VERSION"),
            "\")\n",
            "lre = use_extension(\"@lre//:extensions.bzl\", \"lre\")\n",
            "lre.platform(exec_properties = {\"Pool\": \"of-the-dependency\"})\n",
        ),
    )?;
    a.append_to_module(
        r#"lre.platform(exec_properties = {"Pool": "of-the-root"})

bazel_dep(name = "dependency")
local_path_override(module_name = "dependency", path = "dependency")
"#,
    )?;
    let printed = a.bazel(&["query", "--config=lre", "--output=build", REPOSITORY])?;
    ensure!(
        printed.contains("of-the-root") && !printed.contains("of-the-dependency"),
        "{printed}"
    );
    Ok(())
}

/// Given a root module that does not know lre, and a dependency of it that registers our
/// toolchains, then those build both, in the environment that the caller names.
fn dependency(lab: &Lab) -> Result<()> {
    let main = &lab.store.main;
    let a = Workspace::set_up(lab, &lab.a, &example(), main)?;
    a.append_to_module(
        r#"register_execution_platforms("@local-remote-execution//generated-cc/config:platform")

register_toolchains("@local-remote-execution//generated-cc/config:all")
"#,
    )?;
    let root = Workspace::at(lab, &lab.a, "/home/ada/src/root");
    root.write(
        "MODULE.bazel",
        &format!(
            "module(name = \"root\")\n\
             bazel_dep(name = \"tally\")\n\
             local_path_override(module_name = \"tally\", path = \"{}\")\n\
             bazel_dep(name = \"rules_cc\", version = \"0.0.11\")\n",
            a.dir
        ),
    )?;
    root.write("BUILD.bazel", ROOT_BUILD)?;
    root.write(
        "root.cc",
        "#include \"text/join.h\"\nint main() { text::Join({}, \"\"); }\n",
    )?;
    let env = format!("--repo_env=LRE_ENV={}", main.manifest);
    let tool = format!("--repo_env=LRE_TOOL={}", main.helper);
    let run = root.record("not the root", &["build", &env, &tool, "//:root"])?;
    let compiled: Vec<_> = run
        .spawns
        .values()
        .filter(|s| s.mnemonic == "CppCompile")
        .collect();
    ensure!(
        compiled.len() == 2,
        "{} files were compiled",
        compiled.len()
    );
    for spawn in compiled {
        ensure!(
            spawn.command_args.first() == Some(&main.compiler),
            "{} is compiled by {:?}",
            spawn.target_label,
            spawn.command_args.first()
        );
    }
    Ok(())
}

const ROOT_BUILD: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_binary")

cc_binary(
    name = "root",
    srcs = ["root.cc"],
    deps = ["@tally//text:join"],
)
"#;

/// Given neither LRE_TOOL, nor a release, nor Cargo, then the error lists the three.
fn no_helper(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(".bazelrc.lre", "")?;
    let outcome = a.try_bazel(&["query", REPOSITORY])?;
    let ways = ["LRE_TOOL", "a release for", "cargo on PATH"];
    ensure!(
        !outcome.ok && ways.iter().all(|way| outcome.output.contains(way)),
        "{}",
        outcome.output
    );
    Ok(())
}

/// Given a release for this host, then the helper is downloaded; and refused where it is
/// not the one that was released.
fn released(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(".bazelrc.lre", "")?;
    let folder = "/home/ada/release";
    let binary = a
        .machine
        .path(&format!("{folder}/lre-x86_64-unknown-linux-musl"));
    std::fs::create_dir_all(a.machine.path(folder))?;
    std::fs::write(&binary, "something else")?;
    let render = || releases::render(&a.machine.path(folder), &format!("file://{folder}"));
    let wrong = render()?;
    std::fs::copy(a.machine.path(&lab.store.main.helper), &binary)?;
    let right = render()?;
    let path = format!("{}/lre/releases.bzl", a.machine.spec.module);
    let own = a.machine.read(&path)?;

    a.machine.write(&path, &wrong)?;
    let bad = a.try_bazel(&["query", REPOSITORY]);
    a.machine.write(&path, &right)?;
    let good = a.try_bazel(&["query", REPOSITORY]);

    a.machine.write(&path, &own)?;
    let (good, bad) = (good?, bad?);
    ensure!(good.ok, "{}", good.output);
    ensure!(
        !bad.ok && bad.output.contains("Checksum was"),
        "{}",
        bad.output
    );
    Ok(())
}

/// Given Cargo on PATH and nothing else, then the helper is built from the module's own
/// sources, and once: another environment does not build it again.
fn built(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write(".bazelrc.lre", "")?;
    let [home, path] = rust::install(a.machine)?;
    let query = |environment: &str| {
        let environment = format!("--repo_env=LRE_ENV={environment}");
        a.bazel(&["query", &home, &path, &environment, REPOSITORY])
    };

    let first = query(&lab.store.main.manifest)?;
    let second = query(&lab.store.other()?.manifest)?;

    for said in ["Compiling lre v", "Installed package `lre"] {
        ensure!(first.contains(said), "no {said:?} in\n{first}");
        ensure!(!second.contains(said), "{second}");
    }
    Ok(())
}
