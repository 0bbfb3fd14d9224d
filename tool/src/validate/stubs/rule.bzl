"""What the other stubs are written in: `rule`, `function` and `attr`, shaped as Bazel's own.

So an attribute table here can be laid beside the `attrs = {...}` it was copied from. The arguments
of a call are recorded (`record` is native, see record.rs) and checked when the file is evaluated.
"""

def _attr(type):
    def make(*, mandatory = False, allow_files = False, allow_rules = []):
        return struct(
            type = type,
            mandatory = mandatory,
            allow_files = allow_files,
            allow_rules = allow_rules,
        )

    return make

attr = struct(
    bool = _attr("bool"),
    int = _attr("int"),
    string = _attr("string"),
    string_dict = _attr("string_dict"),
    string_list = _attr("string_list"),
    string_list_dict = _attr("string_list_dict"),
    label = _attr("label"),
    label_list = _attr("label_list"),
    label_keyed_string_dict = _attr("label_keyed_string_dict"),
    # Ours: a label_list of constraint values, no two of one setting.
    constraint_list = _attr("constraint_list"),
    # Ours: a label_list of //visibility:public, //visibility:private, //x:__pkg__ and the like.
    visibility = _attr("visibility"),
)

# https://bazel.build/reference/be/platforms-and-toolchains: what constraint_setting and its kin take.
_COMMON_OF_PLATFORM_RULES = {
    "name": attr.string(mandatory = True),
    "deprecation": attr.string(),
    "features": attr.string_list(),
    "tags": attr.string_list(),
    "testonly": attr.bool(),
    "visibility": attr.visibility(),
}

# https://bazel.build/reference/be/common-definitions#common-attributes, less package_metadata, which
# Bazel 7 does not have.
_COMMON = _COMMON_OF_PLATFORM_RULES | {
    "compatible_with": attr.label_list(),
    "exec_compatible_with": attr.constraint_list(),
    "exec_properties": attr.string_dict(),
    "restricted_to": attr.label_list(),
    "target_compatible_with": attr.constraint_list(),
    "toolchains": attr.label_list(),
}

def function(kind, attrs):
    """A function that makes no target, such as `package`."""
    record(struct(declare = struct(rule = kind, attrs = attrs)))

    def call(**given):
        record(struct(call = struct(rule = kind, given = given)))

    return call

def rule(kind, attrs):
    """An ordinary rule: `attrs` and those that all rules have."""
    return function(kind, _COMMON | attrs)

def platform_rule(kind, attrs):
    """One of Bazel's rules about platforms, which have fewer common attributes."""
    return function(kind, _COMMON_OF_PLATFORM_RULES | attrs)
