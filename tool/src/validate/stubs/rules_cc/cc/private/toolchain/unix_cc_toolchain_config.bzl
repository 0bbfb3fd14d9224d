"""cc_toolchain_config of rules_cc's cc/private/toolchain/unix_cc_toolchain_config.bzl.

In 0.0.11 and in 0.2.22; all_compile_flags, fastbuild_compile_flags, extra_enabled_features and
extra_known_features came later.
"""

cc_toolchain_config = rule("cc_toolchain_config", {
    "abi_libc_version": attr.string(mandatory = True),
    "abi_version": attr.string(mandatory = True),
    "archive_flags": attr.string_list(),
    "builtin_sysroot": attr.string(),
    "compile_flags": attr.string_list(),
    "compiler": attr.string(mandatory = True),
    "conly_flags": attr.string_list(),
    "coverage_compile_flags": attr.string_list(),
    "coverage_link_flags": attr.string_list(),
    "cpu": attr.string(mandatory = True),
    "cxx_builtin_include_directories": attr.string_list(),
    "cxx_flags": attr.string_list(),
    "dbg_compile_flags": attr.string_list(),
    "extra_flags_per_feature": attr.string_list_dict(),
    "host_system_name": attr.string(mandatory = True),
    "link_flags": attr.string_list(),
    "link_libs": attr.string_list(),
    "opt_compile_flags": attr.string_list(),
    "opt_link_flags": attr.string_list(),
    "supports_start_end_lib": attr.bool(),
    "target_libc": attr.string(mandatory = True),
    "target_system_name": attr.string(mandatory = True),
    "tool_paths": attr.string_dict(),
    "toolchain_identifier": attr.string(mandatory = True),
    "unfiltered_compile_flags": attr.string_list(),
})
