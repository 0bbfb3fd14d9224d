# The lab's environment: the document that names its tools, and the manifest that the helper
# makes of it. It must not know where the tools come from.
{
  base,
  helper,
  variant,
}:
let
  inherit (import ./toolchain.nix { inherit base helper variant; }) cc coreTools lre;
  system = "x86_64-linux";

  # A derivation, not `builtins.toFile`: only so does the store know what the
  # file refers to, and a closure of it carries the tools.
  json =
    name: value:
    derivation {
      inherit name system;
      builder = "/bin/sh";
      args = [
        "-c"
        "printf %s \"$text\" > $out"
      ];
      text = builtins.toJSON value;
    };

  environment = json "lre-lab-environment.json" {
    version = 1;
    inherit system;
    environments.cc = {
      image = {
        name = "lre-cc";
        tag = builtins.substring 0 32 (baseNameOf "${cc}");
      };
      env = [
        "PATH=${cc}/bin:${coreTools}/bin"
        "CC=${cc}/bin/cc"
        "BAZEL_SH=${coreTools}/bin/bash"
      ];
    };
  };

  manifest = derivation {
    name = "lre-lab-manifest.json";
    inherit system;
    builder = lre;
    args = [
      "probe"
      "--env"
      environment
      "--out"
      (placeholder "out")
    ];
  };
in
# What xtask has to know, in one file.
json "lre-lab.json" {
  helper = lre;
  core_tools = coreTools;
  compiler = "${cc}/bin/cc";
  inherit environment manifest;
}
