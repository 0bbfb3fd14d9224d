"""Finds the helper: LRE_TOOL, a release binary, or a build of this module's own sources."""

load(":releases.bzl", "RELEASES")

# A build on a slow machine with a cold registry, in seconds.
_BUILD_TIMEOUT = 3600

def _named(rctx):
    """The helper that LRE_TOOL names; .bazelrc.lre sets it to what Nix built."""
    name = rctx.getenv("LRE_TOOL")
    if not name:
        return False
    if not name.startswith("/"):
        fail("LRE_TOOL names {}, which is no absolute path".format(name))
    path = rctx.path(name)
    if not path.exists:
        fail("LRE_TOOL names {}, which is not there; enter the dev shell again, or unset it".format(name))
    rctx.watch(path)
    rctx.symlink(path, "lre")
    return True

def _released(rctx):
    """A binary of this version's release, by its SHA-256."""
    host = "{}-{}".format(rctx.os.arch, rctx.os.name.split(" ")[0])
    release = RELEASES.get(host)
    if not release:
        return False
    rctx.download(url = release.url, sha256 = release.sha256, output = "lre", executable = True)
    return True

def _built(rctx):
    """A build of this module's own sources with the Cargo of this machine."""
    cargo = rctx.which("cargo")
    if not cargo:
        return False
    sources = rctx.path(Label("//:Cargo.toml")).dirname
    for manifest in ["//:Cargo.lock", "//:Cargo.toml"]:
        rctx.watch(Label(manifest))
    rctx.watch(sources.get_child("tool").get_child("build.rs"))
    for crate in ["launch", "tool"]:
        rctx.watch(sources.get_child(crate).get_child("Cargo.toml"))
        rctx.watch_tree(sources.get_child(crate).get_child("src"))
    rctx.report_progress("building the helper with Cargo, once")

    # `cargo install` rather than `cargo build`: one binary stays, and no target folder.
    result = rctx.execute(
        [cargo, "install", "--locked", "--path", sources.get_child("tool"), "--root", rctx.path(".")],
        environment = {"CARGO_TARGET_DIR": str(rctx.path("target"))},
        quiet = False,
        timeout = _BUILD_TIMEOUT,
    )
    if result.return_code != 0:
        fail("cannot build the helper from {}:\n{}".format(sources, result.stderr))
    rctx.delete("target")
    rctx.symlink("bin/lre", "lre")
    return True

def _lre_helper_impl(rctx):
    rctx.file("BUILD.bazel", "exports_files([\"lre\"])\n")
    if _named(rctx) or _released(rctx) or _built(rctx):
        return
    fail("""there is no helper for this machine. One of these makes one:
  1. --repo_env=LRE_TOOL=/absolute/path/to/lre, which .bazelrc.lre sets in a dev shell;
  2. a version of this module with a release for {} on {};
  3. cargo on PATH, to build it from this module's sources.""".format(rctx.os.name, rctx.os.arch))

_lre_helper = repository_rule(
    implementation = _lre_helper_impl,
    doc = "The helper as the file @lre_helper//:lre.",
)

def _helper_impl(module_ctx):
    _lre_helper(name = "lre_helper")
    return module_ctx.extension_metadata(reproducible = True)

helper = module_extension(
    implementation = _helper_impl,
    doc = "Private to this module: makes the repository lre_helper.",
)
