//! `cargo xtask demo`: the main job and its table. It must not know how parity is
//! judged.

use anyhow::Result;
use camino::Utf8Path;

use crate::lab::Lab;
use crate::lab::bazel::example;
use crate::story;

/// Shows the main job on abseil-cpp, or on the example where `quick`; gives whether
/// it is at parity.
pub fn show(lab: &Utf8Path, quick: bool) -> Result<bool> {
    let project = if quick { example() } else { story::abseil(lab) };
    let lab = Lab::open(lab)?;
    let (a, b) = story::on_both(&lab, &project)?;
    let libraries;
    let mut args = vec!["build"];
    if quick {
        args = vec!["test", "//..."];
    } else {
        libraries = story::abseil_libraries(&a)?;
        args.extend(libraries.iter().map(String::as_str));
    }
    let verdict = story::remote_then_local(&lab, &a, &b, &args)?;
    println!("\n{verdict}");
    let parity = verdict.problems.is_empty() && verdict.spawns() > 0;
    let (equal, spawns) = (verdict.equal(), verdict.spawns());
    println!(
        "{}: {equal} of {spawns} actions built remotely are hits on another developer's machine",
        if parity { "parity" } else { "NO PARITY" }
    );
    Ok(parity)
}
