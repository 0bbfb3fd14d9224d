# The lab's tools in a real Nix store, without nixpkgs: derivations whose builders copy Debian's
# own programs out of the root they run in (`sandbox = false`), and patch them so that they need
# nothing but the store. What an environment is made of them is not known here.
{
  # Identity of that root, so that another root gives other store paths.
  base,
  # The helper `lre`; a path outside the store is copied there.
  helper,
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
in
rec {
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
}
