//! What `lre verify` has to leave as it was: the user's own Bazel, and the folder for caches. It must not
//! know what was run in between.

use anyhow::{Context, Result, ensure};
use camino::Utf8PathBuf;

use crate::lab::bazel::Workspace;

/// Where its folders are on machine A.
const CACHE: &str = "/home/ada/.cache/lre";

/// The server and the output base that the user had before.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnBazel {
    server: String,
    output_base: String,
    links: Vec<Utf8PathBuf>,
}

impl OwnBazel {
    pub fn of(a: &Workspace<'_>) -> Result<Self> {
        let info = |what: &str| -> Result<String> {
            let printed = a.bazel(&["info", what])?;
            Ok(printed.lines().last().unwrap_or_default().to_owned())
        };
        let dir = a.machine.path(&a.dir);
        let links = ["bazel-bin", "bazel-out"]
            .map(|name| dir.join(name).read_link_utf8())
            .into_iter()
            .collect::<Result<_, _>>()?;
        Ok(Self {
            server: info("server_pid")?,
            output_base: info("output_base")?,
            links,
        })
    }

    pub fn is_untouched(&self, a: &Workspace<'_>) -> Result<()> {
        let now = Self::of(a)?;
        ensure!(*self == now, "before and now: {self:?} {now:?}");
        Ok(())
    }
}

pub fn folders(a: &Workspace<'_>) -> Result<Vec<String>> {
    let path = a.machine.path(CACHE);
    let entries = path.read_dir_utf8().with_context(|| format!("{path}"))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_owned()))
        .collect()
}

pub fn nothing_left(a: &Workspace<'_>) -> Result<()> {
    let folders = folders(a)?;
    ensure!(folders.is_empty(), "these are left in {CACHE}: {folders:?}");
    Ok(())
}
