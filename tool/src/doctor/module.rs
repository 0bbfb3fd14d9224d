//! What a MODULE.bazel says of lre, out of the facts that adopting goes by too. It must not know whether
//! that is enough.

use anyhow::ensure;
use camino::{Utf8Path, Utf8PathBuf};

use crate::adopt::{Facts, LRE, UserFile};
use crate::properties::Wanted;
use crate::render::REPOSITORY;

/// The file's name.
pub const FILE_NAME: &str = "MODULE.bazel";

/// What the files of the root module say.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Why one of them could not be read, with the place.
    pub fault: Option<String>,
    /// The root module's own name.
    pub name: Option<String>,
    /// The version of `bazel_dep(name = "lre")`, which may be empty.
    pub dependency: Option<String>,
    /// Where its sources are, by `local_path_override`.
    pub local_path: Option<Utf8PathBuf>,
    /// Whether another override says where it comes from.
    pub overridden: bool,
    /// Whether the extension is used.
    pub extension: bool,
    /// What `use_repo` calls the repository.
    pub repository: Option<String>,
    /// The files that `environment` tags name, as labels.
    pub environments: Vec<String>,
    /// What `platform` tags say.
    pub wanted: Wanted,
}

impl Module {
    /// Reads the one at `root`, and what it includes
    /// (<https://bazel.build/rules/lib/globals/module#include>).
    pub fn read(root: &Utf8Path) -> Module {
        let read = || {
            let file = UserFile::read(root, FILE_NAME)?;
            ensure!(file.found.is_some(), "there is no {}", root.join(FILE_NAME));
            Facts::read(root, &file.path, &file.text())
        };
        match read() {
            Ok(facts) => Module::of(&facts, root),
            Err(error) => Module {
                fault: Some(format!("{error:#}")),
                ..Module::default()
            },
        }
    }

    fn of(facts: &Facts, root: &Utf8Path) -> Module {
        let is_ours = |index: usize| facts.is_ours(&facts.extensions[index]);
        let tags = facts.tags.iter().filter(|tag| is_ours(tag.extension));
        let mut wanted = Wanted::default();
        for tag in tags.clone().filter(|tag| tag.class == "platform") {
            wanted.own.extend(tag.exec_properties.clone());
            wanted.on_demand |= tag.on_demand;
        }
        let environments = tags.filter(|tag| tag.class == "environment");
        let mut imports = facts.imports.iter().rev();
        let ours = imports.find(|i| i.exported == REPOSITORY && is_ours(i.extension));
        let local_path = facts.local_paths.get(LRE);
        Module {
            fault: None,
            name: facts.module.clone(),
            dependency: facts.lre().map(|there| there.version.clone()),
            local_path: local_path.map(|path| root.join(path)),
            overridden: facts.overridden.contains(LRE),
            extension: facts.extensions.iter().any(|e| facts.is_ours(e)),
            repository: ours.map(|import| import.local.clone()),
            environments: environments.filter_map(|tag| tag.file.clone()).collect(),
            wanted,
        }
    }

    /// The path of each committed file; a label of another repository has none.
    pub fn committed(&self, root: &Utf8Path) -> Vec<Option<Utf8PathBuf>> {
        let labels = self.environments.iter();
        labels.map(|label| path_of(label, root)).collect()
    }
}

/// Where a label of the root module's own repository is.
fn path_of(label: &str, root: &Utf8Path) -> Option<Utf8PathBuf> {
    let own = label.strip_prefix("@@").or(label.strip_prefix('@'));
    let label = own.unwrap_or(label);
    let below = match label.strip_prefix("//") {
        Some(below) => below,
        None if label.starts_with(':') => label,
        None if !label.contains([':', '@']) && own.is_none() => return Some(root.join(label)),
        None => return None,
    };
    Some(match below.split_once(':') {
        Some((package, name)) => root.join(package).join(name),
        None => root.join(below).join(below.rsplit('/').next()?),
    })
}
