"""java_toolchain of rules_java.

In 7.6.5 it is Bazel's own rule (Bazel 7: builtins_bzl/common/java/java_toolchain.bzl), in 9.8.0
rules_java's java/common/rules/java_toolchain.bzl. In both; what is about Android or JSpecify is left
out, and so are oneversion_allowlist and header_compiler_direct_opts, which came later.
"""

java_toolchain = rule("java_toolchain", {
    "bootclasspath": attr_label_list(allow_files = True),
    "compatible_javacopts": attr_string_list_dict(),
    "deps_checker": attr_label(allow_files = True),
    "forcibly_disable_header_compilation": attr_bool(),
    "genclass": attr_label(allow_files = True),
    "header_compiler": attr_label(allow_files = True),
    "header_compiler_builtin_processors": attr_string_list(),
    "header_compiler_direct": attr_label(allow_files = True),
    "ijar": attr_label(allow_files = True),
    "jacocorunner": attr_label(allow_files = True),
    "java_runtime": attr_label(allow_rules = ["java_runtime"]),
    "javabuilder": attr_label(allow_files = True),
    "javabuilder_data": attr_label_list(allow_files = True),
    "javabuilder_jvm_opts": attr_string_list(),
    "javac_supports_multiplex_workers": attr_bool(),
    "javac_supports_worker_cancellation": attr_bool(),
    "javac_supports_worker_multiplex_sandboxing": attr_bool(),
    "javac_supports_workers": attr_bool(),
    "javacopts": attr_string_list(),
    "jvm_opts": attr_string_list(),
    "misc": attr_string_list(),
    "oneversion": attr_label(allow_files = True),
    "oneversion_allowlist_for_tests": attr_label(allow_files = True),
    "oneversion_whitelist": attr_label(allow_files = True),
    "package_configuration": attr_label_list(),
    "proguard_allowlister": attr_label(allow_files = True),
    "reduced_classpath_incompatible_processors": attr_string_list(),
    "singlejar": attr_label(allow_files = True),
    "source_version": attr_string(),
    "target_version": attr_string(),
    "timezone_data": attr_label(allow_files = True),
    "tools": attr_label_list(allow_files = True),
    "turbine_data": attr_label_list(allow_files = True),
    "turbine_jvm_opts": attr_string_list(),
    "xlint": attr_string_list(),
})
