//! One spawn as numbers. It must not know the spawns around it.

use super::super::hash;
use super::super::log::proto::{Pair, Spawn};
use super::PathId;

/// Bits of [`Row::flags`].
pub mod flag {
    /// The result may be cached remotely.
    pub const SHARED: u16 = 1;
    /// It was a hit.
    pub const HIT: u16 = 1 << 1;
    /// It ran remotely, or may have.
    pub const REMOTE: u16 = 1 << 2;
    /// It went wrong.
    pub const FAILED: u16 = 1 << 3;
    /// It is a part of a tool: its output is built for the exec platform.
    pub const EXEC: u16 = 1 << 4;
    /// It runs a test.
    pub const TEST: u16 = 1 << 5;
    /// It makes the XML file of a test, and has the test's duration among its arguments.
    pub const TEST_XML: u16 = 1 << 6;
    /// It has an action digest.
    pub const DIGEST: u16 = 1 << 7;
    /// The result may be cached.
    pub const CACHEABLE: u16 = 1 << 8;
}

/// A spawn, as numbers that are equal where what they stand for is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    /// Of the action digest.
    pub digest: u128,
    /// Of label, mnemonic and first output.
    pub key: u64,
    /// As the key, without the configuration in the output's path.
    pub loose: u64,
    /// The sum over all arguments.
    pub args: u64,
    /// Of all arguments in their order.
    pub order: u64,
    /// The sum over all variables.
    pub variables: u64,
    /// The sum over all execution properties.
    pub properties: u64,
    /// Of what else is in the action: its time limit and the paths of its outputs.
    pub rest: u64,
    /// The node of its inputs, plus one; 0: it has none.
    pub inputs: u32,
    /// The node of its tools, plus one; 0: it has none.
    pub tools: u32,
    /// Where in [`super::Index::outputs`] its outputs begin.
    pub outputs: u32,
    /// How many they are.
    pub output_count: u32,
    /// How it was run, by [`super::Index::runners`].
    pub runner: u16,
    /// See [`flag`].
    pub flags: u16,
}

impl Row {
    /// Whether the bit is set.
    pub fn is(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// The nodes of inputs and tools.
    pub fn read(&self) -> impl Iterator<Item = u32> {
        [self.inputs, self.tools]
            .into_iter()
            .filter_map(|node| node.checked_sub(1))
    }

    /// What `spawn` says by itself, without inputs and outputs.
    pub(super) fn of(spawn: &Spawn) -> Self {
        let words = || spawn.args.iter().map(|word| hash::of(word));
        let properties = spawn
            .platform
            .iter()
            .flat_map(|platform| &platform.properties);
        let digest = spawn.digest.as_ref().map(|digest| digest.hash.as_str());
        let flags = [
            (flag::SHARED, spawn.is_shared()),
            (flag::HIT, spawn.cache_hit),
            (flag::REMOTE, spawn.runner.starts_with("remote")),
            (
                flag::FAILED,
                spawn.exit_code != 0 || !spawn.status.is_empty(),
            ),
            (flag::TEST, spawn.mnemonic == "TestRunner"),
            (flag::TEST_XML, is_test_xml(spawn)),
            (flag::DIGEST, digest.is_some()),
            (flag::CACHEABLE, spawn.cacheable),
        ];
        Self {
            digest: digest.map_or(0, |digest| hash::wide(digest.as_bytes())),
            args: words().fold(0, u64::wrapping_add),
            order: hash::chain(words()),
            variables: sum(&spawn.env_vars),
            properties: sum(properties),
            flags: flags
                .iter()
                .filter(|(_, set)| *set)
                .map(|(bit, _)| bit)
                .sum(),
            ..Self::default()
        }
    }

    /// Sets what its outputs say of it, of which `first` is the first, and `paths` the sum over the
    /// paths of all.
    pub(super) fn name(&mut self, spawn: &Spawn, first: Made, paths: u64) {
        let (label, mnemonic) = (spawn.target_label.as_bytes(), spawn.mnemonic.as_bytes());
        self.key = hash::of_parts([label, mnemonic, &first.path.to_le_bytes()]);
        self.loose = hash::of_parts([label, mnemonic, &first.loose.to_le_bytes()]);
        if first.exec {
            self.flags |= flag::EXEC;
        }
        self.rest = hash::of_parts([
            &spawn.timeout_millis.to_le_bytes()[..],
            &paths.to_le_bytes(),
        ]);
    }
}

/// What the path of an output says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Made {
    /// The whole path.
    pub path: u64,
    /// The path without its configuration.
    loose: u64,
    /// Whether the configuration is one for tools.
    exec: bool,
}

impl Made {
    /// Of an output at `path`.
    pub fn at(path: &str) -> Self {
        let (configuration, below) = split(path);
        Self {
            path: PathId::of(path).number(),
            loose: hash::of(below.as_bytes()),
            exec: configuration.split('-').any(|part| part == "exec"),
        }
    }

    /// Of an output of which only the number is left: it was that of another spawn before.
    pub fn again(path: PathId) -> Self {
        Self {
            path: path.number(),
            loose: path.number(),
            exec: false,
        }
    }
}

/// The configuration in the path of an output, and the path behind it.
pub fn split(path: &str) -> (&str, &str) {
    let inner = path.strip_prefix("bazel-out/");
    inner
        .and_then(|inner| inner.split_once('/'))
        .unwrap_or(("", path))
}

/// Whether it is the second spawn of a test, with `--experimental_split_xml_generation`; Bazel's
/// StandaloneTestStrategy calls this script for it.
fn is_test_xml(spawn: &Spawn) -> bool {
    let program = spawn.args.first();
    spawn.mnemonic == "TestRunner" && program.is_some_and(|word| word.ends_with(b"generate-xml.sh"))
}

fn sum<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> u64 {
    let parts = |pair: &'a Pair| hash::of_parts([pair.name.as_bytes(), pair.value.as_bytes()]);
    pairs.into_iter().map(parts).fold(0, u64::wrapping_add)
}
