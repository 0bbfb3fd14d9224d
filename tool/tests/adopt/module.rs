//! MODULE.bazel: what is there already, in whatever form, is not added again; names that are taken
//! are gone round or told.

use crate::workspace::{DEPENDENCY, EXTENSION, IMPORT, Tree};

/// What becomes of a MODULE.bazel.
fn becomes(module: &str) -> String {
    let tree = Tree::of(module);
    tree.init();
    tree.read("MODULE.bazel")
}

#[test]
fn the_parts_go_behind_the_last_dependency() {
    let all = format!("{DEPENDENCY}\n{EXTENSION}{IMPORT}");
    for (before, after) in [
        ("", ""),
        ("# Ours.\n", ""),
        ("module(name = \"m\")\n", ""),
        (
            "module(name = \"m\")\n",
            "\nregister_toolchains(\"//:t\")\n",
        ),
        (
            "\"\"\"Docs.\"\"\"\n\nmodule(\n    name = \"m\", # m\n)  # end\n",
            "",
        ),
    ] {
        let apart = if before.is_empty() { "" } else { "\n" };
        let wanted = format!("{before}{apart}{all}{after}");
        assert_eq!(becomes(&format!("{before}{after}")), wanted);
    }
    for (before, after) in [
        ("bazel_dep(name = \"a\")\n", ""),
        (
            "bazel_dep(name = \"a\")\nbazel_dep(\n  name = \"b\",\n)\n",
            "\nx = 1\n",
        ),
        // An override right behind a dependency stays there.
        (
            "bazel_dep(name = \"a\")\nlocal_path_override(\n  module_name = \"a\",\n  path = \"a\")\n",
            "",
        ),
        // No line is put into a statement.
        ("bazel_dep(name = \"a\"); x = [\n  1,\n]\n", "\ny = 2\n"),
    ] {
        assert_eq!(
            becomes(&format!("{before}{after}")),
            format!("{before}{all}{after}")
        );
    }
    let next = becomes("bazel_dep(name = \"a\")\nx = 1\n");
    assert_eq!(next, format!("bazel_dep(name = \"a\")\n{all}\nx = 1\n"));
}

#[test]
fn only_what_is_missing_is_added() {
    let complete = format!("{DEPENDENCY}\n{EXTENSION}{IMPORT}");
    let with = |lines: &[&str]| lines.concat();
    for (module, wanted) in [
        (complete.clone(), complete.clone()),
        (with(&[DEPENDENCY]), complete.clone()),
        (with(&[DEPENDENCY, "\n", EXTENSION]), complete.clone()),
        (
            with(&[
                DEPENDENCY,
                EXTENSION,
                "lre.platform(on_demand = True)\n",
                "x = 1\n",
            ]),
            with(&[
                DEPENDENCY,
                EXTENSION,
                "lre.platform(on_demand = True)\n",
                IMPORT,
                "x = 1\n",
            ]),
        ),
        (
            with(&[EXTENSION, IMPORT]),
            with(&[EXTENSION, IMPORT, "\n", DEPENDENCY]),
        ),
        (
            with(&["bazel_dep(name = \"a\")\n", EXTENSION, IMPORT]),
            with(&["bazel_dep(name = \"a\")\n", DEPENDENCY, EXTENSION, IMPORT]),
        ),
        (
            with(&[DEPENDENCY, EXTENSION, "use_repo(lre, \"other\")\n"]),
            with(&[DEPENDENCY, EXTENSION, "use_repo(lre, \"other\")\n", IMPORT]),
        ),
    ] {
        assert_eq!(becomes(&module), wanted);
    }
}

#[test]
fn whatever_form_a_part_has_it_is_seen() {
    for module in [
        "bazel_dep(\n    version = '0.1.0',\n    name = 'lre',\n)\n\
         tools = use_extension(extension_name = \"lre\", extension_bzl_file = \"@lre//:extensions.bzl\")\n\
         use_repo(tools, \"x\", \"local-remote-execution\")\n",
        "NAME = \"lre\"\nbazel_dep(name = NAME)\n\
         local_path_override(module_name = \"lre\", path = \"../lre\")\n\
         e = use_extension(\"@\" + NAME + \"//:extensions.bzl\", NAME)\nuse_repo(e, \"local-remote-execution\")\n",
        "bazel_dep(name = \"lre\", repo_name = \"l\")\n\
         use_repo(use_extension(\"@l//:extensions.bzl\", \"lre\"), \"local-remote-execution\")\n",
        "bazel_dep(name = \"lre\", dev_dependency = True)\n\
         e = use_extension(\"@lre//:extensions.bzl\", \"lre\", dev_dependency = True)\n\
         use_repo(e, **{}) if False else None\n\
         use_repo(e, \"local-remote-execution\")\n",
    ] {
        assert_eq!(becomes(module), module);
    }
}

