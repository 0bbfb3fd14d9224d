//! Plants one fault after the other in a small good tree and sees each caught.
//! It must not know how validation goes about it.

use std::time::Instant;

use super::{FileTree, validate};

const ROOT: &str = r#"exports_files(["manifest.json"])

constraint_setting(name = "has-cc")

constraint_value(
    name = "cc",
    constraint_setting = ":has-cc",
)

constraint_value(
    name = "no-cc",
    constraint_setting = ":has-cc",
)
"#;

const CONFIG: &str = r#"package(default_visibility = ["//visibility:public"])

platform(
    name = "platform",
    constraint_values = [
        "//:cc",
        "@platforms//cpu:x86_64",
        "@platforms//os:linux",
    ],
    exec_properties = {"OSFamily": "linux"},
)

toolchain(
    name = "cc-toolchain",
    exec_compatible_with = ["//:cc"],
    toolchain = "//generated-cc/cc:cc-compiler-k8",
    toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
)
"#;

const CC: &str = r#"load("@rules_cc//cc/private/toolchain:unix_cc_toolchain_config.bzl", "cc_toolchain_config")
load("@rules_cc//cc/toolchains:cc_toolchain.bzl", "cc_toolchain")

filegroup(name = "empty")

filegroup(
    name = "compiler_deps",
    srcs = [
        "module.modulemap",
        "//:manifest.json",
    ],
)

cc_toolchain(
    name = "cc-compiler-k8",
    all_files = ":compiler_deps",
    compiler_files = ":compiler_deps",
    dwp_files = ":empty",
    linker_files = ":compiler_deps",
    module_map = "module.modulemap",
    objcopy_files = ":empty",
    strip_files = ":empty",
    supports_header_parsing = True,
    toolchain_config = ":config",
    visibility = ["//generated-cc:__subpackages__"],
)

cc_toolchain_config(
    name = "config",
    abi_libc_version = "glibc_2.40",
    abi_version = "gcc",
    compiler = "gcc",
    cpu = "k8",
    extra_flags_per_feature = {"layering_check": ["-fmodules"]},
    host_system_name = "local",
    target_libc = "glibc_2.40",
    target_system_name = "local",
    tool_paths = {"gcc": "/nix/store/x/bin/gcc"},
    toolchain_identifier = "local",
)
"#;

const JAVA: &str = r#"load("@rules_java//java/toolchains:java_runtime.bzl", "java_runtime")
load("@rules_java//toolchains:default_java_toolchain.bzl", "DEFAULT_TOOLCHAIN_CONFIGURATION", "default_java_toolchain")

java_runtime(
    name = "jdk",
    java_home = "/nix/store/y",
    version = 21,
)

default_java_toolchain(
    name = "toolchain",
    configuration = DEFAULT_TOOLCHAIN_CONFIGURATION,
    java_runtime = ":jdk",
    source_version = "21",
)

alias(
    name = "definition",
    actual = ":toolchain_definition",
)

filegroup(
    name = "chosen",
    srcs = select({
        "@platforms//os:linux": [":jdk"],
        "//conditions:default": [],
    }),
)
"#;

const CC_FILE: &str = "generated-cc/cc/BUILD";

fn good() -> Vec<(&'static str, String)> {
    vec![
        ("BUILD.bazel", ROOT.to_owned()),
        ("MODULE.bazel", "module(name = \"x\")\n".to_owned()),
        ("manifest.json", "{}\n".to_owned()),
        (
            "flags.bzl",
            "FLAGS = [\"-O\" + f for f in \"12\".elems()]\n".to_owned(),
        ),
        ("generated-cc/config/BUILD", CONFIG.to_owned()),
        (CC_FILE, CC.to_owned()),
        ("generated-cc/cc/module.modulemap", String::new()),
        ("generated-java/java/BUILD", JAVA.to_owned()),
    ]
}

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
        Your input cannot cause this, as it only ever becomes quoted strings: please report it as a bug of lre, with the environment that led to it.
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
    Your input cannot cause this, as it only ever becomes quoted strings: please report it as a bug of lre, with the environment that led to it.
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
    Your input cannot cause this, as it only ever becomes quoted strings: please report it as a bug of lre, with the environment that led to it.
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
fn attributes() {
    let own = "cc_toolchain \"cc-compiler-k8\": ";
    planted(
        "module_map",
        "modul_map",
        &format!("{own}there is no attribute modul_map"),
    );
    planted(
        "    dwp_files = \":empty\",\n",
        "",
        &format!("{own}attribute dwp_files is missing"),
    );
    planted(
        "supports_header_parsing = True",
        "supports_header_parsing = \"yes\"",
        &format!("{own}attribute supports_header_parsing must be a bool, not \"yes\""),
    );
    planted(
        "{\"gcc\": \"/nix/store/x/bin/gcc\"}",
        "[]",
        "must be a dict of strings by string, not []",
    );
    planted(
        "[\"-fmodules\"]",
        "\"-fmodules\"",
        "must be a dict of lists of strings by string",
    );
    planted(
        "filegroup(name = \"empty\")",
        "filegroup(\"empty\")",
        "positional",
    );
    planted(
        "name = \"empty\"",
        "name = \"../empty\"",
        "\"../empty\" cannot be the name of a target",
    );
    planted(
        "filegroup(name = \"empty\")",
        "filegroup()",
        "filegroup: attribute name is missing",
    );
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
    files.push(("generated-cc/cc/BUILD.bazel", CC.to_owned()));
    let report = validate(&tree(&files)).unwrap_err().to_string();
    assert!(
        report.contains("BUILD and BUILD.bazel of one folder"),
        "{report}"
    );
}

