//! Everything that has to be downloaded before a lab can be opened, kept in the lab between runs. It
//! must not know what is shown with it.

mod abseil;
pub mod apt;
pub mod base;
pub mod browser;
pub mod buildifier;
pub mod debian;
pub mod kubernetes;
pub mod libcxx;
mod needs;
mod pip;
pub mod stamp;

use std::thread;

use anyhow::{Result, anyhow};
use camino::{Utf8Path, Utf8PathBuf};

pub use self::needs::{Need, Needs};
use crate::lab::{classes, store};
use crate::steps::Steps;

/// Where the steps of [`all`] are told, for the process that waits for it.
pub fn steps(lab: &Utf8Path) -> Utf8PathBuf {
    lab.join("provision.json")
}

/// Provisions the lab but for what the helper makes; for a process in namespaces of its own, since
/// roots are mounted on the way.
pub fn all(lab: &Utf8Path, needs: &Needs) -> Result<()> {
    let steps = Steps::start();
    thread::scope(|scope| {
        let more = scope.spawn(|| more(lab, needs, &steps));
        let toolchains = || -> Result<()> {
            let base = steps.take("root with Bazel and Nix", || base::provision(lab, needs))?;
            if needs.has(Need::Classes) {
                steps.take("classes of Bazel's server", || {
                    classes::provision(lab, &base)
                })?;
            }
            steps.take("toolchains in the store", || {
                store::toolchains(lab, &base, needs)
            })
        };
        let toolchains = toolchains();
        let more = more
            .join()
            .map_err(|_| anyhow!("a step of set-up panicked"))?;
        toolchains.and(more)
    })?;
    steps.save(&self::steps(lab))
}

/// What stands beside the root and the store.
fn more(lab: &Utf8Path, needs: &Needs, steps: &Steps) -> Result<()> {
    type Provision = fn(&Utf8Path) -> Result<Utf8PathBuf>;
    let all: [(Need, &str, Provision); 4] = [
        (Need::Abseil, "abseil's sources", abseil::provision),
        (
            Need::Kubernetes,
            "schemas of Kubernetes",
            kubernetes::provision,
        ),
        (Need::Browser, "root with a browser", browser::provision),
        (
            Need::Debian,
            "root of an image of Debian's",
            debian::provision,
        ),
    ];
    for (_, name, provision) in all.iter().filter(|(need, ..)| needs.has(*need)) {
        steps.take(name, || provision(lab))?;
    }
    Ok(())
}
