# A nixpkgs stdenv and a JDK, to the list of variables that says the same. Attributes are named
# as nixpkgs names them; what Bazel makes of the variables is not known here.
{
  stdenv ? null,
  jdk ? null,
}:
let
  inherit (stdenv) cc shell;

  # nixpkgs' clang finds the headers of C++ when it is called clang++ only, and Bazel calls
  # one compiler for all languages; its gcc finds them under either name.
  driver =
    if cc.isClang or false then
      "${import ./driver.nix { inherit stdenv; }}/bin/cc"
    else
      "${cc}/bin/${cc.targetPrefix}cc";

  bin = package: "${package}/bin";
  folders = [
    (bin cc)
    (bin cc.bintools)
    (dirOf shell)
  ]
  ++ map bin stdenv.initialPath;
  unique = builtins.foldl' (seen: new: if builtins.elem new seen then seen else seen ++ [ new ]) [ ];

  toolchain = [
    "CC=${driver}"
    "PATH=${builtins.concatStringsSep ":" (unique folders)}"
    "BAZEL_SH=${shell}"
  ]
  # The wrapper of gcc leaves it out, and coverage needs the one of the same version.
  ++ (if cc.isGNU or false then [ "GCOV=${cc.cc}/bin/${cc.targetPrefix}gcov" ] else [ ])
  # Tools of a cross compiler are on PATH under its prefix only.
  ++ (if cc.targetPrefix != "" then [ "AR=${cc.bintools}/bin/${cc.targetPrefix}ar" ] else [ ])
  # libc++ is linked by the driver, where Bazel would name libstdc++; that it is found is the
  # work of a stdenv's hooks otherwise, and Bazel runs none.
  ++ (
    if cc.libcxx or null != null then
      [
        "BAZEL_LINKOPTS=-L${cc.libcxx}/lib"
        "BAZEL_LINKLIBS=-lm"
      ]
    else
      [ ]
  );
in
(if stdenv == null then [ ] else toolchain)
++ (if jdk == null then [ ] else [ "JAVA_HOME=${jdk.home or "${jdk}/lib/openjdk"}" ])
