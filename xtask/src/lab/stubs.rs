//! What Debian's Bazel needs to resolve modules without a registry: stubs of the
//! modules that `bazel_tools` names, and the rc file of the machine. It must not
//! know what is built.

use super::classes;

/// Modules that `bazel_tools` depends on and that nothing here needs. Java's rules
/// want a `zlib` target once something of Java is built, and `buildozer` must
/// define the repository that `bazel_tools` uses.
pub const FILES: &[(&str, &str)] = &[
    ("opt/stubs/zlib/MODULE.bazel", "module(name = \"zlib\")\n"),
    (
        "opt/stubs/zlib/BUILD.bazel",
        "cc_library(name = \"zlib\", visibility = [\"//visibility:public\"])\n",
    ),
    (
        "opt/stubs/protobuf/MODULE.bazel",
        "module(name = \"protobuf\")\n",
    ),
    ("opt/stubs/protobuf/BUILD.bazel", ""),
    (
        "opt/stubs/apple_support/MODULE.bazel",
        "module(name = \"apple_support\")\n",
    ),
    ("opt/stubs/apple_support/BUILD.bazel", ""),
    (
        "opt/stubs/buildozer/MODULE.bazel",
        "module(name = \"buildozer\")\n",
    ),
    ("opt/stubs/buildozer/BUILD.bazel", ""),
    (
        "opt/stubs/buildozer/buildozer_binary.bzl",
        r#"def _empty_impl(rctx):
    rctx.file("BUILD.bazel", "")

_empty = repository_rule(implementation = _empty_impl)

def _extension_impl(_mctx):
    _empty(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _extension_impl)
"#,
    ),
];

/// Debian's build of Bazel's Java tools, in place of what rules_java would download.
const JAVA_TOOLS: &str = "/usr/lib/x86_64-linux-gnu/bazel/java_tools";

/// What merges coverage, made of Bazel's sources in Debian, in place of what it would download.
const COVERAGE_TOOLS: &str = "/usr/lib/x86_64-linux-gnu/bazel/coverage_tools";

/// The machine's own rc file, which Debian's `/etc/bazel/bazelrc` imports: where
/// the modules are, `module` being the checkout of this project.
///
/// Debian's file sets `--sandbox_debug`, which floods the output. Nothing here helps
/// parity along: that is the work of `.bazelrc.lre`.
pub fn bazelrc(module: &str) -> String {
    let mut text = format!("common --override_module=lre={module}\n");
    for stub in ["zlib", "protobuf", "apple_support", "buildozer"] {
        text.push_str(&format!(
            "common --override_module={stub}=/opt/stubs/{stub}\n"
        ));
    }
    for repository in ["remote_java_tools", "remote_java_tools_linux"] {
        text.push_str(&format!(
            "common --override_repository=rules_java~~toolchains~{repository}={JAVA_TOOLS}\n"
        ));
    }
    text.push_str(&format!(
        "common --override_repository=bazel_tools~remote_coverage_tools_extension\
        ~remote_coverage_tools={COVERAGE_TOOLS}\n"
    ));
    // Without the path this build of Bazel finds no zstd, and dies on a compact log. Servers of
    // stories end before it pays to optimise them much.
    for argument in [
        "-Djava.library.path=/usr/lib/x86_64-linux-gnu",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        &classes::flag(),
    ] {
        text.push_str(&format!("startup --host_jvm_args={argument}\n"));
    }
    text.push_str(
        "common --noenable_workspace\n\
        common --lockfile_mode=off\n\
        common --color=no --curses=no --noshow_progress\n\
        build --nosandbox_debug\n",
    );
    text
}
