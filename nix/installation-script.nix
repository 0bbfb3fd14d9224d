# What a dev shell runs on entering: one call of the helper, which says by itself what is wrong.
# Whatever it says, the shell starts; what gets written is not known here.
{
  # The package of the helper.
  lre,
  # The manifest in the store; `null` writes a file that warns.
  manifest ? null,
  # The name of the configuration in which the flags take effect; empty: always.
  prefix ? "",
}:
let
  quote = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] text}'";
  helper = "${lre}/bin/lre";
  words = [
    helper
    "bazelrc"
    "--tool=${helper}"
  ]
  ++ (if manifest == null then [ ] else [ "--env=${manifest}" ])
  ++ (if prefix == "" then [ ] else [ "--prefix=${prefix}" ]);
in
"${builtins.concatStringsSep " " (map quote words)} || true\n"
