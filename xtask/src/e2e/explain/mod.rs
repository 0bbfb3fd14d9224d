//! Stories of `lre explain`: for each cause two real builds that differ in one thing, and the cause that is
//! named. They must not know how it is found.

mod build;
mod rows;

use anyhow::{Context, Result, ensure};
use camino::Utf8PathBuf;
use serde::Deserialize;

use super::Story;
use crate::checkout;
use crate::lab::Lab;
use build::Builds;
use rows::Row;

/// A story for each row.
macro_rules! stories {
    ($($kind:literal)*) => {
        &[$((concat!("explain::", $kind), |lab| tell(lab, $kind)),)*]
    };
}

pub const STORIES: &[Story] = stories! {
    "variable" "test-env" "test-xml" "compiler" "store-path" "flag" "absolute-path" "configuration" "property" "timeout"
    "outputs" "hash-function" "source-file" "external-file" "toolchain-input" "stamp" "params-file"
    "written-file" "input" "symlink" "tree" "non-reproducible" "tool" "uncacheable" "local-strategy"
    "cache-lost" "failed" "only-a" "only-b" "unknown"
};

/// The project that all are told with.
pub fn project() -> Utf8PathBuf {
    checkout::root().join("xtask/explain")
}

/// What the helper says, as far as it is looked at.
#[derive(Deserialize)]
struct Explanation {
    causes: Vec<Cause>,
}

#[derive(Deserialize)]
struct Cause {
    kind: String,
    title: String,
    subject: String,
    advice: String,
    breaks_parity: bool,
    firsts: u64,
    followers: u64,
}

/// Given the two builds of a row, then the first cause is the one that the row is about, it reaches as many
/// spawns as it should, nothing else is said to break parity, and the documentation has the row.
fn tell(lab: &Lab, kind: &str) -> Result<()> {
    let mut rows = rows::ROWS.iter().copied().flatten().enumerate();
    let row = rows.find(|(_, row)| row.kind == kind);
    let (at, row) = row.with_context(|| format!("no row is about {kind}"))?;
    let builds = Builds::of(lab, row, at)?;
    let explained = builds.explain(row)?;
    let seen = || format!("{}\n{}", explained.text, explained.json);
    let explanation: Explanation = serde_json::from_str(&explained.json).with_context(seen)?;
    let cause = explanation.causes.first().with_context(seen)?;
    ensure!(
        cause.kind == kind && cause.subject.contains(row.says),
        "the first cause should be {kind:?} and say {:?}:\n{}",
        row.says,
        seen()
    );
    ensure!(
        (cause.firsts, cause.followers) == row.reaches,
        "{} spawns first and {} behind them, not {:?}:\n{}",
        cause.firsts,
        cause.followers,
        row.reaches,
        seen()
    );
    ensure!(
        explanation.causes[1..]
            .iter()
            .all(|cause| !cause.breaks_parity),
        "something else is said to break parity:\n{}",
        seen()
    );
    ensure!(
        explained.parity == row.parity,
        "the exit code should say {}:\n{}",
        if row.parity {
            "parity"
        } else {
            "that they differ"
        },
        seen()
    );
    documented(row, cause)
}

/// Asserts that the table of causes has this row.
fn documented(row: &Row, cause: &Cause) -> Result<()> {
    let file = checkout::root().join("docs/explain.md");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    let Cause {
        kind,
        title,
        advice,
        ..
    } = cause;
    let line = format!("| `{kind}` | {title} | {} | {advice} |", row.how);
    ensure!(
        text.lines().any(|there| there == line),
        "docs/explain.md should have this line in its table:\n{line}"
    );
    Ok(())
}
