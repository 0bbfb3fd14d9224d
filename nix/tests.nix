# Tests of the functions of this folder: the names of those that fail, with what came out. They
# are evaluated only, so their packages are paths that need not be there.
let
  functions = import ./.;
  system = "x86_64-linux";
  package = name: "/nix/store/00000000000000000000000000000000-${name}";

  platform = {
    inherit system;
    isMusl = false;
  };
  gcc = {
    outPath = package "gcc-wrapper";
    cc = package "gcc";
    bintools = package "binutils-wrapper";
    targetPrefix = "";
    isGNU = true;
    isClang = false;
    libcxx = null;
  };
  gccStdenv = {
    cc = gcc;
    shell = "${package "bash"}/bin/bash";
    initialPath = [
      (package "coreutils")
      (package "bash")
    ];
    buildPlatform = platform;
    hostPlatform = platform;
  };
  crossStdenv = gccStdenv // {
    cc = gcc // {
      targetPrefix = "aarch64-unknown-linux-musl-";
    };
    hostPlatform = {
      system = "aarch64-linux";
      isMusl = true;
    };
  };
  jdk = {
    outPath = package "openjdk";
    home = "${package "openjdk"}/lib/openjdk";
  };

  environments = settings: (functions.environment { inherit system settings; }).environments;
  succeeds = value: (builtins.tryEval (builtins.deepSeq value value)).success;

  tests = {
    "a stdenv gives the compiler, its binutils, the shell and the core tools" = {
      actual = functions.fromStdenv { stdenv = gccStdenv; };
      expected = [
        "CC=${package "gcc-wrapper"}/bin/cc"
        (
          "PATH=${package "gcc-wrapper"}/bin:${package "binutils-wrapper"}/bin:${package "bash"}/bin"
          + ":${package "coreutils"}/bin"
        )
        "BAZEL_SH=${package "bash"}/bin/bash"
        "GCOV=${package "gcc"}/bin/gcov"
      ];
    };
    "a JDK is where its package says, or where nixpkgs puts it" = {
      actual =
        functions.fromStdenv { inherit jdk; } ++ functions.fromStdenv { jdk = package "some-jdk"; };
      expected = [
        "JAVA_HOME=${package "openjdk"}/lib/openjdk"
        "JAVA_HOME=${package "some-jdk"}/lib/openjdk"
      ];
    };
    "a cross stdenv names its tools and what it builds for" = {
      actual =
        let
          inherit (environments { stdenv = crossStdenv; }) cc;
        in
        {
          inherit (cc) system target;
          driver = builtins.head cc.env;
        };
      expected = {
        inherit system;
        target = "aarch64-linux-musl";
        driver = "CC=${package "gcc-wrapper"}/bin/aarch64-unknown-linux-musl-cc";
      };
    };
    "libc++ is found, and linked by the driver" = {
      actual =
        let
          env = functions.fromStdenv {
            stdenv = gccStdenv // {
              cc = gcc // {
                libcxx = package "libcxx";
              };
            };
          };
        in
        builtins.filter (entry: builtins.match "BAZEL_LINK.*" entry != null) env;
      expected = [
        "BAZEL_LINKOPTS=-L${package "libcxx"}/lib"
        "BAZEL_LINKLIBS=-lm"
      ];
    };
    "Env alone is cc, and java where there is a JDK and no compiler" = {
      actual = map (Env: builtins.attrNames (environments { inherit Env; })) [
        [ "CC=${gcc}/bin/cc" ]
        [
          "CC=${gcc}/bin/cc"
          "JAVA_HOME=${jdk.home}"
        ]
        [ "JAVA_HOME=${jdk.home}" ]
        [ ]
      ];
      expected = [
        [ "cc" ]
        [ "cc" ]
        [ "java" ]
        [ ]
      ];
    };
    "what Env says replaces what the stdenv says" = {
      actual =
        (environments {
          stdenv = gccStdenv;
          Env = [
            "PATH=${package "tools"}/bin"
            "BAZEL_CXXOPTS=-std=c++20"
          ];
        }).cc.env;
      expected = [
        "CC=${gcc}/bin/cc"
        "BAZEL_SH=${package "bash"}/bin/bash"
        "GCOV=${package "gcc"}/bin/gcov"
        "PATH=${package "tools"}/bin"
        "BAZEL_CXXOPTS=-std=c++20"
      ];
    };
    "several environments with their images, however the images are named" = {
      actual = environments {
        environments = {
          cc = {
            Env = [ "CC=${gcc}/bin/cc" ];
            image = {
              imageName = "lre-cc";
              imageTag = "1";
            };
          };
          java = {
            Env = [ "JAVA_HOME=${jdk.home}" ];
            image = {
              name = "lre-java";
              tag = "2";
            };
          };
        };
      };
      expected = {
        cc = {
          env = [ "CC=${gcc}/bin/cc" ];
          image = {
            name = "lre-cc";
            tag = "1";
          };
        };
        java = {
          env = [ "JAVA_HOME=${jdk.home}" ];
          image = {
            name = "lre-java";
            tag = "2";
          };
        };
      };
    };
    "an environment that is set twice is an error" = {
      actual = succeeds (environments {
        Env = [ "CC=${gcc}/bin/cc" ];
        environments.cc.Env = [ ];
      });
      expected = false;
    };
    "a worker's image has the name and tag of its environments, and their variables" = {
      actual =
        let
          image = {
            imageName = "lre-java";
            imageTag = "1";
          };
          java = home: folders: {
            Env = [
              "JAVA_HOME=${home}"
              "PATH=${builtins.concatStringsSep ":" folders}"
            ];
            inherit image;
          };
          built = functions.createWorker {
            nix2container.buildImage = arguments: arguments;
            inherit image system;
            settings.environments = {
              java = java jdk.home [ "/nix/store/a" ];
              java17 = java "/nix/store/jdk17" [
                "/nix/store/b"
                "/nix/store/a"
              ];
              cc.Env = [ "CC=${gcc}/bin/cc" ];
            };
            entrypoint = [ "/bin/worker" ];
          };
        in
        {
          inherit (built) name tag arch;
          inherit (built.config) Env Entrypoint;
        };
      expected = {
        name = "lre-java";
        tag = "1";
        arch = "amd64";
        Env = [ "PATH=/nix/store/a:/nix/store/b" ];
        Entrypoint = [ "/bin/worker" ];
      };
    };
    "an image that no environment names is no worker's" = {
      actual = succeeds (
        functions.createWorker {
          nix2container.buildImage = arguments: arguments;
          image = {
            imageName = "other";
            imageTag = "1";
          };
          inherit system;
          settings.Env = [ "CC=${gcc}/bin/cc" ];
        }
      );
      expected = false;
    };
    "the shell hook is one command that cannot fail, each word quoted" = {
      actual = functions.installationScript {
        lre = package "lre";
        manifest = package "manifest.json";
        prefix = "it's";
      };
      expected =
        "'${package "lre"}/bin/lre' 'bazelrc' '--tool=${package "lre"}/bin/lre'"
        + " '--env=${package "manifest.json"}' '--prefix=it'\\''s' || true\n";
    };
  };
  failing = builtins.filter (name: tests.${name}.actual != tests.${name}.expected) (
    builtins.attrNames tests
  );
in
map (name: {
  inherit name;
  inherit (tests.${name}) actual;
}) failing
