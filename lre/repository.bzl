"""The repository rule behind @local-remote-execution: it calls the helper and no more."""

def _environment_files(rctx):
    """The environment files, and a word for where they were named."""
    if rctx.attr.environments:
        return [rctx.path(label) for label in rctx.attr.environments], "lre.environment"

    # Read in either case, so that entering another shell refetches.
    names = rctx.getenv("LRE_ENV") or ""
    files = []
    for name in names.split(":"):
        if not name:
            continue
        if not name.startswith("/"):
            fail("LRE_ENV names {}, which is no absolute path; write .bazelrc.lre anew with `lre bazelrc`".format(name))
        files.append(rctx.path(name))
    return files, "LRE_ENV"

def _local_remote_execution_impl(rctx):
    helper = rctx.path(Label("@lre_helper//:lre"))
    files, origin = _environment_files(rctx)
    command = [helper, "generate", "--out", rctx.path(".")]
    for file in files:
        if not file.exists:
            fail("{} names {}, which is not there; enter the dev shell again, or write .bazelrc.lre anew with `lre bazelrc`".format(origin, file))
        rctx.watch(file)
        command += ["--env", file]
    for name, value in rctx.attr.exec_properties.items():
        command += ["--exec-property", "{}={}".format(name, value)]

    rctx.report_progress("making toolchains out of {}".format(origin if files else "the reference environment"))
    result = rctx.execute(command)
    if result.return_code != 0:
        fail("\n" + result.stderr)
    if result.stderr:
        # buildifier: disable=print
        print("\n" + result.stderr)

local_remote_execution = repository_rule(
    implementation = _local_remote_execution_impl,
    doc = "Makes toolchains and platforms out of environments.",
    attrs = {
        "environments": attr.label_list(
            doc = "Environments or manifests; without them LRE_ENV, and without that the embedded reference.",
            allow_files = True,
        ),
        "exec_properties": attr.string_dict(
            doc = "Execution properties to add to every generated platform.",
        ),
    },
)
