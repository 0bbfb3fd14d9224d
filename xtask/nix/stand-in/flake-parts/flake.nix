# Stands in for hercules-ci/flake-parts where it cannot be fetched: as much of `mkFlake` as our
# flakes use, over the stand-in for nixpkgs' lib. It must not know what any module is for.
{
  inputs.nixpkgs-lib.url = "github:nix-community/nixpkgs.lib";

  outputs =
    { nixpkgs-lib, ... }:
    let
      inherit (nixpkgs-lib) lib;

      flake-parts-lib.mkPerSystemOption = module: { perSystemModule = module; };

      # `packages.SYSTEM.NAME` out of each system's `packages.NAME`.
      transposed = [
        "devShells"
        "packages"
      ];
      builtin = _: {
        options = lib.genAttrs transposed (
          name:
          lib.mkOption {
            type = lib.types.raw;
            default = { };
          }
        );
      };

      mkFlake =
        { inputs }:
        module:
        let
          modules = map (import': import' { inherit lib flake-parts-lib inputs; }) module.imports;
          evaluate =
            system:
            lib.evalModules {
              specialArgs = {
                inherit lib system;
                pkgs = inputs.nixpkgs.legacyPackages.${system};
              };
              modules = [
                builtin
                module.perSystem
              ]
              ++ map (imported: imported.options.perSystem.perSystemModule) modules;
            };
          systems = lib.genAttrs module.systems evaluate;
        in
        lib.genAttrs transposed (name: builtins.mapAttrs (_: config: config.${name}) systems)
        // module.flake or { };
    in
    {
      lib = { inherit mkFlake; };
    };
}
