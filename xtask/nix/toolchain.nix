# The lab's tools in a real Nix store, without nixpkgs: derivations whose builders copy Debian's
# own programs out of the root they run in (`sandbox = false`), and patch them so that they need
# nothing but the store. What an environment is made of them is not known here.
{
  # Identity of that root, so that another root gives other store paths.
  base,
  # The same where more packages were installed in it.
  rest ? base,
  # The helper `lre`; a path outside the store is copied there.
  helper ? null,
  # Sources of LLVM's libcxx, libcxxabi and libunwind, a folder each; likewise.
  libcxx ? null,
  # Changes the hash of the compiler and nothing else.
  variant ? "main",
}:
let
  fromDebian =
    name: script: attrs:
    derivation (
      {
        inherit name base;
        system = "x86_64-linux";
        builder = "/bin/sh";
        args = [
          "-eu"
          script
        ];
        PATH = "/usr/bin:/bin";
      }
      // attrs
    );
  fromRest =
    name: script: attrs:
    fromDebian name script (attrs // { base = rest; });
in
rec {
  coreTools = fromDebian "lre-lab-core-tools" ./core-tools.sh { };

  # Headers and libraries of glibc, for compilers that have none of their own.
  sysroot = fromDebian "lre-lab-sysroot" ./sysroot.sh { };

  cc = fromDebian "lre-lab-cc" ./cc.sh {
    inherit sysroot variant;
    shell = "${coreTools}/bin/bash";
  };

  gcc = fromDebian "lre-lab-gcc" ./gcc.sh {
    shell = "${coreTools}/bin/bash";
    triple = "x86_64-linux-gnu";
    prefix = "";
    packages = [
      "binutils-x86-64-linux-gnu"
      "cpp-16-x86-64-linux-gnu"
      "gcc-16-x86-64-linux-gnu"
      "g++-16-x86-64-linux-gnu"
      "libasan8"
      "libatomic1"
      "libc6"
      "libc6-dev"
      "libgcc-16-dev"
      "libgcc-s1"
      "libgomp1"
      "libitm1"
      "libstdc++-16-dev"
      "libstdc++6"
      "libtsan2"
      "libubsan1"
      "linux-libc-dev"
    ];
    libraries = "lib/x86_64-linux-gnu";
    dynamic_linker = "ld-linux-x86-64.so.2";
  };

  # Runs here, builds for 64-bit Arm.
  gccAarch64 = fromRest "lre-lab-gcc-aarch64" ./gcc.sh {
    shell = "${coreTools}/bin/bash";
    triple = "aarch64-linux-gnu";
    prefix = "aarch64-linux-gnu-";
    packages = [
      "binutils-aarch64-linux-gnu"
      "cpp-16-aarch64-linux-gnu"
      "gcc-16-aarch64-linux-gnu"
      "g++-16-aarch64-linux-gnu"
      "libatomic1-arm64-cross"
      "libc6-arm64-cross"
      "libc6-dev-arm64-cross"
      "libgcc-16-dev-arm64-cross"
      "libgcc-s1-arm64-cross"
      "libgomp1-arm64-cross"
      "libstdc++-16-dev-arm64-cross"
      "libstdc++6-arm64-cross"
      "linux-libc-dev" # which the next one links to
      "linux-libc-dev-arm64-cross"
    ];
    libraries = "aarch64-linux-gnu/lib";
    dynamic_linker = "ld-linux-aarch64.so.1";
  };

  # Debian's program with its libraries, under more names where it is looked for by them.
  program =
    program: names:
    fromRest "lre-lab-${program}" ./program.sh {
      inherit program names;
    };

  mold = program "mold" [ "ld.mold" ];

  qemu = program "qemu-aarch64" [ ];

  re2c = program "re2c" [ ];

  musl = fromRest "lre-lab-cc-musl" ./musl.sh {
    clang = cc;
    libcxx = builtins.path {
      name = "lre-lab-libcxx-sources";
      path = libcxx;
    };
    shell = "${coreTools}/bin/bash";
  };

  jdk17 = fromRest "lre-lab-openjdk-17" ./jdk.sh { release = "17"; };

  jdk21 = fromRest "lre-lab-openjdk-21" ./jdk.sh { release = "21"; };

  jdk25 = fromDebian "lre-lab-openjdk-25" ./jdk.sh { release = "25"; };

  javaTools = fromDebian "lre-lab-java-tools" ./java-tools.sh { };

  lre = builtins.path {
    name = "lre";
    path = helper;
  };
}
