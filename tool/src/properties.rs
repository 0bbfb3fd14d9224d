//! Execution properties: what a platform asks for, and what a scheduler matches with what a
//! worker says it has. Both come from here; who writes them where is not known.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::environment::Image;
use crate::manifest::{Manifest, Probed};
use crate::system::Cpu;

/// Execution properties by name (REAPI, `Platform.properties`).
pub type ExecProperties = BTreeMap<String, String>;

/// The pool of workers that fetch store paths on demand, where the user names none.
pub const ON_DEMAND_POOL: &str = "on-demand";

/// What the user says of platforms and workers; both have to be told the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The user's own properties, which win over ours.
    pub own: ExecProperties,
    /// Workers fetch store paths when an action first names them, so that no image matters.
    pub on_demand: bool,
}

impl Wanted {
    /// The user's own properties alone.
    pub fn of(own: ExecProperties) -> Wanted {
        Wanted {
            own,
            on_demand: false,
        }
    }

    /// The image that a worker of an environment is made of, where it matters.
    pub fn image<'a>(&self, probed: &'a Probed) -> Option<&'a Image> {
        probed.image.as_ref().filter(|_| !self.on_demand)
    }

    /// What tells the machines of environments from one another, apart from images: a machine that
    /// fetches what it needs, the C library included, has a CPU and nothing else.
    pub fn machine(&self, probed: &Probed) -> String {
        if self.on_demand {
            probed.system.cpu.to_string()
        } else {
            probed.system.to_string()
        }
    }

    fn check(&self, name: &str, probed: &Probed) -> Result<()> {
        if self.on_demand && probed.in_image {
            bail!(
                "the tools of the environment {name:?} are in its image alone, so no worker can \
                 fetch them on demand; leave out on-demand for it"
            );
        }
        Ok(())
    }
}

/// The execution properties of each environment. `container-image` and `OSFamily` are the
/// names that Bazel's documentation on remote execution and NativeLink's examples use. On demand
/// there is no image; `ISA` is REAPI's name for the CPU (its `platform.md`), and `Pool` the one
/// that many servers have for a kind of worker.
///
/// # Errors
/// Tools that no worker can fetch, where workers are to fetch them.
pub fn of<'a>(
    manifest: &'a Manifest,
    wanted: &Wanted,
) -> Result<BTreeMap<&'a str, ExecProperties>> {
    let references = manifest.references();
    let mut all = BTreeMap::new();
    for (name, probed) in &manifest.environments {
        wanted.check(name, probed)?;
        let mut properties = ExecProperties::new();
        let mut add = |key: &str, value: String| properties.insert(key.to_owned(), value);
        add("OSFamily", "Linux".to_owned());
        if wanted.on_demand {
            add("ISA", isa(probed.system.cpu).to_owned());
            add("Pool", ON_DEMAND_POOL.to_owned());
        } else if let Some(reference) = references.get(name.as_str()) {
            add("container-image", format!("docker://{reference}"));
        }
        properties.extend(wanted.own.clone());
        all.insert(name.as_str(), properties);
    }
    Ok(all)
}

fn isa(cpu: Cpu) -> &'static str {
    match cpu {
        Cpu::X86_64 => "x86-64",
        Cpu::Aarch64 => "arm-a64",
    }
}
