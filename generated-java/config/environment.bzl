# Made by `lre generate` from /environments/java of manifest.json; changes here are lost.
# Rendered by tool/src/render/variables.rs of the helper's sources.

"""The variables of the environment."""

ENVIRONMENT = {
    "JAVA_HOME": "/nix/store/n5pkpab2md6aklqxsz2wgkrxy6pyqmhv-openjdk-headless-17.0.14+7/lib/openjdk",
}
