"""An action that needs no toolchain, and that no cache can have."""

def _probe_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".out")
    ctx.actions.run(
        outputs = [out],
        executable = ctx.attr.shell,
        arguments = ["-c", "echo \"$1\" > \"$0\"", out.path, ctx.attr.nonce],
        mnemonic = "LreProbe",
        progress_message = "Probing %{label}",
    )
    return [DefaultInfo(files = depset([out]))]

probe = rule(
    implementation = _probe_impl,
    doc = "Lets a shell write a file.",
    attrs = {
        "nonce": attr.string(doc = "What it writes, never the same."),
        "shell": attr.string(doc = "The absolute path of the shell."),
    },
)
