//! Parts that belong together: MODULE.bazel, the committed file, the shell, the generated repository, a
//! worker's image, versions, programs.

use std::fs;
use std::os::unix::fs::symlink;

use crate::setup::{MODULE, Setup};

#[test]
fn the_module_file_has_to_make_the_repository() {
    let setup = Setup::new();
    for (from, to, words) in [
        (
            "bazel_dep(name = \"lre\", version = \"0.1.0\")\n",
            "",
            &["bazel_dep(name = \"lre\")", "lre init"][..],
        ),
        (
            "lre = use_extension",
            "_ = use_extension",
            &["use_repo(lre, \"local-remote-execution\")"],
        ),
        (
            "use_extension(\"@lre//",
            "use_extension(\"@other//",
            &["use_extension("],
        ),
        (
            "use_repo(lre, \"local",
            "use_repo(lre, mine = \"local",
            &["use_repo calls the repository mine"],
        ),
        ("use_repo(lre", "use_repo(lre(", &["MODULE.bazel:6:"]),
    ] {
        setup.write("work/MODULE.bazel", &MODULE.replace(from, to));
        setup.doctor(&[]).assert("module", "wrong", words);
    }
}

#[test]
fn the_module_file_may_say_it_in_other_words() {
    let setup = Setup::new();
    for (from, to) in [
        (
            "bazel_dep(name = \"lre\", version = \"0.1.0\")",
            "bazel_dep(\n    version = \"0.1.0\",\n    name = 'lre',\n)",
        ),
        (
            "lre = use_extension(\"@lre//:extensions.bzl\", \"lre\")\nuse_repo(lre",
            "x = use_extension(extension_name = \"lre\", extension_bzl_file = \"@lre//:extensions.bzl\")\nuse_repo(x",
        ),
        (
            "use_repo(lre, \"local-remote-execution\")",
            "use_repo(lre, **{\"a\": \"b\"})\nuse_repo(lre, \"other\", \"local-remote-execution\")",
        ),
        ("@lre//", "@name//"),
        (MODULE, "include(\"//tools:lre.MODULE.bazel\")\n"),
    ] {
        let text = MODULE.replace(from, to);
        let renamed = text.contains("@name//");
        let text = if renamed {
            text.replace("\"0.1.0\"", "\"0.1.0\", repo_name = \"name\"")
        } else {
            text
        };
        setup.write("work/MODULE.bazel", &text);
        fs::create_dir_all(setup.path("work/tools")).unwrap();
        setup.write("work/tools/lre.MODULE.bazel", MODULE);
        setup.doctor(&[]).assert_only(&[]);
    }
}

#[test]
fn a_committed_file_has_to_be_what_the_shell_has() {
    let setup = Setup::new();
    setup.write("work/lre.json", &setup.manifest("two"));
    for label in ["//:lre.json", ":lre.json", "lre.json", "@//:lre.json"] {
        let tag = format!("{MODULE}lre.environment(file = \"{label}\")\n");
        setup.write("work/MODULE.bazel", &tag);
        let said = setup.doctor(&[]);
        said.assert_only(&["committed-file"]);
        said.assert(
            "committed-file",
            "wrong",
            &["cc/env/VARIABLE: \"two\" / \"one\"", "cp "],
        );
    }
    setup.write("work/lre.json", &setup.manifest("one"));
    setup.doctor(&[]).assert_only(&[]);
    setup.write("work/lre.json", "[1]");
    setup
        .doctor(&[])
        .assert("committed-file", "wrong", &["work/lre.json"]);
    setup.write(
        "work/MODULE.bazel",
        &format!("{MODULE}lre.environment(file = \"@other//:lre.json\")\n"),
    );
    setup
        .doctor(&[])
        .assert("committed-file", "unknown", &["@other//:lre.json"]);
}

#[test]
fn the_shells_own_variable_has_to_name_the_same() {
    let setup = Setup::new();
    setup.write("other.json", &setup.manifest("two"));
    let (same, other) = (setup.path("manifest.json"), setup.path("other.json"));
    setup
        .doctor_with(&[("LRE_ENV", same.as_str())], &[])
        .assert_only(&[]);
    setup
        .doctor_with(&[("LRE_ENV", other.as_str())], &[])
        .assert_only(&["shell"]);
    let said = setup.doctor_with(&[("LRE_ENV", "/nowhere.json")], &[]);
    said.assert("shell", "wrong", &["/nowhere.json", "unset LRE_ENV"]);
}

