# Made by `lre generate` from /environments/cc of manifest.json; changes here are lost.
# Rendered by tool/src/render/variables.rs of the helper's sources.

"""The variables of the environment."""

ENVIRONMENT = {
    "CC": "/nix/store/n4rzbc1y6z5dj0wr884rmn85lz0dfi1l-customClang/bin/customClang",
    "PATH": "/nix/store/c5z0kxmshkd2j8bflq22ya45f7fssn0l-llvm-binutils-wrapper-22.1.8/bin:/nix/store/n4rzbc1y6z5dj0wr884rmn85lz0dfi1l-customClang/bin",
}
