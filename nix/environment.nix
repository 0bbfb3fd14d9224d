# Settings as a user writes them, to the environment document that `lre probe` reads (version 1,
# several named environments). It checks nothing that the helper checks, and knows no tools.
let
  fromStdenv = import ./from-stdenv.nix;

  keyOf = entry: builtins.head (builtins.split "=" entry);

  # What is written out wins over what the stdenv says.
  merge =
    derived: written:
    let
      keys = map keyOf written;
    in
    builtins.filter (entry: !builtins.elem (keyOf entry) keys) derived ++ written;

  # An image of nix2container or dockerTools, or the two names themselves. Without its
  # context: naming an image must not bring it to whoever enters the shell.
  imageOf =
    image:
    builtins.mapAttrs (_: builtins.unsafeDiscardStringContext) (withoutNulls {
      name = image.imageName or image.name;
      tag = image.imageTag or image.tag or null;
      digest = image.digest or null;
    });

  # Nix calls a system the same with either C library; the helper does not.
  systemOf =
    platform: if platform.isMusl or false then "${platform.system}-musl" else platform.system;

  withoutNulls =
    set:
    removeAttrs set (builtins.filter (name: set.${name} == null) (builtins.attrNames set));

  one =
    {
      Env ? [ ],
      image ? null,
      stdenv ? null,
      jdk ? null,
      system ? null,
      target ? null,
    }:
    let
      platform = of: if stdenv == null then null else systemOf stdenv.${of};
      either = written: derived: if written != null then written else derived;
    in
    withoutNulls {
      env = merge (fromStdenv { inherit stdenv jdk; }) Env;
      image = if image == null then null else imageOf image;
      system = either system (platform "buildPlatform");
      target = either target (platform "hostPlatform");
    };

  # Settings without `environments` are themselves the environment `cc`, or `java` where they
  # declare a JDK and no compiler, as the helper has it for a bare list.
  unnamed =
    settings:
    let
      environment = one settings;
      keys = map keyOf environment.env;
      name = if builtins.elem "JAVA_HOME" keys && !builtins.elem "CC" keys then "java" else "cc";
    in
    if environment.env == [ ] then { } else { ${name} = environment; };
in
# `environments` is empty where nothing is set.
{
  # The Nix system of the shell, for environments that name none.
  system,
  settings,
}:
let
  alone = unnamed (removeAttrs settings [ "environments" ]);
  named = builtins.mapAttrs (_: one) (settings.environments or { });
  twice = builtins.attrNames (builtins.intersectAttrs alone named);
in
if twice != [ ] then
  throw ''
    lre: the environment "${builtins.head twice}" is set twice, by settings.Env (or stdenv or jdk)
    and by settings.environments; keep one of them
  ''
else
  {
    version = 1;
    inherit system;
    environments = alone // named;
  }