#[test]
fn what_the_module_includes_counts() {
    let parts = format!("{DEPENDENCY}{EXTENSION}{IMPORT}");
    let tree = Tree::new(&[
        (
            "MODULE.bazel",
            b"include(\"//third_party:more.MODULE.bazel\")\n",
        ),
        ("third_party/more.MODULE.bazel", parts.as_bytes()),
    ]);
    assert!(
        tree.plan()
            .unwrap()
            .edits
            .iter()
            .all(|edit| edit.file.path != "MODULE.bazel")
    );

    // The variable of another file is not to be had in this one.
    let parts = format!("{DEPENDENCY}{EXTENSION}");
    let tree = Tree::new(&[
        ("MODULE.bazel", b"include(\"//:more.MODULE.bazel\")\n"),
        ("more.MODULE.bazel", parts.as_bytes()),
    ]);
    tree.init();
    let wanted = format!("include(\"//:more.MODULE.bazel\")\n\n{EXTENSION}{IMPORT}");
    assert_eq!(tree.read("MODULE.bazel"), wanted);
    assert_eq!(tree.read("more.MODULE.bazel"), parts);

    let refused = Tree::of("x = 1\ninclude(\"//:none.MODULE.bazel\")\n").refused();
    assert!(refused.contains("MODULE.bazel:2: include("), "{refused}");
}

#[test]
fn a_dependency_for_development_gets_an_extension_for_development() {
    let module = "bazel_dep(name = \"lre\", dev_dependency = True)\n";
    let wanted = "lre = use_extension(\"@lre//:extensions.bzl\", \"lre\", dev_dependency = True)\n";
    assert_eq!(becomes(module), format!("{module}\n{wanted}{IMPORT}"));
}

#[test]
fn names_that_are_taken_are_gone_round() {
    let variable = "bazel_dep(name = \"a\")\nlre = use_extension(\"@a//:x.bzl\", \"x\")\n";
    let wanted = variable.replacen(
        '\n',
        &format!("\n{DEPENDENCY}\n{EXTENSION}{IMPORT}\n")
            .replace("lre = use", "lre_extension = use")
            .replace("use_repo(lre,", "use_repo(lre_extension,"),
        1,
    );
    assert_eq!(becomes(variable), wanted);

    let repository = "bazel_dep(name = \"other\", repo_name = \"lre\")\n";
    let new = becomes(repository);
    assert!(
        new.contains("name = \"lre\", version = ") && new.contains("repo_name = \"lre_module\"")
    );
    assert!(new.contains("\nlre = use_extension(\"@lre_module//:extensions.bzl\", \"lre\")\n"));

    let rule = "archive = use_repo_rule(\"@bazel_tools//:http.bzl\", \"archive\")\narchive(name = \"lre\")\n";
    assert!(becomes(rule).contains("repo_name = \"lre_module\""));
}

#[test]
fn what_stands_in_the_way_is_told_with_its_line() {
    for (module, reason) in [
        (
            "x = 1\nbazel_dep(name = \"local-remote-execution\")\n",
            "MODULE.bazel:2: @local-remote-execution is something else",
        ),
        (
            "e = use_extension(\"@a//:x.bzl\", \"x\")\nuse_repo(e, \"local-remote-execution\")\n",
            "MODULE.bazel:2: @local",
        ),
        (
            "bazel_dep(name = \"lre\")\ne = use_extension(\"@lre//:extensions.bzl\", \"lre\")\nuse_repo(e, mine = \"local-remote-execution\")\n",
            "MODULE.bazel:3: here local-remote-execution is called mine",
        ),
        (
            "bazel_dep(name = \"lre\", repo_name = None)\n",
            "MODULE.bazel:1: repo_name = None hides lre",
        ),
        ("module(name = \"lre\")\n", "this is the module lre itself"),
        ("x = 1\nbazel_dep(name = \n", "MODULE.bazel:3:1: "),
        ("load(\"//:x.bzl\", \"x\")\n", "MODULE.bazel:1:1: "),
        ("def f():\n  pass\n", "MODULE.bazel:1:1: "),
    ] {
        let refused = Tree::of(module).refused();
        assert!(
            refused.contains(reason),
            "{refused}\nis not about {reason:?}"
        );
    }
}

#[test]
fn without_a_module_file_it_is_said_what_to_make() {
    let old = Tree::new(&[("WORKSPACE", b"")]).refused();
    assert!(old.contains("a WORKSPACE and no MODULE.bazel"), "{old}");
    let none = Tree::new(&[]).refused();
    assert!(none.contains("there is no MODULE.bazel"), "{none}");
}

#[test]
fn what_is_strange_is_noted() {
    let tree = Tree::of(
        "bazel_dep(name = \"lre\", version = \"0.0.1\")\n[bazel_dep(name = n) for n in [\"a\"]]\n",
    );
    let notes = tree.init();
    let told = |text: &str| notes.iter().any(|note| note.contains(text));
    assert!(told("MODULE.bazel:1: it asks for lre 0.0.1"), "{notes:?}");
    assert!(
        told("MODULE.bazel:2: the names here are computed"),
        "{notes:?}"
    );
}
