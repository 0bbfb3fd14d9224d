//! Faults in the calls of rules: attributes, labels and constraints.
//! It must not know of faults that a file has as a whole.

use super::{planted, report};

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
