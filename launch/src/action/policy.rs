//! What a worker may fetch, and how. It must not know how it is done.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::Refusal;
use super::asks::read;
use crate::names::Names;

/// A manifest, or a list of store paths, is smaller.
const LIST_LIMIT: u64 = 64 << 20;

/// What a worker may fetch.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Files that name the only store paths which an action may ask for: manifests, or lists.
    /// Without any, all may be asked for.
    pub only: Vec<Utf8PathBuf>,
    /// The most bytes that a path may have with all that it refers to.
    pub max_closure_size: Option<u64>,
    /// How long fetching one path may take, waiting for another who fetches it included.
    pub time_limit: Duration,
    /// Whether paths without a signature that counts are taken.
    pub unsigned: bool,
}

impl Policy {
    /// Checks that `names` may be asked for.
    ///
    /// # Errors
    /// One is not in the list, or the list cannot be read.
    pub fn check(&self, names: &Names) -> Result<(), Refusal> {
        if self.only.is_empty() {
            return Ok(());
        }
        let allowed = named(&self.only)?;
        match names.iter().find(|name| !allowed.contains(name)) {
            None => Ok(()),
            Some(name) => Err(Refusal::path(
                name,
                format_args!(
                    "workers here run what these files name and nothing else: {}. If the toolchain \
                     changed, they have to be told its manifest",
                    list(&self.only)
                ),
            )),
        }
    }
}

/// All store paths that `files` name.
///
/// # Errors
/// One cannot be read.
pub fn named(files: &[Utf8PathBuf]) -> Result<Names, Refusal> {
    let mut names = Names::default();
    for file in files {
        let text = read(file.as_std_path(), LIST_LIMIT).ok_or_else(|| {
            Refusal::of(format!("{file}: cannot read the store paths that it names"))
        })?;
        names.add(&text);
    }
    Ok(names)
}

fn list(files: &[Utf8PathBuf]) -> String {
    let files: Vec<&str> = files.iter().map(|file| Utf8Path::as_str(file)).collect();
    files.join(", ")
}
