//! Plants one fault after the other in a small good tree and sees each caught.
//! It must not know how validation goes about it.

mod calls;
mod good;
mod recorded;

use self::good::{CC_FILE, good};
use super::{FileTree, validate};

fn tree(files: &[(&str, String)]) -> FileTree {
    let mut tree = FileTree::default();
    for (path, text) in files {
        tree.add(path, text.as_str()).unwrap();
    }
    tree
}

/// What is reported where `from` stands as `to` in the file `path` of the good tree.
#[track_caller]
fn report(path: &str, from: &str, to: &str) -> String {
    let mut files = good();
    let (_, text) = files.iter_mut().find(|(p, _)| *p == path).unwrap();
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
    validate(&tree(&files)).unwrap_err().to_string()
}

/// The same of `generated-cc/cc/BUILD`, which must report `expected`.
#[track_caller]
fn planted(from: &str, to: &str, expected: &str) {
    let report = report(CC_FILE, from, to);
    assert!(report.contains(expected), "{report}");
}

#[test]
fn a_good_tree_passes() {
    validate(&tree(&good())).unwrap();
    validate(&FileTree::default()).unwrap();
}

#[test]
fn the_report_says_where_what_and_whose_fault() {
    insta::assert_snapshot!(
        report(CC_FILE, "compiler_files = \":compiler_deps\"", "compiler_files = \":gone\""),
        @r#"
        the generated files are not what Bazel would accept:
        generated-cc/cc/BUILD:14: cc_toolchain "cc-compiler-k8": attribute compiler_files names ":gone", which is no target or file of //generated-cc/cc
        Your input should not be able to cause this, as it only ever becomes quoted strings: please report it as a bug of lre, with the environment that led to it.
        "#
    );
}

