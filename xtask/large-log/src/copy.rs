//! Copies of a real log in one: every copy in a folder of its own, with its own digests, and what is
//! shared only once. It must not know how a log is written.

use std::collections::HashMap;

use anyhow::Result;
use lre::parity::log::proto::{Digest, Entry, Kind, Spawn};
use xxhash_rust::xxh3::xxh3_128;

use crate::real::Real;

/// How the second build differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// In nothing: all hits.
    Agreeing,
    /// A header has other content.
    Header,
    /// All spawns have another argument.
    Flag,
}

/// What has been copied.
pub struct Copies<'a> {
    real: &'a Real,
    folder: &'a str,
    /// `None`: the first build.
    second: Option<Second>,
    last: u32,
    /// New numbers of the entries that all copies share.
    shared: HashMap<u32, u32>,
}

impl<'a> Copies<'a> {
    pub fn new(real: &'a Real, folder: &'a str, second: Option<Second>) -> Self {
        Self {
            real,
            folder,
            second,
            last: 0,
            shared: HashMap::new(),
        }
    }

    /// Gives the entries of the next copy to `write`.
    pub fn copy(
        &mut self,
        number: usize,
        mut write: impl FnMut(&Entry) -> Result<()>,
    ) -> Result<()> {
        let renamed = format!("{}c{number}/", self.folder);
        let mut own: HashMap<u32, u32> = HashMap::new();
        for (at, entry) in self.real.entries.iter().enumerate() {
            let is_shared = self.real.shared.contains(&entry.id);
            let once = is_shared || matches!(entry.kind, Some(Kind::Invocation(_)));
            if once && number > 0 {
                continue;
            }
            let mut entry = entry.clone();
            let old = entry.id;
            let ids = |id: &mut u32| {
                let new = self.shared.get(id).or_else(|| own.get(id));
                *id = new.copied().unwrap_or_default();
            };
            let copy = Copy {
                from: self.folder,
                to: if is_shared { self.folder } else { &renamed },
                number: if is_shared { 0 } else { number },
                second: self.second,
                reached: self.real.reached.contains(&old),
                is_made: self.real.made.contains(&old) || old == 0,
            };
            if let Some(kind) = &mut entry.kind {
                copy.kind(kind, ids);
                if let Kind::Spawn(spawn) = kind {
                    copy.outcome(spawn, self.real.reached_spawns.contains(&at));
                }
            }
            if old != 0 {
                self.last += 1;
                entry.id = self.last;
                let numbers = if is_shared {
                    &mut self.shared
                } else {
                    &mut own
                };
                numbers.insert(old, self.last);
            }
            write(&entry)?;
        }
        Ok(())
    }
}

/// How one entry is copied.
struct Copy<'a> {
    from: &'a str,
    to: &'a str,
    number: usize,
    second: Option<Second>,
    reached: bool,
    /// Whether a spawn made it, or it is one.
    is_made: bool,
}

impl Copy<'_> {
    fn kind(&self, kind: &mut Kind, id: impl Fn(&mut u32)) {
        match kind {
            Kind::File(file) => {
                self.rename(&mut file.path);
                self.digest(&mut file.digest, self.is_other(self.reached));
            }
            Kind::Directory(directory) => {
                self.rename(&mut directory.path);
                for file in &mut directory.files {
                    self.digest(&mut file.digest, self.is_other(self.reached));
                }
            }
            Kind::Symlink(link) => self.rename(&mut link.path),
            Kind::InputSet(set) => {
                let all = set.input_ids.iter_mut().chain(&mut set.transitive_set_ids);
                let old = set.file_ids.iter_mut().chain(&mut set.directory_ids);
                all.chain(old).chain(&mut set.symlink_ids).for_each(id);
            }
            Kind::SymlinkEntrySet(set) => {
                let all = set.direct_entries.values_mut();
                all.chain(&mut set.transitive_set_ids).for_each(id);
            }
            Kind::RunfilesTree(tree) => {
                self.rename(&mut tree.path);
                id(&mut tree.input_set_id);
                id(&mut tree.symlinks_id);
                id(&mut tree.root_symlinks_id);
            }
            Kind::Spawn(spawn) => self.spawn(spawn, id),
            Kind::SymlinkAction(action) => {
                self.rename(&mut action.input_path);
                self.rename(&mut action.output_path);
            }
            Kind::Invocation(_) => {}
        }
    }

    fn spawn(&self, spawn: &mut Spawn, id: impl Fn(&mut u32)) {
        id(&mut spawn.input_set_id);
        id(&mut spawn.tool_set_id);
        for output in &mut spawn.outputs {
            id(&mut output.output_id);
            id(&mut output.file_id);
            id(&mut output.directory_id);
            id(&mut output.symlink_id);
            self.rename(&mut output.invalid_output_path);
        }
        self.rename(&mut spawn.target_label);
        for word in &mut spawn.args {
            if let Ok(text) = std::str::from_utf8(word)
                && text.contains(self.from)
            {
                *word = text.replace(self.from, self.to).into();
            }
        }
    }

    /// How it went: the first build ran everything remotely, the second hit what has not changed.
    fn outcome(&self, spawn: &mut Spawn, reached: bool) {
        let other = self.is_other(reached);
        self.digest(&mut spawn.digest, other);
        spawn.cache_hit = self.second.is_some() && !other;
        spawn.runner = match spawn.cache_hit {
            true => "remote cache hit".to_owned(),
            false => "remote".to_owned(),
        };
        if self.second == Some(Second::Flag) {
            spawn.args.push("-DOTHER=1".into());
        }
    }

    /// Whether the second build has something else there.
    fn is_other(&self, reached: bool) -> bool {
        match self.second {
            None | Some(Second::Agreeing) => false,
            Some(Second::Header) => reached,
            Some(Second::Flag) => self.is_made,
        }
    }

    fn rename(&self, text: &mut String) {
        if text.contains(self.from) {
            *text = text.replace(self.from, self.to);
        }
    }

    /// A digest for each copy, which nothing compresses, as real ones.
    fn digest(&self, digest: &mut Option<Digest>, other: bool) {
        if let Some(digest) = digest {
            let hash = |part: u8| {
                let text = format!("{} {} {other} {part}", digest.hash, self.number);
                format!("{:032x}", xxh3_128(text.as_bytes()))
            };
            digest.hash = hash(0) + &hash(1);
        }
    }
}
