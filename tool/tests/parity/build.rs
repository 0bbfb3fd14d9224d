//! A build that is made up: what its actions read decides what they make, and their digests, as with
//! Bazel. It must not know how logs are written.

use std::collections::BTreeMap;
use std::fmt::Debug;

use sha2::{Digest, Sha256};

/// Runner of what was executed, and of what was a hit.
pub const RAN: &str = "remote";
pub const HIT: &str = "remote cache hit";

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    File(String),
    Symlink(String),
    Folder(Vec<(String, String)>),
}

/// An action; it runs one spawn.
#[derive(Clone, Debug)]
pub struct Action {
    pub label: String,
    pub mnemonic: String,
    pub args: Vec<Vec<u8>>,
    pub env: Vec<(String, String)>,
    pub properties: Vec<(String, String)>,
    pub inputs: Vec<String>,
    pub tools: Vec<String>,
    pub outputs: Vec<String>,
    /// The names of files in each output, which then is a folder.
    pub folder: Vec<String>,
    /// It makes a copy of what it reads first.
    pub copies: bool,
    pub timeout: i64,
    pub run: Run,
}

/// What is no part of the action itself.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it writes beside its inputs.
    pub noise: String,
    /// What is in the digest and not in the log.
    pub salt: String,
    pub hit: bool,
    pub runner: &'static str,
    pub cacheable: bool,
    pub remote_cacheable: bool,
    pub status: &'static str,
    pub has_digest: bool,
}

impl Action {
    /// An action of `label` that makes `output` out of `inputs`.
    pub fn new(mnemonic: &str, label: &str, inputs: &[&str], output: &str) -> Self {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let word = |word: &str| word.as_bytes().to_vec();
        Self {
            label: label.to_owned(),
            mnemonic: mnemonic.to_owned(),
            args: vec![
                word("/nix/store/aaa-clang-21/bin/cc"),
                word("-o"),
                word(output),
            ],
            env: vec![("PATH".to_owned(), "/bin".to_owned())],
            properties: vec![("lre".to_owned(), "1".to_owned())],
            inputs: texts(inputs),
            tools: Vec::new(),
            outputs: vec![output.to_owned()],
            folder: Vec::new(),
            copies: false,
            timeout: 0,
            run: Run {
                noise: String::new(),
                salt: String::new(),
                hit: false,
                runner: RAN,
                cacheable: true,
                remote_cacheable: true,
                status: "",
                has_digest: true,
            },
        }
    }

    /// One that compiles `name`.cc with `headers` to `name`.o.
    pub fn compile(name: &str, headers: &[&str]) -> Self {
        let source = format!("{name}.cc");
        let inputs = [&[&source[..]], headers].concat();
        Self::new("CppCompile", &format!("//:{name}"), &inputs, &object(name))
    }

    pub fn arg(&mut self, word: &str) {
        self.args.push(word.as_bytes().to_vec());
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }
}

/// Where [`Action::compile`] puts what it makes.
pub fn object(name: &str) -> String {
    format!("bazel-out/k8-fastbuild/bin/{name}.o")
}

/// Actions in the order in which they run, and the files that none of them makes.
#[derive(Clone, Debug)]
pub struct Build {
    pub sources: BTreeMap<String, Content>,
    pub actions: Vec<Action>,
    /// Links that are made without a spawn: what they link to, by path.
    pub links: BTreeMap<String, String>,
    pub hash_function: &'static str,
}

impl Default for Build {
    fn default() -> Self {
        Self {
            sources: BTreeMap::new(),
            actions: Vec::new(),
            links: BTreeMap::new(),
            hash_function: "SHA-256",
        }
    }
}

