{
  description = "Local Remote Execution for Bazel: one toolchain, locally and on remote workers";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts = {
      url = "github:hercules-ci/flake-parts";
      inputs.nixpkgs-lib.follows = "nixpkgs";
    };
  };

  outputs =
    inputs@{ self, flake-parts, ... }:
    let
      flakeModule = import ./nix/flake-module.nix { inherit (self) packages; };
    in
    flake-parts.lib.mkFlake { inherit inputs; } {
      imports = [ flakeModule ];

      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      flake = {
        inherit flakeModule;
        flakeModules.default = flakeModule;
        lib = import ./nix;
        templates.default = {
          path = ./templates/project;
          description = "A project in C++ and Java that builds with the same toolchain locally and remotely";
          welcomeText = ''
            Commit the files (a flake sees nothing else), enter the shell, and build:

                git init && git add . && nix develop
                bazel test //...
          '';
        };
      };

      # The shell of whoever works on lre uses the module as any other project does.
      perSystem =
        { config, pkgs, ... }:
        {
          packages = {
            lre = pkgs.callPackage ./nix/package.nix { };
            default = config.packages.lre;
            inherit (config.local-remote-execution) manifest;
          };

          local-remote-execution.settings = {
            stdenv = pkgs.clangStdenv;
            jdk = pkgs.jdk_headless;
            prefix = "lre";
          };

          devShells.default = pkgs.mkShell {
            packages = [
              pkgs.bazel
              pkgs.cargo
              pkgs.clippy
              pkgs.nixfmt
              pkgs.rustc
              pkgs.rustfmt
            ];
            shellHook = config.local-remote-execution.installationScript;
          };
        };
    };
}
