//! Writes the same build as each of the three logs that Bazel writes, and has two of them compared. It
//! must not know what should come of that.

use std::collections::HashMap;
use std::fs;

use camino::Utf8PathBuf;
use lre::parity::log::proto::{
    Digest, Directory, Entry, ExecFile, File, InputSet, Invocation, Kind, Output, Pair, Platform,
    Spawn, SpawnExec, Symlink, SymlinkAction,
};
use lre::parity::{self, Explanation, Options};
use prost::Message;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::build::{Build, Content, Ran, hash};

/// The three formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Compact,
    Binary,
    Json,
}

pub const FORMATS: [Format; 3] = [Format::Compact, Format::Binary, Format::Json];

/// The log of `build`.
pub fn log(build: &Build, format: Format) -> Vec<u8> {
    match format {
        Format::Compact => compact(&Compact::of(build)),
        Format::Binary => frames(&spawns(build)),
        Format::Json => spawns(build).iter().map(json_of).collect::<String>().into(),
    }
}

/// A folder with logs.
pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir }
    }

    pub fn path(&self, name: &str) -> Utf8PathBuf {
        Utf8PathBuf::try_from(self.dir.path().join(name)).unwrap()
    }

    pub fn write(&self, name: &str, log: &[u8]) -> Utf8PathBuf {
        let path = self.path(name);
        fs::write(&path, log).unwrap();
        path
    }

    /// What is said of two logs; an error is the text that a user would see.
    pub fn explain(&self, a: &[u8], b: &[u8], options: &Options) -> Result<Explanation, String> {
        let (a, b) = (self.write("a.log", a), self.write("b.log", b));
        let explained = parity::explain(&a, &b, options);
        let folder = format!("{}/", self.path(""));
        explained.map_err(|error| format!("{error:#}").replace(folder.trim_end_matches("//"), ""))
    }
}

/// What is said of two logs with the usual options.
#[track_caller]
pub fn explain(a: &[u8], b: &[u8]) -> Explanation {
    let explained = Place::new().explain(a, b, &Options::default());
    explained.unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of two builds with compact logs, of which the second hits what it can.
#[track_caller]
pub fn compare(first: &Build, second: &Build) -> Explanation {
    let (a, b) = (first, second.after(first));
    explain(&log(a, Format::Compact), &log(&b, Format::Compact))
}

/// Messages one behind the other, each with its length.
pub fn frames(messages: &[impl Message]) -> Vec<u8> {
    let encoded = messages.iter().map(Message::encode_length_delimited_to_vec);
    encoded.collect::<Vec<_>>().concat()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 0).unwrap()
}

/// A compact log out of entries.
pub fn compact(entries: &[Entry]) -> Vec<u8> {
    zstd(&frames(entries))
}

/// The entries of a compact log, each file and set once.
#[derive(Default)]
pub struct Compact {
    entries: Vec<Entry>,
    known: HashMap<Vec<u8>, u32>,
}

impl Compact {
    pub fn of(build: &Build) -> Vec<Entry> {
        let mut log = Self::default();
        log.put(Kind::Invocation(Invocation {
            hash_function_name: build.hash_function.to_owned(),
        }));
        for (link, to) in &build.links {
            log.put(Kind::SymlinkAction(SymlinkAction {
                input_path: to.clone(),
                output_path: link.clone(),
            }));
        }
        for ran in build.run() {
            log.spawn(&ran);
        }
        log.entries
    }

    fn put(&mut self, kind: Kind) {
        let kind = Some(kind);
        self.entries.push(Entry { id: 0, kind });
    }

    fn number(&mut self, kind: Kind) -> u32 {
        let mut entry = Entry {
            id: 0,
            kind: Some(kind),
        };
        let next = self.known.len() as u32 + 1;
        let entries = &mut self.entries;
        *self.known.entry(entry.encode_to_vec()).or_insert_with(|| {
            entry.id = next;
            entries.push(entry);
            next
        })
    }

    fn file(&mut self, path: &str, content: &Content) -> u32 {
        let path = path.to_owned();
        self.number(match content {
            Content::File(text) => Kind::File(File {
                path,
                digest: digest_of(text),
            }),
            Content::Symlink(to) => Kind::Symlink(Symlink {
                path,
                target_path: to.clone(),
            }),
            Content::Folder(files) => Kind::Directory(Directory {
                path,
                files: files
                    .iter()
                    .map(|(name, text)| File {
                        path: name.clone(),
                        digest: digest_of(text),
                    })
                    .collect(),
            }),
        })
    }

    fn set(&mut self, files: &[(&str, Content)], other: u32) -> u32 {
        let files = files.iter();
        let input_ids: Vec<u32> = files
            .map(|(path, content)| self.file(path, content))
            .collect();
        let Some(&first) = input_ids.first() else {
            return other;
        };
        // As Bazel's, sets overlap.
        let inner = self.number(Kind::InputSet(InputSet {
            input_ids: vec![first],
            ..InputSet::default()
        }));
        self.number(Kind::InputSet(InputSet {
            input_ids,
            transitive_set_ids: [inner, other].into_iter().filter(|id| *id != 0).collect(),
            ..InputSet::default()
        }))
    }

    fn spawn(&mut self, ran: &Ran<'_>) {
        let tool_set_id = self.set(&ran.tools, 0);
        let input_set_id = self.set(&ran.inputs, tool_set_id);
        let outputs = ran.outputs.iter().map(|(path, content)| Output {
            output_id: self.file(path, content),
            ..Output::default()
        });
        let outputs = outputs.collect();
        let SpawnExec {
            command_args: args,
            environment_variables: env_vars,
            platform,
            ..
        } = whole(ran);
        let run = &ran.action.run;
        self.put(Kind::Spawn(Box::new(Spawn {
            args,
            env_vars,
            platform,
            input_set_id,
            tool_set_id,
            outputs,
            target_label: ran.action.label.clone(),
            mnemonic: ran.action.mnemonic.clone(),
            exit_code: i32::from(!run.status.is_empty()),
            status: run.status.to_owned(),
            runner: run.runner.to_owned(),
            cache_hit: run.hit,
            cacheable: run.cacheable,
            remote_cacheable: run.remote_cacheable,
            digest: action_digest(ran),
            timeout_millis: ran.action.timeout,
            metrics: None,
        })));
    }
}

