"""cc_toolchain of rules_cc, there since 0.0.10.

Up to 0.1 it is Bazel's own rule (Bazel 7: builtins_bzl/common/cc/cc_toolchain_attrs.bzl), later
rules_cc's cc/private/rules_impl/cc_toolchain.bzl. In both, less licenses; tool_map is only in the latter.
"""

cc_toolchain = rule("cc_toolchain", {
    "all_files": attr_label(mandatory = True, allow_files = True),
    "ar_files": attr_label(allow_files = True),
    "as_files": attr_label(allow_files = True),
    "compiler_files": attr_label(mandatory = True, allow_files = True),
    "compiler_files_without_includes": attr_label(allow_files = True),
    "coverage_files": attr_label(allow_files = True),
    "dwp_files": attr_label(mandatory = True, allow_files = True),
    "dynamic_runtime_lib": attr_label(allow_files = True),
    "exec_transition_for_inputs": attr_bool(),
    "libc_top": attr_label(),
    "linker_files": attr_label(mandatory = True, allow_files = True),
    "module_map": attr_label(allow_files = True),
    "objcopy_files": attr_label(mandatory = True, allow_files = True),
    "static_runtime_lib": attr_label(allow_files = True),
    "strip_files": attr_label(mandatory = True, allow_files = True),
    "supports_header_parsing": attr_bool(),
    "supports_param_files": attr_bool(),
    "toolchain_config": attr_label(mandatory = True, allow_rules = ["cc_toolchain_config"]),
    "toolchain_identifier": attr_string(),
})
