"""The globals of a BUILD file that we emit, with the attributes that Bazel 7.1 and later both have.

Sources: https://bazel.build/reference/be/platforms-and-toolchains, .../be/general and
.../be/functions. A rule or an attribute that is not here is refused: add it when it is rendered. The
functions that do more than to be called are in functions.bzl.
"""

# --- functions

package = function("package", {
    "default_deprecation": attr_string(),
    "default_testonly": attr_bool(),
    "default_visibility": attr_visibility(),
    "features": attr_string_list(),
})

# --- rules

alias = rule("alias", {
    "actual": attr_label(mandatory = True, allow_files = True),
})

config_setting = platform_rule("config_setting", {
    "constraint_values": attr_constraint_list(),
    "define_values": attr_string_dict(),
    "flag_values": attr_label_keyed_string_dict(),
    "values": attr_string_dict(),
})

constraint_setting = platform_rule("constraint_setting", {
    "default_constraint_value": attr_label(allow_rules = ["constraint_value"]),
})

constraint_value = platform_rule("constraint_value", {
    "constraint_setting": attr_label(mandatory = True, allow_rules = ["constraint_setting"]),
})

filegroup = rule("filegroup", {
    "data": attr_label_list(allow_files = True),
    "output_group": attr_string(),
    "srcs": attr_label_list(allow_files = True),
})

platform = platform_rule("platform", {
    "constraint_values": attr_constraint_list(),
    "exec_properties": attr_string_dict(),
    "parents": attr_label_list(allow_rules = ["platform"]),
})

toolchain = platform_rule("toolchain", {
    "exec_compatible_with": attr_constraint_list(),
    "target_compatible_with": attr_constraint_list(),
    "target_settings": attr_label_list(allow_rules = ["alias", "config_setting"]),
    "toolchain": attr_label(mandatory = True),
    "toolchain_type": attr_label(mandatory = True, allow_rules = ["toolchain_type"]),
})

toolchain_type = platform_rule("toolchain_type", {
    "no_match_error": attr_string(),
})
