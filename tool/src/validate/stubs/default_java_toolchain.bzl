"""rules_java's toolchains/default_java_toolchain.bzl, in 7.6.5 and in 9.8.0.

The configurations are empty here: what stands in them is rules_java's business. The toolchain for the
default language version is not made, because which version that is differs between the two.
"""

load("@rules_java//java/toolchains:java_toolchain.bzl", "java_toolchain")

BASE_JDK9_JVM_OPTS = []
JDK9_JVM_OPTS = BASE_JDK9_JVM_OPTS
DEFAULT_JAVACOPTS = []

DEFAULT_TOOLCHAIN_CONFIGURATION = {}
VANILLA_TOOLCHAIN_CONFIGURATION = {}
PREBUILT_TOOLCHAIN_CONFIGURATION = {}
NONPREBUILT_TOOLCHAIN_CONFIGURATION = {}

def _macro(java_toolchain, config_setting, toolchain):
    def default_java_toolchain(
            name,
            configuration = DEFAULT_TOOLCHAIN_CONFIGURATION,
            toolchain_definition = True,
            exec_compatible_with = [],
            target_compatible_with = [],
            source_version = "",
            **kwargs):
        java_toolchain(name = name, source_version = source_version, **(configuration | kwargs))
        if toolchain_definition:
            config_setting(
                name = name + "_version_setting",
                values = {"java_language_version": source_version},
                visibility = ["//visibility:private"],
            )
            toolchain(
                name = name + "_definition",
                exec_compatible_with = exec_compatible_with,
                target_compatible_with = target_compatible_with,
                target_settings = [name + "_version_setting"],
                toolchain = name,
                toolchain_type = "@bazel_tools//tools/jdk:toolchain_type",
            )

    return default_java_toolchain

default_java_toolchain = _macro(java_toolchain, config_setting, toolchain)
