//! The lab: two developers' machines and a worker that share nothing but
//! `/nix/store`. It must not know what is shown with them.

pub mod bazel;
pub mod binarycache;
pub mod browser;
pub mod classes;
pub mod devtools;
pub mod engine;
pub mod executor;
pub mod flakes;
pub mod front;
pub mod machine;
pub mod mounts;
pub mod namespace;
pub mod ondemand;
pub mod patient;
pub mod publisher;
pub mod report;
pub mod rust;
mod server;
pub mod store;
mod stubs;
pub mod webcache;

use anyhow::{Context, Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};

use crate::checkout;
use crate::provision::{Need, Needs};
use crate::shell::progress;
use executor::Worker;
use machine::{A, B, BUILDER, Machine};
use store::Store;

/// The three machines, mounted, and what they share.
#[derive(Debug)]
pub struct Lab {
    /// The first developer's machine.
    pub a: Machine,
    /// The second developer's.
    pub b: Machine,
    /// Where remote actions run.
    pub worker: Worker,
    /// What is in `/nix/store`.
    pub store: Store,
    /// Where it was provisioned.
    pub dir: Utf8PathBuf,
    /// Where the output of what runs is kept.
    pub logs: Utf8PathBuf,
    /// The whole of what was provisioned.
    provisioned: Store,
    /// What may be taken of it.
    needs: Needs,
}

impl Lab {
    /// Mounts everything from what was provisioned in `lab`, with a folder called `name` for logs; for
    /// a process in namespaces of its own, with [`namespace::Network::Loopback`].
    pub fn open(lab: &Utf8Path, name: &str) -> Result<Self> {
        progress("lab: machines A and B and the worker");
        let (base, nix, roots) = (lab.join("base"), lab.join("nix"), roots(lab)?);
        namespace::loopback_up(&base)?;
        let store = Store::load(lab)?;
        let machine = |spec: machine::Spec| -> Result<Machine> {
            let machine = Machine::mount(spec.clone(), roots.join(spec.name), &base, &nix, false)?;
            checkout::copy(checkout::root(), &machine.path(spec.module))?;
            other_modules(&machine)?;
            Ok(machine)
        };
        let logs = lab.join("logs").join(name);
        std::fs::create_dir_all(&logs)?;
        Ok(Self {
            a: machine(A)?,
            b: machine(B)?,
            worker: Worker::mount(roots.join("worker"), &base, &nix, &store.main.core_tools)?,
            store: store.limited(&Needs::default()),
            provisioned: store,
            needs: Needs::default(),
            dir: lab.to_owned(),
            logs,
        })
    }

    /// From now on, of all that is beside the machines and the main environment, only `needs` may be
    /// taken.
    pub fn limit(&mut self, needs: Needs) {
        self.store = self.provisioned.limited(&needs);
        self.needs = needs;
    }

    /// Fails where `need` may not be taken.
    pub fn takes(&self, need: Need) -> Result<()> {
        ensure!(
            self.needs.has(need),
            "{need:?} is not among the needs of this story: see e2e/needs.rs"
        );
        Ok(())
    }

    /// Mounts one more machine like the builder, called `name`: its user may write to the store.
    pub fn builder(&self, name: &'static str) -> Result<Machine> {
        let roots = self
            .a
            .root
            .parent()
            .context("machines are below a folder")?;
        let (base, nix) = (self.dir.join("base"), self.dir.join("nix"));
        let spec = machine::Spec { name, ..BUILDER };
        Machine::mount(spec, roots.join(name), &base, &nix, true)
    }

    /// As [`Lab::builder`], with a checkout of this project.
    pub fn builder_with_module(&self, name: &'static str) -> Result<Machine> {
        let machine = self.builder(name)?;
        checkout::copy(checkout::root(), &machine.path(BUILDER.module))?;
        Ok(machine)
    }
}

/// Puts the modules of the folders that `LRE_MODULES` names, separated by colons, in place
/// of those of the same name that Debian's Bazel carries: so all stories can be told with, for
/// example, another rules_cc.
fn other_modules(machine: &Machine) -> Result<()> {
    let folders = std::env::var("LRE_MODULES").unwrap_or_default();
    // Debian's own file, at its end: of two overrides the last counts.
    let file = "etc/bazel/bazelrc";
    let mut rc = machine.read(file)?;
    for folder in folders.split(':').filter(|folder| !folder.is_empty()) {
        let folder = Utf8Path::new(folder);
        let name = folder.file_name().context("LRE_MODULES names the root")?;
        progress(format_args!("{name} of {folder}, not Debian's"));
        let to = format!("/opt/modules/{name}");
        checkout::copy(folder, &machine.path(&to))?;
        rc += &format!("common --override_module={name}={to}\n");
    }
    machine.write(file, &rc)
}

/// The folder below which roots are mounted; in memory, so that not even an empty
/// mount point is left.
pub fn roots(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let roots = lab.join("roots");
    mounts::memory(&roots, "755")?;
    Ok(roots)
}