#[test]
fn all_faults_are_reported_in_order() {
    let mut files = good();
    for (path, text) in &mut files {
        *text = match *path {
            "generated-java/java/BUILD" => text.replace(":jdk\"", ":jre\""),
            CC_FILE => text.replace("\":empty\"", "1"),
            "MODULE.bazel" => "module(nam = 1)".to_owned(),
            _ => continue,
        };
    }
    insta::assert_snapshot!(validate(&tree(&files)).unwrap_err(), @r#"
    the generated files are not what Bazel would accept:
    MODULE.bazel:1: module: there is no attribute nam
    generated-cc/cc/BUILD:14: cc_toolchain "cc-compiler-k8": attribute dwp_files must be a label, not 1
    generated-cc/cc/BUILD:14: cc_toolchain "cc-compiler-k8": attribute objcopy_files must be a label, not 1
    generated-cc/cc/BUILD:14: cc_toolchain "cc-compiler-k8": attribute strip_files must be a label, not 1
    generated-java/java/BUILD:10: java_toolchain "toolchain": attribute java_runtime names ":jre", which is no target or file of //generated-java/java
    generated-java/java/BUILD:22: filegroup "chosen": attribute srcs names ":jre", which is no target or file of //generated-java/java
    Your input should not be able to cause this, as it only ever becomes quoted strings: please report it as a bug of lre, with the environment that led to it.
    "#);
}

#[test]
fn errors_of_evaluation_keep_their_span() {
    insta::assert_snapshot!(report(CC_FILE, "filegroup(name", "filegruop(name"), @r#"
    the generated files are not what Bazel would accept:
    generated-cc/cc/BUILD:4: error: Variable `filegruop` not found, did you mean `filegroup`?
     --> generated-cc/cc/BUILD:4:1
      |
    4 | filegruop(name = "empty")
      | ^^^^^^^^^
      |
    Your input should not be able to cause this, as it only ever becomes quoted strings: please report it as a bug of lre, with the environment that led to it.
    "#);
}

#[test]
fn syntax() {
    planted(
        "filegroup(name = \"empty\")",
        "filegroup(name = ",
        "Parse error",
    );
    for text in [
        "def f(): pass",
        "for x in []: pass",
        "if True: pass",
        "f = lambda: 1",
    ] {
        planted(
            "filegroup(name = \"empty\")",
            text,
            "generated-cc/cc/BUILD:4: error:",
        );
    }
    let report = report(
        "MODULE.bazel",
        "module(",
        "load(\":flags.bzl\", \"FLAGS\")\nmodule(",
    );
    assert!(report.contains("MODULE.bazel:1: error:"), "{report}");
}

#[test]
fn loads() {
    planted(
        "unix_cc_toolchain_config.bzl",
        "unix.bzl",
        "unix.bzl\" is no file that can be loaded",
    );
    planted(
        "\"cc_toolchain\"",
        "cc_toolchain = \"cc_tolchain\"",
        "no symbol `cc_tolchain`",
    );
    planted(
        "\"cc_toolchain\"",
        "cc_toolchain = \"_private\"",
        "`_private`",
    );
    let load = |label: &str| format!("load(\"{label}\", \"FLAGS\")\nfilegroup(name = \"empty\")");
    let from = "filegroup(name = \"empty\")";
    planted(
        from,
        &load(":flags.bzl"),
        "\":flags.bzl\" is no .bzl file of the tree",
    );
    planted(
        from,
        &load("//:manifest.json"),
        "is no .bzl file of the tree",
    );
    planted(
        "\"module.modulemap\",",
        "] + FLAGS + [",
        "Variable `FLAGS` not found",
    );
    let report = report(
        "flags.bzl",
        "FLAGS",
        "load(\":flags.bzl\", \"FLAGS\")\nFLAG",
    );
    assert!(
        report.contains("flags.bzl is loaded while it is being loaded itself"),
        "{report}"
    );
}

#[test]
fn builtins_are_there_for_a_file_that_uses_them() {
    let from = "filegroup(name = \"empty\")";
    let mut files = good();
    for (path, text) in &mut files {
        if *path == CC_FILE {
            let to = "[filegroup(name = name) for name in sorted([\"em\" + str(\"pty\").lower()])]";
            assert!(text.contains(from));
            *text = text.replace(from, to);
        }
    }
    validate(&tree(&files)).unwrap();
    planted(from, "filegroup(name = len(\"empty\"))", "must be a string");
}

#[test]
fn what_stubs_are_written_in_cannot_be_had() {
    let file = "@rules_cc//cc/toolchains:cc_toolchain.bzl";
    for name in ["rule", "attr_label", "record", "filegroup"] {
        let load = format!("load(\"{file}\", \"{name}\")\nfilegroup(name = \"empty\")");
        planted("filegroup(name = \"empty\")", &load, "no symbol");
    }
    planted(
        "filegroup(name = \"empty\")",
        "record({\"export\": []})",
        "Variable `record` not found",
    );
}

#[test]
fn a_file_of_the_tree_can_be_loaded() {
    let mut files = good();
    for (path, text) in &mut files {
        if *path == CC_FILE {
            text.insert_str(0, "load(\"//:flags.bzl\", \"FLAGS\")\n");
            *text = text.replace("cpu =", "compile_flags = FLAGS, cpu =");
        }
    }
    validate(&tree(&files)).unwrap();
}

#[test]
fn names() {
    planted(
        "name = \"config\"",
        "name = \"empty\"",
        "BUILD:28: cc_toolchain_config \"empty\": the name is taken by filegroup \"empty\" in line 4",
    );
    let report = report("BUILD.bazel", "name = \"cc\"", "name = \"manifest.json\"");
    assert!(
        report.contains("the name is taken by the file exported in line 1"),
        "{report}"
    );
    let mut files = good();
    files.push(("generated-cc/cc/BUILD.bazel", String::new()));
    let report = validate(&tree(&files)).unwrap_err().to_string();
    assert!(
        report.contains("BUILD and BUILD.bazel of one folder"),
        "{report}"
    );
}

#[test]
fn a_package_with_an_error_does_not_fault_those_who_name_it() {
    let report = report("BUILD.bazel", "constraint_value(", "constraint_valu(");
    assert_eq!(report.matches("//:cc").count(), 0, "{report}");
}
