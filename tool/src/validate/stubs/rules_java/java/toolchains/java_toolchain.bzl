"""java_toolchain of rules_java.

In 7.6.5 it is Bazel's own rule (Bazel 7: builtins_bzl/common/java/java_toolchain.bzl), in 9.8.0
rules_java's java/common/rules/java_toolchain.bzl. In both; what is about Android or JSpecify is left
out, and so are oneversion_allowlist and header_compiler_direct_opts, which came later.
"""

java_toolchain = rule("java_toolchain", {
    "bootclasspath": attr.label_list(allow_files = True),
    "compatible_javacopts": attr.string_list_dict(),
    "deps_checker": attr.label(allow_files = True),
    "forcibly_disable_header_compilation": attr.bool(),
    "genclass": attr.label(allow_files = True),
    "header_compiler": attr.label(allow_files = True),
    "header_compiler_builtin_processors": attr.string_list(),
    "header_compiler_direct": attr.label(allow_files = True),
    "ijar": attr.label(allow_files = True),
    "jacocorunner": attr.label(allow_files = True),
    "java_runtime": attr.label(allow_rules = ["java_runtime"]),
    "javabuilder": attr.label(allow_files = True),
    "javabuilder_data": attr.label_list(allow_files = True),
    "javabuilder_jvm_opts": attr.string_list(),
    "javac_supports_multiplex_workers": attr.bool(),
    "javac_supports_worker_cancellation": attr.bool(),
    "javac_supports_worker_multiplex_sandboxing": attr.bool(),
    "javac_supports_workers": attr.bool(),
    "javacopts": attr.string_list(),
    "jvm_opts": attr.string_list(),
    "misc": attr.string_list(),
    "oneversion": attr.label(allow_files = True),
    "oneversion_allowlist_for_tests": attr.label(allow_files = True),
    "oneversion_whitelist": attr.label(allow_files = True),
    "package_configuration": attr.label_list(),
    "proguard_allowlister": attr.label(allow_files = True),
    "reduced_classpath_incompatible_processors": attr.string_list(),
    "singlejar": attr.label(allow_files = True),
    "source_version": attr.string(),
    "target_version": attr.string(),
    "timezone_data": attr.label(allow_files = True),
    "tools": attr.label_list(allow_files = True),
    "turbine_data": attr.label_list(allow_files = True),
    "turbine_jvm_opts": attr.string_list(),
    "xlint": attr.string_list(),
})
