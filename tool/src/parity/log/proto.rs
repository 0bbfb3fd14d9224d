//! The messages of Bazel's execution logs, reduced to the fields that are compared or shown. It must not know what they mean.
//!
//! Names and numbers of fields are those of `src/main/protobuf/spawn.proto` of Bazel 7.7, of which
//! prost skips whatever is not named here. Fields 1 to 3 of [`InputSet`] and [`Output`] are how
//! Bazel 7.1 wrote them. In JSON the names are camelCase, and 64-bit numbers are strings
//! (protobuf's JSON mapping).

use std::collections::BTreeMap;

use prost::bytes::Bytes;
use prost::{Message, Oneof};
use prost_types::{Duration, Timestamp};
use serde::Deserialize;

use super::json;

/// What identifies content: of a file, or of an action.
#[derive(Clone, PartialEq, Eq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Digest {
    /// In lower-case hexadecimal.
    #[prost(string, tag = "1")]
    pub hash: String,
    /// In bytes.
    #[prost(int64, tag = "2")]
    #[serde(deserialize_with = "json::number")]
    pub size_bytes: i64,
    /// "SHA-256", "BLAKE3"; only in the logs that are not compact.
    #[prost(string, tag = "3")]
    pub hash_function_name: String,
}

/// A variable of the action's environment, or an execution property.
#[derive(Clone, PartialEq, Eq, Message, Deserialize)]
#[serde(default)]
pub struct Pair {
    /// What it is called.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What it is set to.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// The execution properties.
#[derive(Clone, PartialEq, Eq, Message, Deserialize)]
#[serde(default)]
pub struct Platform {
    /// Each name once.
    #[prost(message, repeated, tag = "1")]
    pub properties: Vec<Pair>,
}

/// How long a spawn took, and when it began; each part may be missing.
#[derive(Clone, PartialEq, Eq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metrics {
    /// Wall time in all.
    #[prost(message, optional, tag = "1")]
    #[serde(deserialize_with = "json::parsed")]
    pub total_time: Option<Duration>,
    /// When it began.
    #[prost(message, optional, tag = "20")]
    #[serde(deserialize_with = "json::parsed")]
    pub start_time: Option<Timestamp>,
}

/// `File` of the logs that are not compact.
#[derive(Clone, PartialEq, Eq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExecFile {
    /// Below the execution root.
    #[prost(string, tag = "1")]
    pub path: String,
    /// Missing for a symlink, and maybe for an empty file.
    #[prost(message, optional, tag = "2")]
    pub digest: Option<Digest>,
    /// Whether an input is a tool.
    #[prost(bool, tag = "3")]
    pub is_tool: bool,
    /// Set for an unresolved symlink alone.
    #[prost(string, tag = "4")]
    pub symlink_target_path: String,
}

/// A spawn in the logs that are not compact, with all its inputs.
#[derive(Clone, PartialEq, Message, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpawnExec {
    /// The program and its arguments.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    #[serde(deserialize_with = "json::words")]
    pub command_args: Vec<Bytes>,
    /// Its environment.
    #[prost(message, repeated, tag = "2")]
    pub environment_variables: Vec<Pair>,
    /// What it asks of the worker.
    #[prost(message, optional, tag = "3")]
    pub platform: Option<Platform>,
    /// What it reads; a folder is given by the files in it.
    #[prost(message, repeated, tag = "4")]
    pub inputs: Vec<ExecFile>,
    /// What it was to make.
    #[prost(string, repeated, tag = "5")]
    pub listed_outputs: Vec<String>,
    /// Whether its result may be cached.
    #[prost(bool, tag = "7")]
    pub cacheable: bool,
    /// Its time limit.
    #[prost(int64, tag = "8")]
    #[serde(deserialize_with = "json::number")]
    pub timeout_millis: i64,
    /// What kind of action it is.
    #[prost(string, tag = "10")]
    pub mnemonic: String,
    /// What it made; a folder is given by the files in it.
    #[prost(message, repeated, tag = "11")]
    pub actual_outputs: Vec<ExecFile>,
    /// How it was run.
    #[prost(string, tag = "12")]
    pub runner: String,
    /// Whether the result came from a disk or remote cache.
    #[prost(bool, tag = "13")]
    pub cache_hit: bool,
    /// Empty where it went well.
    #[prost(string, tag = "14")]
    pub status: String,
    /// Of the program.
    #[prost(int32, tag = "15")]
    pub exit_code: i32,
    /// Whether its result may be shared through a remote cache.
    #[prost(bool, tag = "16")]
    pub remote_cacheable: bool,
    /// The label of its target.
    #[prost(string, tag = "18")]
    pub target_label: String,
    /// The action digest; missing without a cache or an executor.
    #[prost(message, optional, tag = "19")]
    pub digest: Option<Digest>,
    /// When and how long.
    #[prost(message, optional, tag = "20")]
    pub metrics: Option<Metrics>,
}

