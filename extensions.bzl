"""The public API of lre: the module extension that makes @local-remote-execution.

    lre = use_extension("@lre//:extensions.bzl", "lre")
    lre.environment(file = "//:lre.json")                # optional
    lre.platform(exec_properties = {"Pool": "default"})  # optional
    lre.platform(on_demand = True)                       # optional
    use_repo(lre, "local-remote-execution")
"""

load("//lre:repository.bzl", "local_remote_execution")

_environment = tag_class(
    doc = """Names a committed environment or manifest.

Without this tag the repository is made from the files in LRE_ENV, which .bazelrc.lre
sets, and without that from the reference environment that is compiled into the helper.""",
    attrs = {
        "file": attr.label(
            doc = "An environment in one of the forms that `lre generate --env` reads, or a manifest.",
            allow_single_file = True,
            mandatory = True,
        ),
    },
)

_platform = tag_class(
    doc = "Adds to the generated platforms.",
    attrs = {
        "exec_properties": attr.string_dict(
            doc = "Execution properties, merged into those of every generated platform; they win.",
        ),
        "on_demand": attr.bool(
            doc = "Ask for workers that fetch store paths when an action first names them, by operating system, CPU and pool, rather than for an image.",
        ),
    },
)

def _merge(properties, more):
    for name, value in more.items():
        if not name or "=" in name:
            fail("lre.platform: {} cannot be the name of an execution property".format(repr(name)))
        if properties.setdefault(name, value) != value:
            fail("lre.platform: {} is {} in one tag and {} in another; keep one of them".format(
                repr(name),
                repr(properties[name]),
                repr(value),
            ))

def _lre_impl(module_ctx):
    environments = []
    exec_properties = {}
    on_demand = False

    # What a dependency would like for itself must not change the toolchain of the whole build.
    for module in module_ctx.modules:
        if module.is_root:
            environments = [tag.file for tag in module.tags.environment]
            for tag in module.tags.platform:
                _merge(exec_properties, tag.exec_properties)
                on_demand = on_demand or tag.on_demand

    local_remote_execution(
        name = "local-remote-execution",
        environments = environments,
        exec_properties = exec_properties,
        on_demand = on_demand,
    )
    return module_ctx.extension_metadata(reproducible = True)

lre = module_extension(
    implementation = _lre_impl,
    doc = "Makes the repository local-remote-execution: toolchains and platforms out of an environment.",
    tag_classes = {
        "environment": _environment,
        "platform": _platform,
    },
)
