//! A small tree that is good in every respect, much as we render them.
//! It must not know which faults are planted in it.

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

/// The path of the C++ toolchain.
pub const CC_FILE: &str = "generated-cc/cc/BUILD";

/// Its files, by path.
pub fn good() -> Vec<(&'static str, String)> {
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
