//! The kinds of first causes, in one table: the name, what it is, and what to do about it. It must not
//! know how one is found.
//!
//! `docs/explain.md` has the same table with the builds that show each kind; a test compares them.

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($kind:ident $name:literal: $title:literal, $advice:literal;)*) => {
        /// What kind of thing a first cause is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $title] $kind,)*
        }

        impl Kind {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];

            /// The name in JSON and in the documentation.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name,)* }
            }

            /// What it is, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Kind::$kind => $title,)* }
            }

            /// What to do about it.
            pub fn advice(self) -> &'static str {
                match self { $(Kind::$kind => $advice,)* }
            }
        }
    };
}

kinds! {
    Variable "variable": "a variable of the action's environment differs",
        "Build with --incompatible_strict_action_env, as .bazelrc.lre has it, and pin what actions need with \
         --action_env=NAME=VALUE; an --action_env=NAME without a value takes that of whoever builds.";
    TestEnv "test-env": "a variable of a test's environment differs",
        "Give --test_env a value (--test_env=NAME=VALUE): without one it takes that of whoever runs the test.";
    TestXml "test-xml": "a spawn has the duration of a test among its arguments",
        "Build with --noexperimental_split_xml_generation, as .bazelrc.lre has it: then the test makes its XML file itself.";
    Compiler "compiler": "another program is called",
        "Let both machines use one manifest (`lre doctor` tells whether they do): enter the dev shell of the same \
         flake.lock, and build with the image or the store that was made from it.";
    StorePath "store-path": "another store path, of the toolchain's other parts",
        "Let both machines use one manifest (`lre doctor` tells whether they do): enter the dev shell of the same \
         flake.lock.";
    Flag "flag": "an argument differs",
        "Look for the flag in the rc files of both machines (`bazel build --announce_rc`), in --copt and the like, and in \
         selects of the target.";
    AbsolutePath "absolute-path": "an argument names a path of one machine",
        "Use paths below the execution root ($(execpath), $(location), ctx.file.…path) or of the store; a home folder is \
         another one for every user.";
    Configuration "configuration": "the output is in another configuration",
        "Build with the same --compilation_mode, --platforms, --cpu and Starlark flags; the part of the path behind bazel-out/ \
         is made from them.";
    Property "property": "an execution property differs",
        "Use one set of platforms, those of @local-remote-execution; look for exec_properties of the target and for \
         --remote_default_exec_properties.";
    Timeout "timeout": "the time limit differs",
        "Use the same --test_timeout, and the same size and timeout attributes: the limit is a part of the action.";
    Outputs "outputs": "other outputs are declared",
        "Look for features and flags that add outputs, such as --fission, --save_temps or coverage.";
    HashFunction "hash-function": "all digests are of another hash function",
        "Start both Bazels with the same --digest_function: no action of one can be a hit for the other.";
    SourceFile "source-file": "a source file differs",
        "Compare the checkouts (`git status`, `git diff`, line ends, generated files that were checked out).";
    ExternalFile "external-file": "a file of an external repository differs",
        "Pin the repository (integrity, sha256, commit), and look for repository rules that write what they find on the \
         machine.";
    ToolchainInput "toolchain-input": "a tool or a file of the toolchain differs",
        "Let both machines use one manifest, from which the toolchain's files are made (`lre doctor` tells whether they do); a \
         tool that is checked in has to be the same file.";
    Stamp "stamp": "the build is stamped",
        "Build with --nostamp, or keep what changes in volatile-status.txt, out of targets that others depend on.";
    ParamsFile "params-file": "a file of arguments differs",
        "See what is in it with `bazel aquery --include_param_files` on both machines.";
    WrittenFile "written-file": "a file that Bazel wrote itself differs",
        "Look at the rule that writes it (ctx.actions.write, expand_template) for values of one machine: the log has no spawn \
         for it. `bazel aquery --include_file_write_contents` shows it.";
    Input "input": "an input is there on one side only",
        "Look for globs that find files which are not checked in, for selects, and for generated files in the checkout.";
    Symlink "symlink": "a symlink points to something else",
        "Make the target of the link relative, and the same everywhere.";
    Tree "tree": "a folder that an action makes has other files, from the same inputs",
        "Let the action make the same files with the same content each time: no times, random names or order of a file system.";
    NotReproducible "non-reproducible": "an action makes other files from the same inputs",
        "Find what it writes beside its inputs: times, random numbers, host names, the order of a file system or of a hash map. \
         `diffoscope` shows it for two of its outputs.";
    Tool "tool": "a tool is built differently",
        "Build tools with the same flags on both sides: --host_copt, --host_compilation_mode, --host_action_env, and the exec \
         platform that toolchain resolution chose.";
    Uncacheable "uncacheable": "the result may not be shared",
        "Remove the tags no-cache, no-remote-cache, no-remote and local where they are not needed, also from \
         --modify_execution_info; what they mark is executed by everyone.";
    LocalStrategy "local-strategy": "it ran locally, and the cache does not have its result",
        "Let it run remotely (--spawn_strategy, --strategy, tags such as no-remote-exec), or let its result be uploaded \
         (--remote_upload_local_results); if it was, see that the second build asks the same cache and instance, and that \
         the cache is large enough.";
    CacheLost "cache-lost": "equal, and yet no hit: the cache does not have it (any more)",
        "See that the second build asks the same cache and instance (--remote_cache, --remote_instance_name), with \
         --remote_accept_cached; and that the cache is large enough, and evicts an action no earlier than its outputs.";
    Failed "failed": "it failed, and failures are not cached",
        "Mend the action: only what succeeds is a hit for others.";
    OnlyA "only-a": "spawns that are in A alone",
        "Build the same targets with the same flags; and build B after `bazel clean`: what is up to date in an output base \
         has no spawn.";
    OnlyB "only-b": "spawns that are in B alone",
        "Build the same targets with the same flags; and build A after `bazel clean`: what is up to date in an output base \
         has no spawn.";
    Unknown "unknown": "the digests differ, and nothing that the log shows",
        "Compare flags that are a part of the action and not of the log, such as --experimental_remote_scrubbing_config, and the \
         versions of Bazel.";
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_every_kind_and_no_other() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/explain.md");
        let text = std::fs::read_to_string(file).expect("the documentation is there");

        let rows = text.lines().filter(|line| line.starts_with("| `"));
        let told: Vec<Vec<&str>> = rows.map(|row| row.split(" | ").collect()).collect();

        let names: Vec<&str> = told
            .iter()
            .map(|cells| cells[0].trim_matches(['|', ' ', '`']))
            .collect();
        assert_eq!(
            names,
            Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>()
        );
        for (kind, cells) in Kind::ALL.iter().zip(&told) {
            assert_eq!(cells[1], kind.title());
            assert_eq!(cells[3].trim_end_matches(" |"), kind.advice());
        }
    }
}
