# The helper `lre` as a package of nixpkgs. Only what Cargo reads is its source, so that a
# change of the documentation or of Starlark builds nothing; it knows nothing of flakes.
{ installShellFiles, rustPlatform }:
let
  workspace = (fromTOML (builtins.readFile ../Cargo.toml)).workspace;
  sources = [
    "Cargo.lock"
    "Cargo.toml"
  ]
  ++ workspace.members;
in
rustPlatform.buildRustPackage {
  pname = "lre";
  inherit (workspace.package) version;
  src = builtins.path {
    name = "lre-source";
    path = ../.;
    filter =
      path: _:
      let
        relative = builtins.substring (builtins.stringLength (toString ../.) + 1) (-1) path;
      in
      builtins.elem (builtins.head (builtins.split "/" relative)) sources;
  };
  cargoLock.lockFile = ../Cargo.lock;
  cargoBuildFlags = [
    "--package"
    "lre"
  ];
  nativeBuildInputs = [ installShellFiles ];
  postInstall = ''
    $out/bin/lre man --out man
    installManPage man/*.1
    for shell in bash fish zsh; do
      $out/bin/lre completions $shell > lre.$shell
    done
    installShellCompletion lre.bash lre.fish --zsh lre.zsh
  '';
  # They ask the compilers of the machine, and a build has none outside of the store.
  doCheck = false;
  meta = {
    description = "Bazel toolchains, platforms and flags out of a Nix toolchain environment";
    license.spdxId = "Apache-2.0";
    mainProgram = "lre";
  };
}
