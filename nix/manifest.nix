# The manifest as a derivation: the helper itself is the builder and asks the tools once. Its
# text names every tool, so its closure brings them all; it knows nothing of what is in it.
{
  # The Nix system on which the tools run.
  system,
  # The package of the helper.
  lre,
  # A file in the store with the environment document.
  environment,
}:
derivation {
  name = "lre-manifest.json";
  inherit system;
  builder = "${lre}/bin/lre";
  args = [
    "probe"
    "--env"
    environment
    "--out"
    (placeholder "out")
  ];
  preferLocalBuild = true;
}
