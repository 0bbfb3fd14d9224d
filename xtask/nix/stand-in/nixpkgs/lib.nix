# Stands in for nixpkgs' lib: as much of its module system as our flake module uses. Values are
# not checked against their types; what the options are for is not known here.
let
  genAttrs =
    names: f:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = f name;
      }) names
    );

  # A type is the function that makes a value of the definitions.
  last = values: builtins.elemAt values (builtins.length values - 1);
  submodule =
    module: definitions:
    evalModules {
      specialArgs = { };
      modules = [ module ] ++ map (config: { inherit config; }) definitions;
    };
  types = {
    bool = last;
    package = last;
    raw = last;
    str = last;
    nullOr = type: values: if last values == null then null else type values;
    listOf = _: builtins.concatLists;
    attrsOf =
      type: values:
      builtins.zipAttrsWith (_: type) values;
    inherit submodule;
  };

  # A module as { options; config; aliases }, whichever way it was written.
  normal =
    args: module:
    let
      called = if builtins.isFunction module then module args else module;
      imported = map (normal args) (called.imports or [ ]);
    in
    [
      {
        options = called.options or { };
        config =
          if called ? options || called ? config then
            called.config or { }
          else
            removeAttrs called [
              "imports"
              "alias"
              "_file"
            ];
        alias = called.alias or null;
      }
    ]
    ++ builtins.concatLists imported;

  evalModules =
    { specialArgs, modules }:
    let
      all = builtins.concatLists (map (normal (specialArgs // { inherit config; })) modules);
      options = builtins.foldl' (set: module: set // module.options) { } all;
      aliases = builtins.filter (alias: alias != null) (map (module: module.alias) all);
      # The names under which an option may be defined.
      namesOf =
        name: [ name ] ++ map (alias: alias.from) (builtins.filter (alias: alias.to == name) aliases);
      definitions =
        name:
        builtins.concatLists (
          map (
            module: map (n: module.config.${n}) (builtins.filter (n: module.config ? ${n}) (namesOf name))
          ) all
        );
      valueOf =
        name: option:
        let
          defined = definitions name;
        in
        option.type (if defined == [ ] then [ option.default ] else defined);
      config =
        builtins.mapAttrs valueOf options
        // builtins.listToAttrs (
          map (alias: {
            name = alias.from;
            value = config.${alias.to};
          }) aliases
        );
    in
    config;
in
{
  inherit evalModules genAttrs types;
  mkOption = option: option;
  mkAliasOptionModule = from: to: {
    alias = {
      from = builtins.head from;
      to = builtins.head to;
    };
  };
  literalExpression = text: text;
  literalMD = text: text;
}
