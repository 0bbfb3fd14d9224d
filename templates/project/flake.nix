{
  description = "A project in C++ and Java that builds with the same toolchain locally and remotely";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts = {
      url = "github:hercules-ci/flake-parts";
      inputs.nixpkgs-lib.follows = "nixpkgs";
    };
    lre = {
      # The repository from which you have lre.
      url = "github:OWNER/lre";
      inputs.nixpkgs.follows = "nixpkgs";
      inputs.flake-parts.follows = "flake-parts";
    };
  };

  outputs =
    inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      imports = [ inputs.lre.flakeModule ];

      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      perSystem =
        { config, pkgs, ... }:
        {
          # The toolchain: another line here is another toolchain, for everybody.
          local-remote-execution.settings = {
            stdenv = pkgs.clangStdenv;
            jdk = pkgs.jdk_headless;
            prefix = "lre";
          };

          devShells.default = pkgs.mkShell {
            packages = [ pkgs.bazel ];
            shellHook = config.local-remote-execution.installationScript;
          };
        };
    };
}
