"""The globals of a MODULE.bazel file that we emit: https://bazel.build/rules/lib/globals/module."""

module = function("module", {
    "bazel_compatibility": attr.string_list(),
    "compatibility_level": attr.int(),
    "name": attr.string(),
    "repo_name": attr.string(),
    "version": attr.string(),
})

bazel_dep = function("bazel_dep", {
    "dev_dependency": attr.bool(),
    "max_compatibility_level": attr.int(),
    "name": attr.string(mandatory = True),
    "repo_name": attr.string(),
    "version": attr.string(),
})
