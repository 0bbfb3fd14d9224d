//! The lab: two developers' machines and a worker that share nothing but
//! `/nix/store`. It must not know what is shown with them.

pub mod bazel;
pub mod executor;
pub mod flakes;
pub mod machine;
pub mod mounts;
pub mod namespace;
pub mod rust;
mod server;
pub mod store;
mod stubs;
pub mod webcache;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use crate::checkout;
use crate::shell::progress;
use executor::Worker;
use machine::{A, B, Machine};
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
}

impl Lab {
    /// Mounts everything from what was provisioned in `lab`; for a process in
    /// namespaces of its own, with [`namespace::Network::Loopback`].
    pub fn open(lab: &Utf8Path) -> Result<Self> {
        progress("lab: machines A and B and the worker");
        let (base, nix, roots) = (lab.join("base"), lab.join("nix"), roots(lab)?);
        namespace::loopback_up(&base)?;
        let store = Store::load(lab)?;
        let machine = |spec: machine::Spec| -> Result<Machine> {
            let machine = Machine::mount(spec.clone(), roots.join(spec.name), &base, &nix, false)?;
            checkout::copy(checkout::root(), &machine.path(spec.module))?;
            Ok(machine)
        };
        let logs = lab.join("logs");
        std::fs::create_dir_all(&logs)?;
        Ok(Self {
            a: machine(A)?,
            b: machine(B)?,
            worker: Worker::mount(roots.join("worker"), &base, &nix, &store.main.core_tools)?,
            store,
            dir: lab.to_owned(),
            logs,
        })
    }
}

/// The folder below which roots are mounted; in memory, so that not even an empty
/// mount point is left.
pub fn roots(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let roots = lab.join("roots");
    mounts::memory(&roots, "755")?;
    Ok(roots)
}
