# Stands in for NixOS/nixpkgs where it cannot be fetched: the few packages that our flakes name,
# under nixpkgs' own names, made of the lab's toolchain. The helper is the binary `lre` that
# the lab puts beside `xtask/nix/toolchain.nix`, and `base` there tells one lab from another.
{
  outputs =
    _:
    {
      lib = import ./lib.nix;
      legacyPackages.x86_64-linux = import ./packages.nix (
        import ../../toolchain.nix {
          base = builtins.readFile ../../base;
          helper = ../../lre;
        }
      );
    };
}
