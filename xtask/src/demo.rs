//! `cargo xtask demo`: the main job and its table. It must not know how parity is
//! judged.

use anyhow::Result;
use camino::Utf8Path;

use crate::lab::Lab;
use crate::story::{self, Project};

/// Shows the main job on the example in C++ and Java, and before it on abseil-cpp unless
/// `quick`; gives whether all of it is at parity.
pub fn show(lab: &Utf8Path, quick: bool) -> Result<bool> {
    let lab = Lab::open(lab)?;
    let mut parity = true;
    if !quick {
        parity &= show_one(&lab, "abseil-cpp", Project::Abseil)?;
    }
    parity &= show_one(&lab, "examples/java, in C++ and Java", Project::Java)?;
    Ok(parity)
}

fn show_one(lab: &Lab, name: &str, project: Project) -> Result<bool> {
    let verdict = story::remote_then_local(lab, project, &[])?;
    println!("\n{name}\n\n{verdict}");
    let parity = verdict.problems.is_empty() && verdict.spawns() > 0;
    let (equal, spawns) = (verdict.equal(), verdict.spawns());
    println!(
        "{}: {equal} of {spawns} actions built remotely are hits on another developer's machine",
        if parity { "parity" } else { "NO PARITY" }
    );
    Ok(parity)
}
