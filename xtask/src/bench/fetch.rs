//! What fetching our repository takes, as a part of what Bazel's own detection of a JDK and of a
//! compiler takes. It must not know how either is done.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Goal, ratio};
use crate::lab::bazel::Workspace;
use crate::lab::store::Environment;
use crate::shell::progress;

/// How often each fetch is measured. Ratios are of one run each, so that what slows the
/// machine down slows both down.
const RUNS: usize = 7;

/// Ours, for all languages of an environment.
const OURS: &str = "lre~~lre~local-remote-execution";

/// Bazel's, each for one language.
const THEIRS: [&str; 2] = [
    "rules_java~~toolchains~local_jdk",
    "bazel_tools~cc_configure_extension~local_config_cc",
];

/// Bazel's profile, reduced to what is measured here.
#[derive(Deserialize)]
struct Profile {
    #[serde(rename = "traceEvents")]
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "cat", default)]
    category: String,
    name: String,
    /// In microseconds.
    #[serde(rename = "dur", default)]
    duration: u64,
}

pub fn measure(a: &Workspace<'_>, environment: &Environment) -> Result<()> {
    let [jdk, compiler] = THEIRS;
    let from_manifest = [(jdk, None), (compiler, Some(Goal(0.1)))];
    ratios(
        a,
        environment,
        "both, from the manifest",
        &environment.manifest,
        &from_manifest,
    )?;
    let file = without(a, environment, "CC=")?;
    ratios(
        a,
        environment,
        "Java, probed while fetching",
        &file,
        &[(jdk, None)],
    )?;
    let file = without(a, environment, "JAVA_HOME=")?;
    ratios(
        a,
        environment,
        "C++, probed while fetching",
        &file,
        &[(compiler, Some(Goal(0.3)))],
    )
}

/// An environment document without one of the variables; gives its path in the machine.
pub fn without(a: &Workspace<'_>, environment: &Environment, variable: &str) -> Result<String> {
    let path = a.machine.path(&environment.environment);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let mut document: serde_json::Value = serde_json::from_str(&text)?;
    document["environments"]["cc"]["env"]
        .as_array_mut()
        .with_context(|| format!("{path} has no environment cc"))?
        .retain(|entry| {
            !entry
                .as_str()
                .is_some_and(|text| text.starts_with(variable))
        });
    let file = format!(
        "{}/environment-without-{}json",
        a.dir,
        variable.replace('=', ".")
    );
    a.machine.write(&file, &document.to_string())?;
    Ok(file)
}

/// Prints a line for each of `theirs`: our repository, made from `file`, against it.
fn ratios(
    a: &Workspace<'_>,
    environment: &Environment,
    what: &str,
    file: &str,
    theirs: &[(&str, Option<Goal>)],
) -> Result<()> {
    progress(format_args!("{what}: {RUNS} runs"));
    a.enter(environment, file)?;
    let runs = (0..RUNS)
        .map(|_| fetch(a, &environment.compiler, &environment.java_home))
        .collect::<Result<Vec<_>>>()?;
    for (theirs, goal) in theirs {
        let pairs: Vec<(f64, f64)> = runs
            .iter()
            .map(|run| (run[*theirs] as f64, run[OURS] as f64))
            .collect();
        let (_, repository) = theirs.rsplit_once('~').unwrap_or_default();
        ratio(&format!("fetch: {what} ÷ {repository}"), *goal, &pairs);
    }
    Ok(())
}

/// Fetches all three anew, Bazel's with the same compiler and JDK; gives the microseconds that
/// each took.
fn fetch(a: &Workspace<'_>, compiler: &str, java_home: &str) -> Result<BTreeMap<String, u64>> {
    let profile = "/tmp/profile.json";
    let mut args: Vec<String> = ["fetch", "--config=lre", "--force"]
        .map(str::to_owned)
        .to_vec();
    args.push(format!("--profile={profile}"));
    args.push("--repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=0".to_owned());
    args.push(format!("--repo_env=CC={compiler}"));
    args.push(format!("--repo_env=JAVA_HOME={java_home}"));
    args.extend([OURS, THEIRS[0], THEIRS[1]].map(|name| format!("--repo=@@{name}")));
    a.bazel(&args.iter().map(String::as_str).collect::<Vec<_>>())?;
    let path = a.machine.path(profile);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let profile: Profile =
        serde_json::from_str(&text).with_context(|| format!("{path} is no profile of Bazel's"))?;
    let mut times = BTreeMap::new();
    for event in profile.events {
        if event.category == "Fetching repository" {
            let name = event.name.trim_start_matches('@').to_owned();
            *times.entry(name).or_default() += event.duration;
        }
    }
    for name in [OURS, THEIRS[0], THEIRS[1]] {
        times
            .get(name)
            .with_context(|| format!("{path} does not say how long {name} took: {times:?}"))?;
    }
    Ok(times)
}
