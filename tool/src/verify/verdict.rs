//! What the two builds showed, for a person and for a program. It must not know how they were run.

use std::fmt::Write;

use anyhow::{Result, bail};
use serde::Serialize;

use super::plan::{OTHERS, Shared, Step};
use crate::parity::{self, Explanation};

/// The version of the JSON document.
const VERSION: u32 = 1;

/// Whether the two builds are at parity, and where not, why.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Of this document.
    pub version: u32,
    /// Whether each spawn of the second build whose result may be shared has the digest of the first
    /// build's, and was a hit.
    pub parity: bool,
    /// What the builds shared.
    pub shared: Shared,
    /// The two builds.
    pub builds: Vec<Build>,
    /// What has to be known to judge the numbers.
    pub notes: Vec<String>,
    /// What was compared, and what came of it.
    pub explanation: Explanation,
}

/// One build.
#[derive(Clone, Debug, Serialize)]
pub struct Build {
    /// What it is called.
    pub name: &'static str,
    /// How long it took.
    pub seconds: f64,
    /// Where it failed: the end of what Bazel printed.
    pub failed: Option<String>,
}

/// # Errors
/// There was nothing to compare.
pub(super) fn judge(
    shared: Shared,
    builds: Vec<Build>,
    explanation: Explanation,
) -> Result<Verdict> {
    let Explanation { a, b, .. } = &explanation;
    if a.shared == 0 && b.shared == 0 {
        bail!(
            "the targets have no action whose result may be shared ({} spawns in all), so that there is \
             nothing to verify",
            a.spawns
        );
    }
    let failed = builds.iter().any(|build| build.failed.is_some());
    let parity = !failed && explanation.is_parity();
    let notes = notes(&shared, &explanation);
    Ok(Verdict {
        version: VERSION,
        parity,
        shared,
        builds,
        notes,
        explanation,
    })
}

fn notes(shared: &Shared, explanation: &Explanation) -> Vec<String> {
    let Explanation { a, b, .. } = explanation;
    let mut notes = Vec::new();
    if a.hits > 0 && *shared != Shared::DiskCache {
        notes.push(format!(
            "{} spawns were hits already in the {}: what made them is not shown here",
            a.hits,
            shared.name(Step::First)
        ));
    }
    if b.spawns > b.shared {
        notes.push(format!(
            "{} of {} spawns may not be shared (no-cache, no-remote, local, …), and are not judged",
            b.spawns - b.shared,
            b.spawns
        ));
    }
    let details = explanation.causes.iter().flat_map(|cause| &cause.details);
    let mut values = details.filter_map(|detail| detail.b.as_ref());
    if values.any(|value| value.contains(OTHERS)) {
        notes.push(format!(
            "PATH and LD_LIBRARY_PATH of the {} end with a folder that is not there, {OTHERS}: another \
             developer's differ likewise",
            shared.name(Step::Second)
        ));
    }
    match shared {
        Shared::Executor { .. } => {}
        Shared::Cache { .. } => notes.push(
            "nothing ran on a worker: digests and hits are shown, and not that a worker has what the \
             actions need"
                .to_owned(),
        ),
        Shared::DiskCache => notes.push(
            "there was neither a worker nor a remote cache: digests and reuse are shown on this machine \
             only"
                .to_owned(),
        ),
    }
    notes
}

impl Verdict {
    /// For a person.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for build in &self.builds {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{}: {:.0} s", build.name, build.seconds);
        }
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        if !self.parity {
            text.push('\n');
            text.push_str(&parity::text(&self.explanation));
        }
        for build in &self.builds {
            if let Some(failed) = &build.failed {
                let _ = writeln!(
                    text,
                    "\nthe {} failed where the other did not:\n{failed}",
                    build.name
                );
            }
        }
        let _ = writeln!(text, "{}", self.line());
        text
    }

    /// In one line.
    pub fn line(&self) -> String {
        let Explanation {
            b,
            matched,
            equal,
            misses,
            ..
        } = &self.explanation;
        let parity = if self.parity {
            "at parity"
        } else {
            "not at parity"
        };
        format!(
            "{parity}: of {matched} spawns in both builds {equal} are equal, and of {} that may be shared \
             {} were hits",
            b.shared,
            b.shared - misses
        )
    }
}