/// One entry of a compact log.
#[derive(Clone, PartialEq, Message)]
pub struct Entry {
    /// By which later entries name it; 0 where none does.
    #[prost(uint32, tag = "1")]
    pub id: u32,
    /// What it says.
    #[prost(oneof = "Kind", tags = "2, 3, 4, 5, 6, 7, 8, 9, 10")]
    pub kind: Option<Kind>,
}

/// What an entry of a compact log says.
#[derive(Clone, PartialEq, Oneof)]
pub enum Kind {
    /// Of the whole log; may stand at its start.
    #[prost(message, tag = "2")]
    Invocation(Invocation),
    /// A file.
    #[prost(message, tag = "3")]
    File(File),
    /// A folder: a tree artifact, a source directory.
    #[prost(message, tag = "4")]
    Directory(Directory),
    /// A symlink that is not followed.
    #[prost(message, tag = "5")]
    Symlink(Symlink),
    /// A set of inputs.
    #[prost(message, tag = "6")]
    InputSet(InputSet),
    /// A spawn; the box keeps the other entries small.
    #[prost(message, boxed, tag = "7")]
    Spawn(Box<Spawn>),
    /// An action that made a symlink without a spawn.
    #[prost(message, tag = "8")]
    SymlinkAction(SymlinkAction),
    /// Links of a runfiles tree.
    #[prost(message, tag = "9")]
    SymlinkEntrySet(SymlinkEntrySet),
    /// The runfiles of a program.
    #[prost(message, boxed, tag = "10")]
    RunfilesTree(Box<RunfilesTree>),
}

/// What holds for the whole log.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Invocation {
    /// Of all digests: "SHA-256", "BLAKE3".
    #[prost(string, tag = "1")]
    pub hash_function_name: String,
}

/// A file that was read or made.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct File {
    /// Below the execution root, or the folder that it is in.
    #[prost(string, tag = "1")]
    pub path: String,
    /// May be missing for an empty file.
    #[prost(message, optional, tag = "2")]
    pub digest: Option<Digest>,
}

/// A folder that was read or made.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Directory {
    /// Below the execution root.
    #[prost(string, tag = "1")]
    pub path: String,
    /// With paths below the folder.
    #[prost(message, repeated, tag = "2")]
    pub files: Vec<File>,
}

/// A symlink that is not followed.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Symlink {
    /// Below the execution root.
    #[prost(string, tag = "1")]
    pub path: String,
    /// Where it points to.
    #[prost(string, tag = "2")]
    pub target_path: String,
}

/// A set of inputs, out of entries and other sets.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct InputSet {
    /// Files, as Bazel 7.1 wrote them.
    #[prost(uint32, repeated, tag = "1")]
    pub file_ids: Vec<u32>,
    /// Folders, as Bazel 7.1 wrote them.
    #[prost(uint32, repeated, tag = "2")]
    pub directory_ids: Vec<u32>,
    /// Symlinks, as Bazel 7.1 wrote them.
    #[prost(uint32, repeated, tag = "3")]
    pub symlink_ids: Vec<u32>,
    /// Sets that are contained.
    #[prost(uint32, repeated, tag = "4")]
    pub transitive_set_ids: Vec<u32>,
    /// Files, folders, symlinks and runfiles trees.
    #[prost(uint32, repeated, tag = "5")]
    pub input_ids: Vec<u32>,
}

/// Links of a runfiles tree, by their paths in it.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct SymlinkEntrySet {
    /// What each links to.
    #[prost(btree_map = "string, uint32", tag = "1")]
    pub direct_entries: BTreeMap<String, u32>,
    /// Sets that are contained.
    #[prost(uint32, repeated, tag = "2")]
    pub transitive_set_ids: Vec<u32>,
}

