"""The rule that makes C or C++ of a specification for re2c."""

_TOOLCHAIN_TYPE = "//re2c:toolchain_type"

def _re2c_source_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add("--no-debug-info")
    arguments.add("--output", output)
    arguments.add(ctx.file.src)
    ctx.actions.run(
        executable = ctx.toolchains[_TOOLCHAIN_TYPE].path,
        arguments = [arguments],
        inputs = [ctx.file.src],
        outputs = [output],
        mnemonic = "Re2c",
        progress_message = "Generating %{output}",
        toolchain = _TOOLCHAIN_TYPE,
    )
    return [DefaultInfo(files = depset([output]))]

re2c_source = rule(
    implementation = _re2c_source_impl,
    doc = "A source file, called as the target is, made of a specification.",
    attrs = {
        "src": attr.label(
            doc = "The specification.",
            allow_single_file = [".re"],
            mandatory = True,
        ),
    },
    toolchains = [_TOOLCHAIN_TYPE],
)
