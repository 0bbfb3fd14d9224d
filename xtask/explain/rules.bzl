"""Rules whose actions differ between two builds in one thing each."""

SaidInfo = provider("What a setting says.", fields = ["value"])

def _setting_impl(ctx):
    return SaidInfo(value = ctx.build_setting_value)

setting = rule(
    doc = "A string that the command line sets.",
    implementation = _setting_impl,
    build_setting = config.string(flag = True),
)

def _step_impl(ctx):
    said = ctx.attr._say[SaidInfo].value if ctx.attr.says else "nothing"
    out = ctx.actions.declare_file(ctx.label.name)
    outs = [out]
    inputs = list(ctx.files.srcs)
    last = []
    if ctx.attr.says == "argument":
        last.append("--say=" + said)
    elif ctx.attr.says == "params":
        last.append(ctx.actions.args().add("--say=" + said).use_param_file("@%s", use_always = True))
    elif ctx.attr.says == "file":
        written = ctx.actions.declare_file(ctx.label.name + ".written")
        ctx.actions.write(written, said)
        inputs.append(written)
    elif ctx.attr.says == "link":
        link = ctx.actions.declare_symlink(ctx.label.name + ".link")
        ctx.actions.symlink(output = link, target_path = said)
        inputs.append(link)
    elif ctx.attr.says == "status":
        inputs.append(ctx.info_file)
    elif ctx.attr.says == "outputs" and said == "more":
        outs.append(ctx.actions.declare_file(ctx.label.name + ".more"))
    named = inputs + ctx.files.tools if ctx.attr.named else []
    ctx.actions.run_shell(
        command = ctx.attr.command,
        arguments = [out.path] + [file.path for file in named] + last,
        inputs = inputs,
        tools = ctx.files.tools,
        outputs = outs,
        mnemonic = ctx.attr.mnemonic,
        use_default_shell_env = True,
    )
    return DefaultInfo(files = depset([out]))

step = rule(
    doc = "Makes a file of its name.",
    implementation = _step_impl,
    attrs = {
        "command": attr.string(
            doc = "In the shell: $1 is what it makes, $2 and so on what it reads.",
            default = "cat $2 > $1",
        ),
        "mnemonic": attr.string(default = "Step"),
        "named": attr.bool(
            doc = "Whether arguments name what it reads.",
            default = True,
        ),
        "says": attr.string(doc = "Where what the command line says goes to."),
        "srcs": attr.label_list(allow_files = True),
        "tools": attr.label_list(
            allow_files = True,
            cfg = "exec",
        ),
        "_say": attr.label(default = "//:say"),
    },
)

def _folder_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        command = "echo same > $1/same; echo $RANDOM$RANDOM$RANDOM > $1/other",
        arguments = [out.path],
        outputs = [out],
        mnemonic = "Folder",
        use_default_shell_env = True,
    )
    return DefaultInfo(files = depset([out]))

folder = rule(
    doc = "Makes a folder, in which one file is another one each time.",
    implementation = _folder_impl,
)

def _check_test_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        script,
        "#!/bin/sh\nif [ -e /home/ada/src/explain/slow ]; then sleep 3; fi\n",
        is_executable = True,
    )
    return DefaultInfo(executable = script)

check_test = rule(
    doc = "A test that passes, and takes longer where a checkout has a certain file.",
    implementation = _check_test_impl,
    test = True,
)
