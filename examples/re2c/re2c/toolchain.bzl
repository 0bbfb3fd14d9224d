"""The toolchain of re2c: where the generator is."""

def _re2c_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(path = ctx.attr.path)]

re2c_toolchain = rule(
    implementation = _re2c_toolchain_impl,
    doc = "A re2c that is called by its path.",
    attrs = {
        "path": attr.string(
            doc = "Absolute path of the program.",
            mandatory = True,
        ),
    },
)
