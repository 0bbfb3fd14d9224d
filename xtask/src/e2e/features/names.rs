//! That docs/cpp.md lists the features that the toolchain defines, by the names that
//! `--features` takes. It must not know what they do.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::checkout;
use crate::lab::Lab;

/// rules_cc's configuration on the machines, which ours calls.
const CONFIGURATION: &str =
    "/usr/share/bazel/rules/cc/cc/private/toolchain/unix_cc_toolchain_config.bzl";

/// Where the list in docs/cpp.md starts.
const LIST: &str = "## All names";

/// Given rules_cc's configuration, then every name that it gives a feature is in the docs'
/// list, and the list has no other.
pub fn documented(lab: &Lab) -> Result<()> {
    let configuration = lab.a.read(CONFIGURATION)?;
    let path = checkout::root().join("docs/cpp.md");
    let docs = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let (_, list) = docs.split_once(LIST).context("docs/cpp.md has no list")?;
    let listed: BTreeSet<&str> = list.split('`').skip(1).step_by(2).collect();
    let defined = defined(&configuration);
    ensure!(defined.len() > 50, "{} features are too few", defined.len());
    let differences: Vec<_> = defined.symmetric_difference(&listed).collect();
    ensure!(
        differences.is_empty(),
        "in one and not in the other: {differences:?}"
    );
    Ok(())
}

/// The names of features.
fn defined(configuration: &str) -> BTreeSet<&str> {
    configuration
        .split("feature(")
        .skip(1)
        .filter_map(|rest| {
            let name = rest.trim_start().strip_prefix("name = \"")?;
            Some(name.split_once('"')?.0)
        })
        // A function's default, and what macOS alone has.
        .filter(|name| !name.is_empty() && !name.starts_with("macos_"))
        .collect()
}
