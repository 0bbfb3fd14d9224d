# One compiler for all languages, out of the two that nixpkgs' wrapper of clang consists of. It
# knows how to tell C from the rest, and must not know what an environment is.
{ stdenv }:
let
  inherit (stdenv) cc;
in
derivation {
  name = "lre-cc";
  # The prefix of a cross compiler is that of its binutils, too.
  program = "${cc.targetPrefix}cc";
  inherit (stdenv.buildPlatform) system;
  builder = stdenv.shell;
  args = [
    "-euc"
    ''
      mkdir -p "$out/bin"
      printf %s "$script" > "$out/bin/$program"
      chmod +x "$out/bin/$program"
    ''
  ];
  PATH = builtins.concatStringsSep ":" (map (package: "${package}/bin") stdenv.initialPath);
  preferLocalBuild = true;
  # C and assembler go to the one, C++ and linking to the other.
  script = ''
    #!${stdenv.shell}
    driver=c++ before=
    for argument; do
      case $before$argument in
        -x*c++*) driver=c++ && break ;;
        -xc* | -xassembler*) driver=cc ;;
        -*) ;;
        *.c | *.i | *.s | *.S) driver=cc ;;
      esac
      before=
      [[ $argument != -[xo] ]] || before=$argument
    done
    exec ${cc}/bin/${cc.targetPrefix}$driver "$@"
  '';
}
