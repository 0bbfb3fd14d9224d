//! `lre probe` as a whole process against one run of the same compiler driver that tells what it is.
//! It must not know what is asked.

use anyhow::Result;

use super::timing::pairs;
use super::{Goal, fetch, ratio};
use crate::lab::bazel::Workspace;
use crate::lab::store::Environment;
use crate::shell::progress;

const RUNS: usize = 31;

pub fn measure(a: &Workspace<'_>, environment: &Environment) -> Result<()> {
    progress(format_args!("probe: {RUNS} runs"));
    let file = fetch::without(a, environment, "JAVA_HOME=")?;
    let driver = [&environment.compiler, "-v", "-E", "-x", "c++", "/dev/null"];
    let probe = [&environment.helper, "probe", "--env", &file];
    let runs = pairs(a.machine, &driver, &probe, RUNS)?;
    ratio("lre probe of a compiler ÷ cc -v -E", Some(Goal(3.0)), &runs);
    Ok(())
}
