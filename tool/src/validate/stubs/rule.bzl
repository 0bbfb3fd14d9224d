"""What tables of rules are written in: `rule`, `function` and `attr_label` and so on, shaped as Bazel's own.

So an attribute table here can be laid beside the `attrs = {...}` it was copied from. What it declares is
recorded (`record` is native, see record.rs) when a test evaluates it, and kept in recorded/.

Stubs call no method, no builtin, and in a function nothing but its parameters and those of the
functions around it: see `variables` in dialect.rs. That is why attr.label is attr_label here.
"""

def _attr(type):
    # Of mandatory, allow_files and allow_rules, what is given; Attr in schema.rs knows the rest.
    def make(**given):
        return given | {"type": type}

    return make

attr_bool = _attr("bool")
attr_int = _attr("int")
attr_string = _attr("string")
attr_string_dict = _attr("string_dict")
attr_string_list = _attr("string_list")
attr_string_list_dict = _attr("string_list_dict")
attr_label = _attr("label")
attr_label_list = _attr("label_list")
attr_label_keyed_string_dict = _attr("label_keyed_string_dict")

# Ours: a label_list of constraint values, no two of one setting.
attr_constraint_list = _attr("constraint_list")

# Ours: a label_list of //visibility:public, //visibility:private, //x:__pkg__ and the like.
attr_visibility = _attr("visibility")

# https://bazel.build/reference/be/platforms-and-toolchains: what constraint_setting and its kin take.
_COMMON_OF_PLATFORM_RULES = {
    "name": attr_string(mandatory = True),
    "deprecation": attr_string(),
    "features": attr_string_list(),
    "tags": attr_string_list(),
    "testonly": attr_bool(),
    "visibility": attr_visibility(),
}

# https://bazel.build/reference/be/common-definitions#common-attributes, less package_metadata, which
# Bazel 7 does not have.
_COMMON = _COMMON_OF_PLATFORM_RULES | {
    "compatible_with": attr_label_list(),
    "exec_compatible_with": attr_constraint_list(),
    "exec_properties": attr_string_dict(),
    "restricted_to": attr_label_list(),
    "target_compatible_with": attr_constraint_list(),
    "toolchains": attr_label_list(),
}

def _callables(record):
    # Recorded once, and not with each rule that has them.
    record({"common": {"function": {}, "platform_rule": _COMMON_OF_PLATFORM_RULES, "rule": _COMMON}})

    def callable(common):
        def declare(kind, attrs):
            record({"declare": {"rule": kind, "attrs": attrs, "common": common}})

        return declare

    return {
        # A function that makes no target, such as `package`.
        "function": callable("function"),
        # An ordinary rule: its attributes and those that all rules have.
        "rule": callable("rule"),
        # One of Bazel's rules about platforms, which have fewer common attributes.
        "platform_rule": callable("platform_rule"),
    }

_made = _callables(record)
function = _made["function"]
rule = _made["rule"]
platform_rule = _made["platform_rule"]