/// The runfiles of a program, by the sets that they are made of.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct RunfilesTree {
    /// Below the execution root.
    #[prost(string, tag = "1")]
    pub path: String,
    /// Files at the places that their own paths give.
    #[prost(uint32, tag = "2")]
    pub input_set_id: u32,
    /// Links below the main repository's folder.
    #[prost(uint32, tag = "3")]
    pub symlinks_id: u32,
    /// Links below the tree itself.
    #[prost(uint32, tag = "4")]
    pub root_symlinks_id: u32,
    /// The file that says which repository another calls how.
    #[prost(message, optional, tag = "6")]
    pub repo_mapping_manifest: Option<File>,
}

/// Something that a spawn was to make.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Output {
    /// A file, as Bazel 7.1 wrote it.
    #[prost(uint32, tag = "1")]
    pub file_id: u32,
    /// A folder, as Bazel 7.1 wrote it.
    #[prost(uint32, tag = "2")]
    pub directory_id: u32,
    /// A symlink, as Bazel 7.1 wrote it.
    #[prost(uint32, tag = "3")]
    pub symlink_id: u32,
    /// It is missing, or of another type than was declared.
    #[prost(string, tag = "4")]
    pub invalid_output_path: String,
    /// What was made.
    #[prost(uint32, tag = "5")]
    pub output_id: u32,
}

/// A spawn of a compact log; fields mean what they mean in [`SpawnExec`].
#[derive(Clone, PartialEq, Message)]
pub struct Spawn {
    /// The program and its arguments.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub args: Vec<Bytes>,
    /// Its environment.
    #[prost(message, repeated, tag = "2")]
    pub env_vars: Vec<Pair>,
    /// What it asks of the worker.
    #[prost(message, optional, tag = "3")]
    pub platform: Option<Platform>,
    /// The set of its inputs; 0: none.
    #[prost(uint32, tag = "4")]
    pub input_set_id: u32,
    /// Those of its inputs that are tools; 0: none.
    #[prost(uint32, tag = "5")]
    pub tool_set_id: u32,
    /// What it was to make.
    #[prost(message, repeated, tag = "6")]
    pub outputs: Vec<Output>,
    /// The label of its target.
    #[prost(string, tag = "7")]
    pub target_label: String,
    /// What kind of action it is.
    #[prost(string, tag = "8")]
    pub mnemonic: String,
    /// Of the program.
    #[prost(int32, tag = "9")]
    pub exit_code: i32,
    /// Empty where it went well.
    #[prost(string, tag = "10")]
    pub status: String,
    /// How it was run.
    #[prost(string, tag = "11")]
    pub runner: String,
    /// Whether the result came from a disk or remote cache.
    #[prost(bool, tag = "12")]
    pub cache_hit: bool,
    /// Whether its result may be cached.
    #[prost(bool, tag = "14")]
    pub cacheable: bool,
    /// Whether its result may be shared through a remote cache.
    #[prost(bool, tag = "15")]
    pub remote_cacheable: bool,
    /// The action digest; missing without a cache or an executor.
    #[prost(message, optional, tag = "16")]
    pub digest: Option<Digest>,
    /// Its time limit.
    #[prost(int64, tag = "17")]
    pub timeout_millis: i64,
    /// When and how long.
    #[prost(message, optional, tag = "18")]
    pub metrics: Option<Metrics>,
}

/// An action that made a symlink without a spawn.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct SymlinkAction {
    /// What is linked to.
    #[prost(string, tag = "1")]
    pub input_path: String,
    /// The link.
    #[prost(string, tag = "2")]
    pub output_path: String,
}

impl InputSet {
    /// All entries that are directly in it, however they are written.
    pub fn direct(&self) -> impl Iterator<Item = u32> {
        let old = self.file_ids.iter().chain(&self.directory_ids);
        old.chain(&self.symlink_ids).chain(&self.input_ids).copied()
    }
}

impl Output {
    /// The entry of what was made; nothing where it is missing.
    pub fn id(&self) -> Option<u32> {
        [
            self.output_id,
            self.file_id,
            self.directory_id,
            self.symlink_id,
        ]
        .into_iter()
        .find(|&id| id != 0)
    }
}

impl Spawn {
    /// Whether its result may be shared, so that parity is asked of it.
    pub fn is_shared(&self) -> bool {
        self.cacheable && self.remote_cacheable
    }
}
