"""Bazel 7's own tools/sh/sh_toolchain.bzl."""

sh_toolchain = rule("sh_toolchain", {
    "path": attr_string(),
})
