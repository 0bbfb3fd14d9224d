# The packages of the stand-in for nixpkgs. Attributes are those that nixpkgs' stdenv, cc-wrapper,
# mkShell and rustPlatform have; what a flake makes of them is not known here.
toolchain:
let
  inherit (toolchain) cc coreTools javaTools;
  system = "x86_64-linux";
  platform = {
    inherit system;
    isMusl = false;
  };

  run =
    name: script: attrs:
    derivation (
      {
        inherit name system;
        builder = "${coreTools}/bin/bash";
        args = [
          "-euc"
          script
        ];
        PATH = "${coreTools}/bin";
      }
      // attrs
    );

  # As nixpkgs' wrapper of clang: the headers of C++ are found under the name c++ only.
  clang =
    run "clang-wrapper"
      ''
        mkdir -p "$out/bin"
        # As nixpkgs' wrapper: headers of C++ under one name only, and flags for the linker
        # unless an argument says that nothing is linked.
        for driver in cc c++; do
          cat > "$out/bin/$driver" <<SCRIPT
        #!${coreTools}/bin/bash
        headers= link="-Wl,-z,now -L${cc}/lib"
        [[ $driver == c++ ]] || headers=-nostdinc++
        for argument; do
          case \$argument in -c | -S | -E | -M | -MM) link= ;; esac
        done
        exec ${cc}/bin/$driver \$headers \$link "\$@"
        SCRIPT
          chmod +x "$out/bin/$driver"
        done
      ''
      { }
    // {
      isClang = true;
      isGNU = false;
      libcxx = null;
      targetPrefix = "";
      bintools = cc;
      cc = cc;
    };

  clangStdenv =
    run "stdenv-linux" ''mkdir "$out" && printf %s "$setup" > "$out/setup"'' {
      # What `nix develop` sources.
      setup = ''
        export PATH=${coreTools}/bin:$PATH
      '';
    }
    // {
      cc = clang;
      shell = "${coreTools}/bin/bash";
      # Bazel's own Java tools would be built from sources, which the lab does not have.
      initialPath = [
        coreTools
        javaTools
      ];
      buildPlatform = platform;
      hostPlatform = platform;
      targetPlatform = platform;
    };

  jdk_headless = toolchain.jdk25 // {
    home = "${toolchain.jdk25}/lib/openjdk";
  };

  # The helper is built outside; its source is looked at as a build would.
  rustPlatform.buildRustPackage =
    {
      pname,
      version,
      src,
      cargoLock,
      ...
    }:
    run "${pname}-${version}"
      ''
        test -d "$src/tool/src"
        test -f "$src/Cargo.lock"
        test ! -e "$src/docs"
        mkdir -p "$out/bin"
        cp ${toolchain.lre} "$out/bin/lre"
      ''
      {
        inherit src;
        inherit (cargoLock) lockFile;
      };
in
{
  inherit clangStdenv jdk_headless;
  # What `nix develop` runs, out of the flake's nixpkgs.
  bashInteractive = coreTools;
  callPackage = file: _: import file {
    inherit rustPlatform;
    installShellFiles = null;
  };

  writeText = name: text: run name ''printf %s "$text" > "$out"'' { inherit text; };

  # Packages are left out: the lab's machines have Bazel outside of the store.
  mkShell =
    { shellHook, ... }:
    run "nix-shell" ''printf %s "$shellHook" > "$out"'' {
      inherit shellHook;
      stdenv = clangStdenv;
      outputs = [ "out" ];
    };
}
