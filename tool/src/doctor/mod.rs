//! `lre doctor`: what keeps a set-up from parity, a check for each thing that may. This file lists them;
//! it must not know what any of them looks at.

mod agree;
mod bazel;
mod check;
mod endpoint;
mod fix;
mod meaning;
mod module;
mod ours;
mod outputs;
mod place;
mod rcfile;
mod store;
mod stray;

use anyhow::Result;

pub use check::{Check, Report, State};
pub use fix::all as fix;
pub use place::{Options, Place};

/// The checks that are done at once.
const CHECKS: [fn(&Place) -> Check; 15] = [
    store::nix,
    bazel::version,
    rcfile::present,
    rcfile::current,
    rcfile::imported,
    rcfile::kept,
    rcfile::ignored,
    agree::module,
    agree::versions,
    agree::committed,
    agree::shell,
    agree::generated,
    store::closure,
    stray::flags,
    stray::variables,
];

/// Does all checks, and hands on each as it is done.
///
/// # Errors
/// A signal asked to stop.
pub fn examine(place: &Place, mut show: impl FnMut(&Check)) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    let mut add = |check: Check| {
        show(&check);
        checks.push(check);
    };
    for check in CHECKS {
        add(check(place));
    }
    agree::worker_image(place).into_iter().for_each(&mut add);
    endpoint::checks(place)?.into_iter().for_each(add);
    Ok(checks)
}