#[test]
fn labels() {
    planted(
        "\":config\"",
        "\":conf\"",
        "names \":conf\", which is no target or file of //generated-cc/cc",
    );
    planted(
        "\"module.modulemap\",",
        "\"module.map\",",
        "which is no target or file of",
    );
    planted(
        "//:manifest.json",
        "//none:x",
        "which is in no package: there is no BUILD file in //none",
    );
    planted(
        "//:manifest.json",
        "//:BUILD.bazel",
        "which is a file that // does not export",
    );
    planted(
        "//:manifest.json",
        "//generated-cc/config",
        "is no target or file of //generated-cc/config",
    );
    planted(
        "//:manifest.json",
        "//:generated-cc/cc/module.modulemap",
        "is no target or file of //",
    );
    planted(
        "//:manifest.json",
        "@platforms//os:linus",
        "which is no known target of another repository",
    );
    planted("//:manifest.json", "a//b", "which is no label");
    planted(
        "\":config\"",
        "\"module.modulemap\"",
        "which is a file and no target",
    );
    planted(
        "\":config\"",
        "\":empty\"",
        "names \":empty\", a filegroup, but must name a cc_toolchain_config",
    );
    planted(
        "//generated-cc:__subpackages__",
        "//generated-cc",
        "which is no visibility",
    );
    let report = report("BUILD.bazel", "\"manifest.json\"", "\"manifest.js\"");
    assert!(
        report.contains("exports_files names \"manifest.js\", which is no file of //"),
        "{report}"
    );
}

#[test]
fn constraints() {
    let config = |from, to, expected: &str| {
        let report = report("generated-cc/config/BUILD", from, to);
        assert!(report.contains(expected), "{report}");
    };
    let two = "two values of one constraint_setting";
    config("@platforms//cpu:x86_64", "@platforms//os:macos", two);
    config("[\"//:cc\"]", "[\"//:cc\", \"//:no-cc\"]", two);
    config(
        "[\"//:cc\"]",
        "[\"//:has-cc\"]",
        "a constraint_setting, but must name a constraint_value",
    );
    config(
        "//generated-cc/cc:cc-compiler-k8",
        "//generated-cc/cc:module.modulemap",
        "a file that",
    );
    config(
        "@bazel_tools//tools/cpp:toolchain_type",
        "@bazel_tools//tools/cpp:clang",
        "must name a toolchain_type",
    );
}

#[test]
fn a_package_with_an_error_does_not_fault_those_who_name_it() {
    let report = report("BUILD.bazel", "constraint_value(", "constraint_valu(");
    assert_eq!(report.matches("//:cc").count(), 0, "{report}");
}

/// `cargo test --release -p lre --lib validate -- --ignored --nocapture`
#[test]
#[ignore = "prints times"]
fn time() {
    for environments in [1, 10, 100, 1000] {
        let mut tree = FileTree::default();
        for (path, text) in good() {
            let top = !path.contains('/');
            for i in 0..if top { 1 } else { environments } {
                let rename = |s: &str| s.replace("generated-", &format!("generated-{i}-"));
                tree.add(rename(path), rename(&text)).unwrap();
            }
        }
        let start = Instant::now();
        validate(&tree).unwrap();
        println!(
            "{environments} environments, {} files: {:?}",
            tree.iter().count(),
            start.elapsed()
        );
    }
}
