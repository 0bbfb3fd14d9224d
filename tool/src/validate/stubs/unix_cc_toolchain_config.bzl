"""cc_toolchain_config of rules_cc's cc/private/toolchain/unix_cc_toolchain_config.bzl.

In 0.0.11 and in 0.2.22; all_compile_flags, fastbuild_compile_flags, extra_enabled_features and
extra_known_features came later.
"""

cc_toolchain_config = rule("cc_toolchain_config", {
    "abi_libc_version": attr_string(mandatory = True),
    "abi_version": attr_string(mandatory = True),
    "archive_flags": attr_string_list(),
    "builtin_sysroot": attr_string(),
    "compile_flags": attr_string_list(),
    "compiler": attr_string(mandatory = True),
    "conly_flags": attr_string_list(),
    "coverage_compile_flags": attr_string_list(),
    "coverage_link_flags": attr_string_list(),
    "cpu": attr_string(mandatory = True),
    "cxx_builtin_include_directories": attr_string_list(),
    "cxx_flags": attr_string_list(),
    "dbg_compile_flags": attr_string_list(),
    "extra_flags_per_feature": attr_string_list_dict(),
    "host_system_name": attr_string(mandatory = True),
    "link_flags": attr_string_list(),
    "link_libs": attr_string_list(),
    "opt_compile_flags": attr_string_list(),
    "opt_link_flags": attr_string_list(),
    "supports_start_end_lib": attr_bool(),
    "target_libc": attr_string(mandatory = True),
    "target_system_name": attr_string(mandatory = True),
    "tool_paths": attr_string_dict(),
    "toolchain_identifier": attr_string(mandatory = True),
    "unfiltered_compile_flags": attr_string_list(),
})
