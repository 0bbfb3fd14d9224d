"""The repository rule behind @local-remote-execution: it calls the helper and no more."""

load(":version.bzl", "VERSION")

def _shell_files(rctx):
    """The files that LRE_ENV names, which .bazelrc.lre sets."""
    files = []
    for name in (rctx.getenv("LRE_ENV") or "").split(":"):
        if not name:
            continue
        if not name.startswith("/"):
            fail("LRE_ENV names {}, which is no absolute path; write .bazelrc.lre anew with `lre bazelrc`".format(name))
        file = rctx.path(name)
        if not file.exists:
            fail("LRE_ENV names {}, which is not there; enter the dev shell again, or write .bazelrc.lre anew with `lre bazelrc`".format(name))
        files.append(file)
    return files

def _options(flag, values):
    """The flag once for each value."""
    return [word for value in values for word in [flag, value]]

def _local_remote_execution_impl(rctx):
    committed = [rctx.path(label) for label in rctx.attr.environments]
    shell = _shell_files(rctx)
    for file in committed + shell:
        rctx.watch(file)
    version = rctx.getenv("LRE_VERSION")
    digest = rctx.getenv("LRE_DIGEST")

    rctx.report_progress("making toolchains")
    result = rctx.execute(
        [rctx.path(Label("@lre_helper//:lre")), "generate", "--out", rctx.path(".")] +
        _options("--env", committed or shell) +
        _options("--agree-with", shell if committed else []) +
        _options("--module-version", [VERSION]) +
        _options("--rc-version", [version] if version else []) +
        _options("--rc-digest", [digest] if digest else []) +
        ["--exec-property={}={}".format(name, value) for name, value in rctx.attr.exec_properties.items()] +
        (["--on-demand"] if rctx.attr.on_demand else []),
    )
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
        "on_demand": attr.bool(
            doc = "Whether workers fetch store paths on demand, so that no image is asked for.",
        ),
    },
)
