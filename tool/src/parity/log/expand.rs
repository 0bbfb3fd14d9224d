//! What the binary and the JSON log say at length, as entries of a compact one. It must not know
//! where a spawn came from.
//!
//! Two things are put together again that these formats take apart: inputs that several
//! spawns share are one entry, and the files of a tree artifact are one folder.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ops::Bound;

use super::proto::{
    Digest, Directory, Entry, ExecFile, File, InputSet, Invocation, Kind, Output, Spawn, SpawnExec,
    Symlink,
};

/// What has been an entry so far.
#[derive(Default)]
pub struct Expand {
    last: u32,
    known: HashMap<u64, u32>,
    /// Paths of folders that a spawn made, each with a slash behind it.
    trees: BTreeSet<String>,
    /// Whether the function of all digests has been said.
    told: bool,
}

impl Expand {
    /// Puts the entries of `spawn` into `queue`, itself last.
    pub fn spawn(&mut self, spawn: SpawnExec, queue: &mut VecDeque<Entry>) {
        self.invocation(&spawn, queue);
        let (tools, others): (Vec<_>, Vec<_>) =
            spawn.inputs.into_iter().partition(|file| file.is_tool);
        let tool_set_id = self.set(tools, None, queue);
        let input_set_id = self.set(others, Some(tool_set_id), queue);
        let outputs = self.outputs(&spawn.listed_outputs, spawn.actual_outputs, queue);
        queue.push_back(Entry {
            id: 0,
            kind: Some(Kind::Spawn(Box::new(Spawn {
                args: spawn.command_args,
                env_vars: spawn.environment_variables,
                platform: spawn.platform,
                input_set_id,
                tool_set_id,
                outputs,
                target_label: spawn.target_label,
                mnemonic: spawn.mnemonic,
                exit_code: spawn.exit_code,
                status: spawn.status,
                runner: spawn.runner,
                cache_hit: spawn.cache_hit,
                cacheable: spawn.cacheable,
                remote_cacheable: spawn.remote_cacheable,
                digest: spawn.digest,
                timeout_millis: spawn.timeout_millis,
                metrics: spawn.metrics,
            }))),
        });
    }

    fn invocation(&mut self, spawn: &SpawnExec, queue: &mut VecDeque<Entry>) {
        let mut files = spawn.inputs.iter().chain(&spawn.actual_outputs);
        let digest = files.find_map(|file| file.digest.as_ref());
        if let (false, Some(digest)) = (self.told, digest) {
            self.told = true;
            let hash_function_name = digest.hash_function_name.clone();
            queue.push_back(Entry {
                id: 0,
                kind: Some(Kind::Invocation(Invocation { hash_function_name })),
            });
        }
    }

    /// The set of `files` and, where there is one, of the set `other`; 0 where it is empty.
    fn set(
        &mut self,
        files: Vec<ExecFile>,
        other: Option<u32>,
        queue: &mut VecDeque<Entry>,
    ) -> u32 {
        let mut folders: BTreeMap<String, Vec<ExecFile>> = BTreeMap::new();
        let mut input_ids = Vec::new();
        for file in files {
            match self.tree_of(&file.path) {
                Some(tree) => folders.entry(tree).or_default().push(file),
                None => input_ids.push(self.entry(single(file), queue)),
            }
        }
        for (tree, files) in folders {
            input_ids.push(self.entry(folder(tree, files), queue));
        }
        let transitive_set_ids: Vec<u32> = other.into_iter().filter(|&id| id != 0).collect();
        if input_ids.is_empty() {
            return transitive_set_ids.first().copied().unwrap_or_default();
        }
        let set = InputSet {
            input_ids,
            transitive_set_ids,
            ..InputSet::default()
        };
        self.entry(Kind::InputSet(set), queue)
    }

    fn outputs(
        &mut self,
        listed: &[String],
        actual: Vec<ExecFile>,
        queue: &mut VecDeque<Entry>,
    ) -> Vec<Output> {
        let mut files: BTreeMap<String, ExecFile> = actual
            .into_iter()
            .map(|file| (file.path.clone(), file))
            .collect();
        let mut outputs = Vec::new();
        for path in listed {
            let kind = match files.remove(path) {
                Some(file) => Some(single(file)),
                None => {
                    let found = below(&mut files, &format!("{path}/"));
                    (!found.is_empty()).then(|| {
                        self.trees.insert(format!("{path}/"));
                        folder(path.clone(), found)
                    })
                }
            };
            outputs.push(match kind {
                Some(kind) => Output {
                    output_id: self.entry(kind, queue),
                    ..Output::default()
                },
                None => Output {
                    invalid_output_path: path.clone(),
                    ..Output::default()
                },
            });
        }
        outputs
    }

    /// The number of the entry that says `kind`, which is put into the queue if it is new.
    fn entry(&mut self, kind: Kind, queue: &mut VecDeque<Entry>) -> u32 {
        let mut entry = Entry {
            id: 0,
            kind: Some(kind),
        };
        let hash = super::super::hash::of_message(&entry);
        *self.known.entry(hash).or_insert_with(|| {
            self.last += 1;
            entry.id = self.last;
            queue.push_back(entry);
            self.last
        })
    }

    /// The tree artifact that holds `path`: of those before it in the alphabet the last, as none is in
    /// another.
    fn tree_of(&self, path: &str) -> Option<String> {
        let before = (Bound::Unbounded, Bound::Excluded(path));
        let tree = self.trees.range::<str, _>(before).next_back()?;
        let holds = path.starts_with(tree.as_str());
        holds.then(|| tree.trim_end_matches('/').to_owned())
    }
}

/// Takes the files out whose paths begin with `start`.
fn below(files: &mut BTreeMap<String, ExecFile>, start: &str) -> Vec<ExecFile> {
    let from = (Bound::Included(start), Bound::Unbounded);
    let paths: Vec<String> = files
        .range::<str, _>(from)
        .map(|(path, _)| path)
        .take_while(|path| path.starts_with(start))
        .cloned()
        .collect();
    let found = paths.iter().filter_map(|path| files.remove(path));
    found.collect()
}

fn single(file: ExecFile) -> Kind {
    if file.symlink_target_path.is_empty() {
        let digest = file.digest.map(plain);
        Kind::File(File {
            path: file.path,
            digest,
        })
    } else {
        Kind::Symlink(Symlink {
            path: file.path,
            target_path: file.symlink_target_path,
        })
    }
}

fn folder(path: String, files: Vec<ExecFile>) -> Kind {
    let below = path.len() + 1;
    let mut files: Vec<_> = files
        .into_iter()
        .map(|file| File {
            path: file.path[below..].to_owned(),
            digest: file.digest.map(plain),
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Kind::Directory(Directory { path, files })
}

/// Without the name of the function, which a compact log says once.
fn plain(digest: Digest) -> Digest {
    Digest {
        hash_function_name: String::new(),
        ..digest
    }
}
