//! `cargo xtask demo`: the main job and its table. It must not know how parity is
//! judged.

use anyhow::Result;
use camino::Utf8Path;

use crate::lab::Lab;
use crate::story::{self, Project};

/// Shows the main job on abseil-cpp, or on the example in Java and C++ where
/// `quick`; gives whether
/// it is at parity.
pub fn show(lab: &Utf8Path, quick: bool) -> Result<bool> {
    let project = if quick {
        Project::Java
    } else {
        Project::Abseil
    };
    let verdict = story::remote_then_local(&Lab::open(lab)?, project, &[])?;
    println!("\n{verdict}");
    let parity = verdict.problems.is_empty() && verdict.spawns() > 0;
    let (equal, spawns) = (verdict.equal(), verdict.spawns());
    println!(
        "{}: {equal} of {spawns} actions built remotely are hits on another developer's machine",
        if parity { "parity" } else { "NO PARITY" }
    );
    Ok(parity)
}
