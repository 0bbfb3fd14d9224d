//! The targets of other repositories that generated files may name.
//! It is a table of facts; it must not know how labels are looked up.

/// Targets of one rule in one package.
pub struct External {
    /// Repository and package, as `@platforms//os`.
    pub package: &'static str,
    /// The rule that makes them.
    pub rule: &'static str,
    /// The label of the setting, where they are constraint values.
    pub setting: Option<&'static str>,
    /// The names of the targets.
    pub names: &'static [&'static str],
}

/// What there is, in Bazel 7.1 and later, rules_cc 0.0.11 and 0.2.22, rules_java 7.6.5 and 9.8.0.
/// Repositories that only rules_java sees, such as `@remote_java_tools`, cannot be named from a
/// repository of ours.
const EXTERNAL: &[External] = &[
    // platforms: os/BUILD, cpu/BUILD. What is an alias there (osx, arm64) is left out, because an
    // alias hides from us that two values are of one setting.
    External {
        package: "@platforms//os",
        rule: "constraint_value",
        setting: Some("@platforms//os:os"),
        names: &["freebsd", "linux", "macos", "none", "openbsd", "windows"],
    },
    External {
        package: "@platforms//cpu",
        rule: "constraint_value",
        setting: Some("@platforms//cpu:cpu"),
        names: &[
            "aarch32", "aarch64", "armv7", "i386", "mips64", "ppc", "ppc64le", "riscv32",
            "riscv64", "s390x", "x86_32", "x86_64",
        ],
    },
    // Bazel: tools/cpp/BUILD.
    External {
        package: "@bazel_tools//tools/cpp",
        rule: "toolchain_type",
        setting: None,
        names: &["toolchain_type"],
    },
    External {
        package: "@bazel_tools//tools/cpp",
        rule: "constraint_value",
        setting: Some("@bazel_tools//tools/cpp:cc_compiler"),
        names: &["clang", "gcc"],
    },
    External {
        package: "@bazel_tools//tools/cpp",
        rule: "compiler_flag",
        setting: None,
        names: &["compiler"],
    },
    // Bazel: tools/sh/BUILD.
    External {
        package: "@bazel_tools//tools/sh",
        rule: "toolchain_type",
        setting: None,
        names: &["toolchain_type"],
    },
    // Bazel: tools/jdk/BUILD.
    External {
        package: "@bazel_tools//tools/jdk",
        rule: "toolchain_type",
        setting: None,
        names: &[
            "bootstrap_runtime_toolchain_type",
            "runtime_toolchain_type",
            "toolchain_type",
        ],
    },
    // rules_java: toolchains/BUILD.
    External {
        package: "@rules_java//toolchains",
        rule: "alias",
        setting: None,
        names: &[
            "ijar",
            "ijar_prebuilt_binary",
            "prebuilt_singlejar",
            "singlejar",
            "turbine_direct",
        ],
    },
    External {
        package: "@rules_java//toolchains",
        rule: "bootclasspath",
        setting: None,
        names: &["platformclasspath"],
    },
];

/// The entry that has the target `name` of `package` (`@repository//package`).
pub fn external(package: &str, name: &str) -> Option<&'static External> {
    EXTERNAL
        .iter()
        .find(|e| e.package == package && e.names.contains(&name))
}
