"""java_runtime of rules_java.

In 7.6.5 it is Bazel's own rule (Bazel 7: builtins_bzl/common/java/java_runtime.bzl), in 9.8.0
rules_java's java/common/rules/java_runtime.bzl; the attributes are the same.
"""

java_runtime = rule("java_runtime", {
    "default_cds": attr_label(allow_files = True),
    "hermetic_srcs": attr_label_list(allow_files = True),
    "hermetic_static_libs": attr_label_list(),
    "java": attr_label(allow_files = True),
    "java_home": attr_string(),
    "lib_ct_sym": attr_label(allow_files = True),
    "lib_modules": attr_label(allow_files = True),
    "output_licenses": attr_string_list(),
    "srcs": attr_label_list(allow_files = True),
    "version": attr_int(),
})
