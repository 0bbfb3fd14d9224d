//! Everything that has to be downloaded or built before a lab can be opened, kept
//! in the lab between runs. It must not know what is shown with it.

mod abseil;
pub mod apt;
pub mod base;
pub mod buildifier;
pub mod kubernetes;
mod libcxx;
mod pip;
mod stamp;
pub mod vendor;

use anyhow::Result;
use camino::Utf8Path;

use crate::lab::store;

/// Provisions the lab; for a process in namespaces of its own, since roots are
/// mounted on the way.
pub fn all(lab: &Utf8Path, with_abseil: bool) -> Result<()> {
    let base = base::provision(lab)?;
    if with_abseil {
        abseil::provision(lab)?;
    }
    vendor::provision(lab)?;
    kubernetes::provision(lab)?;
    let libcxx = libcxx::provision(lab)?;
    store::provision(lab, &base, &libcxx).map(drop)
}
