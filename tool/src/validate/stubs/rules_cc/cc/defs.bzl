"""Of rules_cc's cc/defs.bzl, which re-exports everything, what a toolchain needs."""

load("@rules_cc//cc/toolchains:cc_toolchain.bzl", _cc_toolchain = "cc_toolchain")

cc_toolchain = _cc_toolchain