#[test]
fn what_bazel_made_last_is_compared_wherever_its_output_base_is() {
    let setup = Setup::new();
    let made = |base: &str, variable: &str| {
        let folder = setup.path(&format!("{base}/external/lre~~lre~local-remote-execution"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(setup.path(&format!("{base}/execroot/_main/bazel-out"))).unwrap();
        setup.write(
            &format!("{base}/DO_NOT_BUILD_HERE"),
            setup.path("work").as_str(),
        );
        fs::write(folder.join("manifest.json"), setup.manifest(variable)).unwrap();
    };
    let user = [("USER", "ada")];
    setup
        .doctor_with(&user, &[])
        .assert("generated-repository", "ok", &["not made yet"]);

    fs::create_dir_all(setup.path("home/.cache/bazel/_bazel_ada")).unwrap();
    made("home/.cache/bazel/_bazel_ada/abc", "two");
    let said = setup.doctor_with(&user, &[]);
    said.assert(
        "generated-repository",
        "warning",
        &["_bazel_ada/abc", "next build"],
    );
    made("home/.cache/bazel/_bazel_ada/abc", "one");
    setup
        .doctor_with(&user, &[])
        .assert("generated-repository", "ok", &["_bazel_ada/abc"]);

    made("elsewhere", "one");
    let out = setup.path("elsewhere/execroot/_main/bazel-out");
    symlink(out, setup.path("work/bazel-out")).unwrap();
    setup
        .doctor(&[])
        .assert("generated-repository", "ok", &["elsewhere"]);

    made("named", "one");
    setup.write(
        "home/.bazelrc",
        &format!("startup --output_base={}\n", setup.path("named")),
    );
    setup
        .doctor(&[])
        .assert("generated-repository", "ok", &["named"]);
}

#[test]
fn versions_have_to_be_one() {
    let setup = Setup::new();
    setup.write("work/MODULE.bazel", &MODULE.replace("0.1.0", "0.2.0"));
    setup.doctor(&[]).assert(
        "versions",
        "wrong",
        &["the Bazel module lre is of version 0.2.0"],
    );

    // Where it comes from a folder, what that says counts.
    fs::create_dir_all(setup.path("work/third/lre")).unwrap();
    setup.write("work/third/lre/version.bzl", "VERSION = \"0.3.0\"\n");
    let text = format!("{MODULE}local_path_override(module_name = \"lre\", path = \"third\")\n");
    setup.write("work/MODULE.bazel", &text);
    setup
        .doctor(&[])
        .assert("versions", "wrong", &["third is of version 0.3.0"]);

    setup.write("work/MODULE.bazel", MODULE);
    setup.program("lre-of-old", "echo lre 0.0.1");
    let rc = setup.place.read("work/.bazelrc.lre");
    let tool = format!(
        "--repo_env=LRE_TOOL={}\ncommon:lre --repo_env=LRE_VERSION",
        setup.path("bin/lre-of-old")
    );
    setup.write(
        "work/.bazelrc.lre",
        &rc.replacen("--repo_env=LRE_VERSION", &tool, 1),
    );
    setup
        .doctor(&[])
        .assert("versions", "wrong", &["lre-of-old is of version 0.0.1"]);
    fs::remove_file(setup.path("bin/lre-of-old")).unwrap();
    setup
        .doctor(&[])
        .assert("versions", "wrong", &["the helper that .bazelrc.lre names"]);
}

#[test]
fn programs_have_to_be_there_and_new_enough() {
    let setup = Setup::new();
    setup.program("nix", "echo 'nix (Nix) 2.3.16'");
    setup.program("bazel", "echo 'bazel 7.0.2'");
    let said = setup.doctor(&[]);
    said.assert_only(&["nix", "bazel"]);
    said.assert("bazel", "wrong", &["bazel 7.0.2", "7.1 or later"]);
    setup.program("bazel", "echo 'bazel no_version'");
    setup.doctor(&[]).assert("bazel", "ok", &[]);
    setup.write("work/.bazelversion", "6.5.0\n");
    setup
        .doctor(&[])
        .assert("bazel", "wrong", &[".bazelversion names 6.5.0"]);
}

#[test]
fn bazel_is_the_one_that_the_workspace_names() {
    let setup = Setup::new();
    setup.write("work/.bazelversion", "\n7.7.1\n");
    setup.doctor(&[]).assert("bazel", "ok", &["bazel 7.7.1"]);
    setup.program("bazel", "echo 'bazel 8.4.2'");
    let said = setup.doctor(&[]);
    said.assert_only(&["bazel"]);
    said.assert(
        "bazel",
        "wrong",
        &["bazel 8.4.2, and ", ".bazelversion names 7.7.1", "Bazelisk"],
    );
    for text in ["bazel no_version", "development version"] {
        setup.program("bazel", &format!("echo '{text}'"));
        setup
            .doctor(&[])
            .assert("bazel", "unknown", &[text, "names 7.7.1"]);
    }
    setup.write("work/.bazelversion", "latest\n");
    setup.program("bazel", "echo 'bazel 8.4.2'");
    setup.doctor(&[]).assert("bazel", "ok", &[]);
}

#[test]
fn a_bazel_that_does_not_run_is_told_in_its_own_words() {
    let setup = Setup::new();
    setup.program(
        "bazel",
        "echo 'ERROR: The project you are trying to build requires Bazel 7.6.0' >&2; exit 1",
    );
    let said = setup.doctor(&[]);
    said.assert_only(&["bazel"]);
    said.assert(
        "bazel",
        "wrong",
        &["exit status: 1", "requires Bazel 7.6.0", "Bazelisk"],
    );
}

#[test]
fn store_paths_that_are_missing_are_named_with_the_command_that_gets_them() {
    let setup = Setup::new();
    let missing = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-none";
    setup.write("manifest.json", &setup.manifest(missing));
    setup.enter();
    let said = setup.doctor(&[]);
    said.assert_only(&["store-paths"]);
    said.assert(
        "store-paths",
        "wrong",
        &[&format!("nix-store --realise {missing}")],
    );
}

#[test]
fn any_spelling_of_the_extension_counts_as_it_does_for_adopting() {
    let setup = Setup::new();
    for text in [
        "bazel_dep(name = \"lre\", version = \"0.1.0\")\n\
         use_repo(use_extension(\"@lre//:extensions.bzl\", \"lre\"), \"local-remote-execution\")\n",
        "NAME = \"l\" + \"re\"\n\
         bazel_dep(name = NAME, version = \"0.1.0\", repo_name = \"tools\")\n\
         x = use_extension(\"@tools//:extensions.bzl\", NAME)\n\
         use_repo(x, \"local-remote-execution\")\n",
    ] {
        setup.write("work/MODULE.bazel", text);
        setup.doctor(&[]).assert_only(&[]);
    }
}