/// An action that ran.
pub struct Ran<'a> {
    pub action: &'a Action,
    pub digest: Option<String>,
    pub inputs: Vec<(&'a str, Content)>,
    pub tools: Vec<(&'a str, Content)>,
    pub outputs: Vec<(&'a str, Content)>,
}

impl Build {
    /// A program of `count` files, which all include one header.
    pub fn program(count: usize) -> Self {
        let mut build = Self::default();
        build.source("all.h", "int f();");
        for number in 0..count {
            build.action(Action::compile(&format!("f{number}"), &["all.h"]));
        }
        let objects: Vec<String> = (0..count).map(|n| object(&format!("f{n}"))).collect();
        let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
        let (program, mnemonic) = ("bazel-out/k8-fastbuild/bin/program", "CppLink");
        build.action(Action::new(mnemonic, "//:program", &objects, program));
        build
    }

    pub fn source(&mut self, path: &str, text: &str) {
        let content = Content::File(text.to_owned());
        self.sources.insert(path.to_owned(), content);
    }

    /// Adds an action; sources that it reads and nobody has said anything about are there.
    pub fn action(&mut self, action: Action) -> &mut Action {
        for path in action.inputs.iter().chain(&action.tools) {
            let is_made = self
                .actions
                .iter()
                .any(|other| other.outputs.contains(path));
            if !is_made && !self.links.contains_key(path) && !self.sources.contains_key(path) {
                self.source(path, path);
            }
        }
        self.actions.push(action);
        self.actions.last_mut().unwrap()
    }

    /// The action of that label.
    pub fn of(&mut self, label: &str) -> &mut Action {
        let found = self.actions.iter_mut().find(|action| action.label == label);
        found.unwrap_or_else(|| panic!("no action of {label}"))
    }

    /// All spawns of the first build, in their order.
    pub fn run(&self) -> Vec<Ran<'_>> {
        let mut there: BTreeMap<&str, Content> = BTreeMap::new();
        for (path, content) in &self.sources {
            there.insert(path, content.clone());
        }
        let mut all = Vec::new();
        for action in &self.actions {
            let read = |paths: &'_ [String], there: &BTreeMap<&str, Content>| -> Vec<Content> {
                let at = |path: &String| self.links.get(path).unwrap_or(path).clone();
                let content = |path: &String| there.get(&at(path)[..]).cloned();
                let missing = || Content::File("missing".to_owned());
                paths
                    .iter()
                    .map(|path| content(path).unwrap_or_else(missing))
                    .collect()
            };
            let (inputs, tools) = (read(&action.inputs, &there), read(&action.tools, &there));
            let own = Action {
                run: Action::new("", "", &[], "").run,
                ..action.clone()
            };
            let digest = hash(&(&own, &inputs, &tools, &action.run.salt, self.hash_function));
            let made = hash(&(&digest, &action.run.noise));
            let outputs: Vec<_> = action
                .outputs
                .iter()
                .map(|path| match inputs.first() {
                    Some(read) if action.copies => (path.as_str(), read.clone()),
                    _ => (path.as_str(), action.made(&format!("{made}{path}"))),
                })
                .collect();
            there.extend(outputs.iter().cloned());
            all.push(Ran {
                action,
                digest: action.run.has_digest.then_some(digest),
                inputs: action
                    .inputs
                    .iter()
                    .map(String::as_str)
                    .zip(inputs)
                    .collect(),
                tools: action.tools.iter().map(String::as_str).zip(tools).collect(),
                outputs,
            });
        }
        all
    }

    /// The same build, of which everything is a hit that was in `first` with the same digest.
    pub fn after(&self, first: &Build) -> Self {
        let known: Vec<_> = first
            .run()
            .into_iter()
            .filter_map(|ran| ran.digest)
            .collect();
        let hits: Vec<bool> = self
            .run()
            .into_iter()
            .map(|ran| ran.digest.is_some_and(|digest| known.contains(&digest)))
            .collect();
        let mut second = self.clone();
        for (action, hit) in second.actions.iter_mut().zip(hits) {
            action.run.hit = hit;
            action.run.runner = if hit { HIT } else { action.run.runner };
        }
        second
    }
}

impl Action {
    fn made(&self, seed: &str) -> Content {
        if self.folder.is_empty() {
            return Content::File(seed.to_owned());
        }
        let files = self.folder.iter();
        Content::Folder(
            files
                .map(|name| (name.clone(), format!("{seed}{name}")))
                .collect(),
        )
    }
}

/// Of all that is in it, as its debug form says it.
pub fn hash(of: &impl Debug) -> String {
    let digest = Sha256::digest(format!("{of:?}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
