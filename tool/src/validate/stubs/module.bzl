"""The globals of a MODULE.bazel file that we emit: https://bazel.build/rules/lib/globals/module."""

module = function("module", {
    "bazel_compatibility": attr_string_list(),
    "compatibility_level": attr_int(),
    "name": attr_string(),
    "repo_name": attr_string(),
    "version": attr_string(),
})

bazel_dep = function("bazel_dep", {
    "dev_dependency": attr_bool(),
    "max_compatibility_level": attr_int(),
    "name": attr_string(mandatory = True),
    "repo_name": attr_string(),
    "version": attr_string(),
})
