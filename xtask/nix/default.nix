# The lab's environment: the document that names its tools, and the manifest that the helper
# makes of it. It must not know where the tools come from.
{
  base,
  rest,
  helper,
  libcxx ? null,
  variant ? "main",
  # Which environments there are: C++ and Java `together` in one; `apart`, with images of
  # their own and three JDKs in the second; `compilers`, which are several for C++;
  # `features`, with all that C++ may be asked for by name, coverage and its JDK included; or
  # `generator`, with more than a compiler.
  environments ? "together",
}:
let
  tools = import ./toolchain.nix { inherit base rest helper libcxx variant; };
  inherit (tools)
    cc
    coreTools
    gcc
    gccAarch64
    javaTools
    lre
    mold
    musl
    qemu
    re2c
    ;
  system = "x86_64-linux";

  jdk = release: tools."jdk${release}";

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

  compiler = "${cc}/bin/cc";
  home = release: "${jdk release}/lib/openjdk";

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
    env = variables [ javaTools coreTools ] [ "JAVA_HOME=${home release}" ];
  };

  apart = {
    cc = {
      image = image "lre-cc" [
        cc
        coreTools
      ];
      env = variables [ cc coreTools ] [ "CC=${compiler}" ];
    };
    java = java "25";
    java17 = java "17";
    java21 = java "21";
  };

  # An environment whose compiler is in `package`, with more programs and variables.
  compilerOf = name: package: more: set: {
    image = image "lre-${name}" ([ package ] ++ more ++ [ coreTools ]);
    env = variables ([ package ] ++ more ++ [ coreTools ]) (
      [ "CC=${package}/bin/${package.prefix or ""}cc" ] ++ set
    );
  };

  compilers = {
    cc = compilerOf "cc" cc [ ] [ ];
    gcc = compilerOf "gcc" gcc [ ] [ ];
    mold = compilerOf "mold" gcc [ mold ] [ "BAZEL_LINKOPTS=-fuse-ld=mold" ];
    aarch64 = compilerOf "aarch64" gccAarch64 [ qemu ] [ ] // {
      target = "aarch64-linux";
    };
    musl = compilerOf "musl" musl [ ] [
      "BAZEL_LINKOPTS=-static"
      "BAZEL_LINKLIBS=-lc++:-lm"
    ] // {
      target = "x86_64-linux-musl";
    };
  };

  features =
    let
      withJava =
        name: package: set:
        compilerOf name package [ javaTools ] ([ "JAVA_HOME=${home "25"}" ] ++ set);
    in
    {
      inherit (together) cc;
      gcc = withJava "gcc" gcc [ ];
      # Clang's package for its dwp.
      mold = compilerOf "mold" gcc [ mold cc ] [ "BAZEL_LINKOPTS=-fuse-ld=mold" ];
      llvm = withJava "llvm" cc [ "BAZEL_USE_LLVM_NATIVE_COVERAGE=1" ];
    };

  # A generator beside the compiler, for a toolchain of the user's own.
  generator.cc = compilerOf "cc" cc [ re2c ] [ "RE2C=${re2c}/bin/re2c" ];

  together.cc = {
    image = image "lre" [
      cc
      javaTools
      coreTools
      (jdk "25")
    ];
    env = variables [ cc javaTools coreTools ] [
      "CC=${compiler}"
      "JAVA_HOME=${home "25"}"
    ];
  };

  environment = json "lre-lab-environment.json" {
    version = 1;
    inherit system;
    environments =
      {
        inherit
          apart
          compilers
          features
          generator
          together
          ;
      }
      .${environments};
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
  java_home = home "25";
  emulator = if environments == "compilers" then "${qemu}/bin/qemu-aarch64" else null;
  inherit compiler environment manifest;
}
