# The flake-parts module: options whose descriptions are their documentation, over the plain
# functions of this folder. It decides nothing itself, and must not know what the helper writes.
{
  # The packages of this flake by system, for the helper.
  packages,
}:
{ lib, flake-parts-lib, ... }:
let
  inherit (lib) mkOption types;
  functions = import ./.;

  # What declares one environment.
  environment = {
    Env = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = lib.literalExpression "lre-cc.meta.Env";
      description = ''
        The environment as a list of `KEY=value`, as an OCI image configuration has it. Where
        `stdenv` or `jdk` are set as well, an entry here replaces the one of the same key.
      '';
    };
    stdenv = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = lib.literalExpression "pkgs.clangStdenv";
      description = ''
        A stdenv of nixpkgs, from which CC, PATH and BAZEL_SH are made: its compiler, its
        binutils, its shell and its core tools.
      '';
    };
    jdk = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = lib.literalExpression "pkgs.jdk_headless";
      description = "A JDK of nixpkgs, from which JAVA_HOME is made.";
    };
    image = mkOption {
      type = types.nullOr types.raw;
      default = null;
      example = lib.literalExpression ''{ name = "lre-cc"; tag = "1"; }'';
      description = ''
        The image that carries the environment on workers: an image of nix2container or
        dockerTools, or a set of `name` and `tag` or `digest`; with `name` alone the tag is
        made from what the image is to carry. Naming it here does not build it.
      '';
    };
    system = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "x86_64-linux";
      description = "The system on which the tools run. Default: what `stdenv` or the shell runs on.";
    };
    target = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "x86_64-linux-musl";
      description = "The system for which the compiler builds. Default: what `stdenv` builds for.";
    };
  };

  settings = environment // {
    environments = mkOption {
      type = types.attrsOf (types.submodule { options = environment; });
      default = { };
      example = lib.literalExpression ''
        {
          cc = { stdenv = pkgs.clangStdenv; image = lre-cc; };
          java = { jdk = pkgs.jdk_headless; image = lre-java; };
        }
      '';
      description = ''
        Several environments by name. Without it, the settings beside it declare one, which is
        called `cc` and is read for Java too where it has a JDK.
      '';
    };
    prefix = mkOption {
      type = types.str;
      default = "";
      example = "lre";
      description = ''
        With `lre`, the flags take effect with `--config=lre` only; without it, always.
      '';
    };
  };

  optionsFor =
    { pkgs, system }:
    { config, ... }:
    let
      document = functions.environment {
        inherit system;
        settings = removeAttrs config.settings [ "prefix" ];
      };
      declared = document.environments != { };
    in
    {
      options = {
        enable = mkOption {
          type = types.bool;
          default = true;
          description = "Whether `installationScript` does anything.";
        };
        package = mkOption {
          type = types.package;
          default = packages.${system}.lre;
          defaultText = lib.literalMD "the helper of this flake";
          description = "The helper `lre`, which probes, and which Bazel calls.";
        };
        settings = mkOption {
          type = types.submodule { options = settings; };
          default = { };
          description = "What the toolchain is made of.";
        };
        manifest = mkOption {
          type = types.nullOr types.package;
          readOnly = true;
          default =
            if declared then
              functions.manifest {
                inherit system;
                lre = config.package;
                environment = pkgs.writeText "lre-environment.json" (builtins.toJSON document);
              }
            else
              null;
          defaultText = lib.literalMD "made from `settings`";
          description = ''
            What the tools of `settings` say of themselves, probed in a derivation; `null` where
            `settings` declares nothing.
          '';
        };
        installationScript = mkOption {
          type = types.str;
          readOnly = true;
          default =
            if config.enable then
              functions.installationScript {
                lre = config.package;
                inherit (config) manifest;
                inherit (config.settings) prefix;
              }
            else
              "";
          defaultText = lib.literalMD "made from `settings`";
          description = ''
            A shell fragment for the `shellHook` of a dev shell: it writes `.bazelrc.lre` where
            the Bazel workspace starts.
          '';
        };
      };
    };
in
{
  _file = ./flake-module.nix;
  # Two modules that import this one are no conflict.
  key = ./flake-module.nix;
  options.perSystem = flake-parts-lib.mkPerSystemOption (
    { pkgs, system, ... }:
    {
      _file = ./flake-module.nix;
      imports = [ (lib.mkAliasOptionModule [ "lre" ] [ "local-remote-execution" ]) ];
      options.local-remote-execution = mkOption {
        type = types.submodule (optionsFor {
          inherit pkgs system;
        });
        default = { };
        description = "Bazel toolchains, platforms and flags for this shell; `lre` is short for it.";
      };
    }
  );
}
