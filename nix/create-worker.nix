# A worker's image for who builds images with nix2container: what is given goes on top of an image
# that an environment of the settings names, under the same name and tag, so that it is the one that
# the platforms ask for. It knows nix2container's buildImage and no package.
{
  # The `nix2container` of its flake's packages, for `buildImage`.
  nix2container,
  # The image of the tools: one of nix2container's, which an environment of `settings` names.
  image,
  # The Nix system and the settings, as the flake module has them.
  system,
  settings,
  # The executor and what else the worker needs at its root.
  copyToRoot ? [ ],
  # What starts.
  entrypoint ? [ ],
}:
let
  inherit (import ./environment.nix { inherit system settings; }) environments;

  isCarried =
    environment:
    (environment.image.name or null) == image.imageName
    && (environment.image.tag or null) == image.imageTag;
  carried = builtins.filter isCarried (builtins.attrValues environments);

  # As `lre worker image` has it: PATH has the folders of all, each once, and a variable on which
  # they disagree is left out.
  valueOf =
    key: env:
    map (entry: builtins.substring (builtins.stringLength key + 1) (-1) entry) (
      builtins.filter (entry: builtins.head (builtins.split "=" entry) == key) env
    );
  unique = builtins.foldl' (seen: x: if builtins.elem x seen then seen else seen ++ [ x ]) [ ];
  all = builtins.concatMap (environment: environment.env) carried;
  keys = unique (map (entry: builtins.head (builtins.split "=" entry)) all);
  folders = unique (
    builtins.filter builtins.isString (
      builtins.concatMap (builtins.split ":") (valueOf "PATH" all)
    )
  );
  variable =
    key:
    let
      values = unique (valueOf key all);
    in
    if key == "PATH" then
      [ "PATH=${builtins.concatStringsSep ":" folders}" ]
    else if builtins.length values == 1 then
      [ "${key}=${builtins.head values}" ]
    else
      [ ];

  architectures = {
    x86_64-linux = "amd64";
    aarch64-linux = "arm64";
  };
in
if carried == [ ] then
  throw ''
    lre: no environment of the settings names the image ${image.imageName}:${image.imageTag}; say
    `image` in the settings of the environments that it carries
  ''
else
  nix2container.buildImage {
    name = image.imageName;
    tag = image.imageTag;
    arch = architectures.${system};
    fromImage = image;
    inherit copyToRoot;
    config = {
      Env = builtins.concatMap variable keys;
      User = "1000:1000";
      Entrypoint = entrypoint;
    };
  }
