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
  # Whether C++ and Java are environments of their own, with images of their own and
  # three JDKs in the second, or one environment.
  separate ? false,
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

  jdk = release: fromDebian "lre-lab-openjdk-${release}" ./jdk.sh { inherit release; };

  javaTools = fromDebian "lre-lab-java-tools" ./java-tools.sh { };

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

  # An image as a container build would name it: by the hash of what is in it.
  image = name: packages: {
    inherit name;
    tag = builtins.substring 0 32 (builtins.hashString "sha256" (toString packages));
  };

  # Variables of an environment whose programs are in `packages`.
  variables =
    packages: more:
    [
      "BAZEL_SH=${coreTools}/bin/bash"
      "PATH=${builtins.concatStringsSep ":" (map (package: "${package}/bin") packages)}"
    ]
    ++ more;

  compiler = "CC=${cc}/bin/cc";
  home = release: "JAVA_HOME=${jdk release}/lib/openjdk";

  java = release: {
    image = image "lre-java" (
      [
        javaTools
        coreTools
      ]
      ++ map jdk [
        "17"
        "21"
        "25"
      ]
    );
    env = variables [ javaTools coreTools ] [ (home release) ];
  };

  apart = {
    cc = {
      image = image "lre-cc" [
        cc
        coreTools
      ];
      env = variables [ cc coreTools ] [ compiler ];
    };
    java = java "25";
    java17 = java "17";
    java21 = java "21";
  };

  together.cc = {
    image = image "lre" [
      cc
      javaTools
      coreTools
      (jdk "25")
    ];
    env = variables [ cc javaTools coreTools ] [
      compiler
      (home "25")
    ];
  };

  environment = json "lre-lab-environment.json" {
    version = 1;
    inherit system;
    environments = if separate then apart else together;
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
