# A nixpkgs stdenv and a JDK, to the list of variables that says the same. Attributes are named
# as nixpkgs names them; what Bazel makes of the variables is not known here.
{
  stdenv ? null,
  jdk ? null,
}:
let
  inherit (stdenv) cc shell;
  listIf = condition: list: if condition then list else [ ];
  bin = package: "${package}/bin";

  # nixpkgs' clang finds the headers of C++ when it is called clang++ only, and Bazel calls
  # one compiler for all languages; its gcc finds them under either name.
  driver =
    if cc.isClang or false then
      "${bin (import ./driver.nix { inherit stdenv; })}/${cc.targetPrefix}cc"
    else
      "${bin cc}/${cc.targetPrefix}cc";

  unique = builtins.foldl' (seen: new: seen ++ listIf (!builtins.elem new seen) [ new ]) [ ];
  folders = unique (
    [
      (bin cc)
      (bin cc.bintools)
      (dirOf shell)
    ]
    ++ map bin stdenv.initialPath
  );
in
listIf (stdenv != null) (
  [
    "CC=${driver}"
    "PATH=${builtins.concatStringsSep ":" folders}"
    "BAZEL_SH=${shell}"
  ]
  # The wrapper of gcc leaves it out, and coverage needs the one of the same version.
  ++ listIf (cc.isGNU or false) [ "GCOV=${bin cc.cc}/${cc.targetPrefix}gcov" ]
  # libc++ is linked by the driver, where Bazel would name libstdc++; that it is found is the
  # work of a stdenv's hooks otherwise, and Bazel runs none.
  ++ listIf (cc.libcxx or null != null) [
    "BAZEL_LINKOPTS=-L${cc.libcxx}/lib"
    "BAZEL_LINKLIBS=-lm"
  ]
)
++ listIf (jdk != null) [ "JAVA_HOME=${jdk.home or "${jdk}/lib/openjdk"}" ]