/// The spawns of a build, as the logs have them that are not compact.
pub fn spawns(build: &Build) -> Vec<SpawnExec> {
    let mut spawns: Vec<_> = build.run().iter().map(whole).collect();
    for spawn in &mut spawns {
        let files = spawn.inputs.iter_mut().chain(&mut spawn.actual_outputs);
        for digest in files.filter_map(|file| file.digest.as_mut()) {
            digest.hash_function_name = build.hash_function.to_owned();
        }
    }
    spawns
}

fn whole(ran: &Ran<'_>) -> SpawnExec {
    let pairs = |pairs: &[(String, String)]| -> Vec<Pair> {
        let pairs = pairs.iter().cloned();
        pairs.map(|(name, value)| Pair { name, value }).collect()
    };
    let files = |files: &[(&str, Content)], is_tool: bool| -> Vec<ExecFile> {
        let files = files.iter();
        files
            .flat_map(|(path, content)| exec_files(path, content, is_tool))
            .collect()
    };
    let Ran { action, .. } = ran;
    SpawnExec {
        command_args: action.args.iter().cloned().map(Into::into).collect(),
        environment_variables: pairs(&action.env),
        platform: Some(Platform {
            properties: pairs(&action.properties),
        }),
        inputs: [files(&ran.tools, true), files(&ran.inputs, false)].concat(),
        listed_outputs: action.outputs.clone(),
        cacheable: action.run.cacheable,
        timeout_millis: action.timeout,
        mnemonic: action.mnemonic.clone(),
        actual_outputs: files(&ran.outputs, false),
        runner: action.run.runner.to_owned(),
        cache_hit: action.run.hit,
        status: action.run.status.to_owned(),
        exit_code: i32::from(!action.run.status.is_empty()),
        remote_cacheable: action.run.remote_cacheable,
        target_label: action.label.clone(),
        digest: action_digest(ran),
        metrics: None,
    }
}

fn exec_files(path: &str, content: &Content, is_tool: bool) -> Vec<ExecFile> {
    let file = |path: String, text: &str| ExecFile {
        path,
        digest: digest_of(text),
        is_tool,
        ..ExecFile::default()
    };
    match content {
        Content::File(text) => vec![file(path.to_owned(), text)],
        Content::Symlink(to) => vec![ExecFile {
            path: path.to_owned(),
            symlink_target_path: to.clone(),
            is_tool,
            ..ExecFile::default()
        }],
        Content::Folder(files) => files
            .iter()
            .map(|(name, text)| file(format!("{path}/{name}"), text))
            .collect(),
    }
}

fn action_digest(ran: &Ran<'_>) -> Option<Digest> {
    ran.digest.clone().map(|hash| Digest {
        hash,
        size_bytes: 142,
        ..Digest::default()
    })
}

fn digest_of(text: &str) -> Option<Digest> {
    Some(Digest {
        hash: hash(&text),
        size_bytes: text.len() as i64,
        ..Digest::default()
    })
}

/// As Bazel writes it: names in camelCase, 64-bit numbers as strings, defaults left out of digests.
fn json_of(spawn: &SpawnExec) -> String {
    let pairs = |pairs: &[Pair]| -> Value {
        let pairs = pairs.iter();
        pairs
            .map(|pair| json!({"name": pair.name, "value": pair.value}))
            .collect()
    };
    let files = |files: &[ExecFile]| -> Value {
        let one = |file: &ExecFile| {
            let mut value = json!({"path": file.path, "isTool": file.is_tool,
                "symlinkTargetPath": file.symlink_target_path});
            if let Some(digest) = &file.digest {
                value["digest"] = json_digest(digest);
            }
            value
        };
        files.iter().map(one).collect()
    };
    let words = spawn.command_args.iter();
    let words: Vec<_> = words.map(|word| String::from_utf8_lossy(word)).collect();
    let properties = spawn.platform.iter().flat_map(|p| &p.properties);
    let properties: Vec<Pair> = properties.cloned().collect();
    let mut value = json!({
        "commandArgs": words,
        "environmentVariables": pairs(&spawn.environment_variables),
        "platform": {"properties": pairs(&properties)},
        "inputs": files(&spawn.inputs),
        "listedOutputs": spawn.listed_outputs,
        "remotable": true,
        "cacheable": spawn.cacheable,
        "timeoutMillis": spawn.timeout_millis.to_string(),
        "mnemonic": spawn.mnemonic,
        "actualOutputs": files(&spawn.actual_outputs),
        "runner": spawn.runner,
        "cacheHit": spawn.cache_hit,
        "status": spawn.status,
        "exitCode": spawn.exit_code,
        "remoteCacheable": spawn.remote_cacheable,
        "targetLabel": spawn.target_label,
        "metrics": {"totalTime": "0.051s", "startTime": "2026-01-02T03:04:05.678Z"},
    });
    if let Some(digest) = &spawn.digest {
        value["digest"] = json_digest(digest);
    }
    serde_json::to_string_pretty(&value).unwrap()
}

fn json_digest(digest: &Digest) -> Value {
    json!({"hash": digest.hash, "sizeBytes": digest.size_bytes.to_string(),
        "hashFunctionName": digest.hash_function_name})
}
