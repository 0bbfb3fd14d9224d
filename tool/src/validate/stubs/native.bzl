"""The globals of a BUILD file that we emit, with the attributes that Bazel 7.1 and later both have.

Sources: https://bazel.build/reference/be/platforms-and-toolchains, .../be/general and
.../be/functions. A rule or an attribute that is not here is refused: add it when it is rendered.
"""

# --- functions

package = function("package", {
    "default_deprecation": attr.string(),
    "default_testonly": attr.bool(),
    "default_visibility": attr.visibility(),
    "features": attr.string_list(),
})

_exports_files = function("exports_files", {"visibility": attr.visibility()})

def exports_files(srcs, visibility = None):
    record(struct(export = srcs))
    _exports_files(visibility = visibility)

def licenses(license_types):
    pass

def select(x, no_match_error = ""):
    # Stands for a whole value; the branches are checked, the conditions are not.
    return struct(select = x)

# --- rules

alias = rule("alias", {
    "actual": attr.label(mandatory = True, allow_files = True),
})

config_setting = platform_rule("config_setting", {
    "constraint_values": attr.constraint_list(),
    "define_values": attr.string_dict(),
    "flag_values": attr.label_keyed_string_dict(),
    "values": attr.string_dict(),
})

constraint_setting = platform_rule("constraint_setting", {
    "default_constraint_value": attr.label(allow_rules = ["constraint_value"]),
})

constraint_value = platform_rule("constraint_value", {
    "constraint_setting": attr.label(mandatory = True, allow_rules = ["constraint_setting"]),
})

filegroup = rule("filegroup", {
    "data": attr.label_list(allow_files = True),
    "output_group": attr.string(),
    "srcs": attr.label_list(allow_files = True),
})

platform = platform_rule("platform", {
    "constraint_values": attr.constraint_list(),
    "exec_properties": attr.string_dict(),
    "parents": attr.label_list(allow_rules = ["platform"]),
})

toolchain = platform_rule("toolchain", {
    "exec_compatible_with": attr.constraint_list(),
    "target_compatible_with": attr.constraint_list(),
    "target_settings": attr.label_list(allow_rules = ["alias", "config_setting"]),
    "toolchain": attr.label(mandatory = True),
    "toolchain_type": attr.label(mandatory = True, allow_rules = ["toolchain_type"]),
})

toolchain_type = platform_rule("toolchain_type", {
    "no_match_error": attr.string(),
})
