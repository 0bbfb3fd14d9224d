# The lab's environment in a real Nix store, without nixpkgs: derivations whose
# builders copy Debian's own programs out of the root they run in
# (`sandbox = false`), and patch them so that they need nothing but the store.
{
  # Identity of that root, so that another root gives other store paths.
  base,
  # The helper `lre`; a path outside the store is copied there.
  helper,
  # Changes the hash of the compiler and nothing else.
  variant ? "main",
}:
let
  system = "x86_64-linux";

  fromDebian =
    name: script: attrs:
    derivation (
      {
        inherit name system base;
        builder = "/bin/sh";
        args = [
          "-eu"
          script
        ];
        PATH = "/usr/bin:/bin";
      }
      // attrs
    );

  coreTools = fromDebian "lre-lab-core-tools" ./core-tools.sh { };

  cc = fromDebian "lre-lab-cc" ./cc.sh {
    inherit variant;
    shell = "${coreTools}/bin/bash";
  };

  lre = builtins.path {
    name = "lre";
    path = helper;
  };

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
  inherit environment manifest;
}
