//! Everything that has to be downloaded or built before a lab can be opened, kept
//! in the lab between runs. It must not know what is shown with it.

mod abseil;
pub mod apt;
pub mod base;
pub mod browser;
pub mod buildifier;
pub mod debian;
pub mod kubernetes;
mod libcxx;
mod pip;
mod stamp;
pub mod vendor;

use anyhow::Result;
use camino::Utf8Path;

use crate::lab::store;

/// What not everything that is shown in a lab needs.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Needs {
    /// abseil-cpp's sources.
    #[arg(long)]
    pub abseil: bool,
    /// What opens pages.
    #[arg(long)]
    pub browser: bool,
    /// Compilers besides the one that everything is built with.
    #[arg(long)]
    pub compilers: bool,
    /// What a container image of Debian's is made of.
    #[arg(long)]
    pub debian: bool,
    /// What checks the manifests of Kubernetes.
    #[arg(long)]
    pub kubernetes: bool,
}

impl Needs {
    /// As arguments of a command that takes them.
    pub fn args(self) -> impl Iterator<Item = &'static str> {
        let flags = [
            (self.abseil, "--abseil"),
            (self.browser, "--browser"),
            (self.compilers, "--compilers"),
            (self.debian, "--debian"),
            (self.kubernetes, "--kubernetes"),
        ];
        flags
            .into_iter()
            .filter_map(|(needed, flag)| needed.then_some(flag))
    }
}

/// Provisions the lab; for a process in namespaces of its own, since roots are
/// mounted on the way.
pub fn all(lab: &Utf8Path, needs: Needs) -> Result<()> {
    let base = base::provision(lab)?;
    if needs.abseil {
        abseil::provision(lab)?;
    }
    vendor::provision(lab)?;
    if needs.browser {
        browser::provision(lab)?;
    }
    if needs.debian {
        debian::provision(lab)?;
    }
    if needs.kubernetes {
        kubernetes::provision(lab)?;
    }
    let libcxx = needs
        .compilers
        .then(|| libcxx::provision(lab))
        .transpose()?;
    store::provision(lab, &base, libcxx.as_deref()).map(drop)
}
