# What the flake offers as `lib`: from a toolchain's settings to what the dev shell runs.
# These are plain functions over `builtins`; they know neither nixpkgs' lib nor flake-parts.
{
  environment = import ./environment.nix;
  fromStdenv = import ./from-stdenv.nix;
  manifest = import ./manifest.nix;
  createWorker = import ./create-worker.nix;
  installationScript = import ./installation-script.nix;
}
