//! `lre generate` from a manifest as a whole process: against `true`, which is what starting a process
//! takes, and with more environments. It must not know what is generated.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::timing::{pairs, peak_memory};
use super::{Goal, line, median, min, ratio};
use crate::lab::bazel::Workspace;
use crate::lab::machine::Machine;
use crate::lab::store::Environment;
use crate::shell::progress;

const RUNS: usize = 101;

/// How many environments, and how often each is measured.
const SCALES: [(usize, usize); 3] = [(10, 21), (100, 7), (1000, 3)];

pub fn measure(a: &Workspace<'_>, environment: &Environment) -> Result<()> {
    let machine = a.machine;
    progress(format_args!("generate: {RUNS} runs"));
    // Each has a folder of its own, and replaces there what it wrote itself.
    let words = |manifest: &str, out: &str| -> Vec<String> {
        [
            &environment.helper,
            "generate",
            "--env",
            manifest,
            "--out",
            out,
        ]
        .map(str::to_owned)
        .to_vec()
    };
    let one = words(&environment.manifest, "/tmp/one");
    let one: Vec<&str> = one.iter().map(String::as_str).collect();
    let runs = pairs(machine, &["/usr/bin/true"], &one, RUNS)?;
    let over: Vec<f64> = runs.iter().map(|(none, ours)| ours - none).collect();
    // Of a difference, the least says how slow `true` was once.
    let (none, ours): (Vec<f64>, Vec<f64>) = runs.into_iter().unzip();
    line(
        "lre generate − true, ms",
        Some(Goal(5.0)),
        min(&ours) - min(&none),
        median(&over),
    );

    for (count, runs) in SCALES {
        progress(format_args!("generate: {count} environments, {runs} runs"));
        let manifest = several(machine, &environment.manifest, count)?;
        let many = words(&manifest, "/tmp/several");
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let runs = pairs(machine, &one, &many, runs)?;
        let runs: Vec<(f64, f64)> = runs
            .iter()
            .map(|(one, many)| (one * count as f64, *many))
            .collect();
        let what = format!("{count} environments ÷ {count} × one environment");
        ratio(&what, Some(Goal(1.0)), &runs);
        let memory = peak_memory(machine, &many)?;
        let what = format!("{count} environments, peak resident memory, MB");
        let goal = (count == 1000).then_some(Goal(64.0));
        line(&what, goal, memory, memory);
    }
    Ok(())
}

/// A manifest with `count` times the same environment, each with another name and image, so that
/// nothing is shared.
fn several(machine: &Machine, manifest: &str, count: usize) -> Result<String> {
    let text = machine.read(manifest)?;
    let mut manifest: Value = serde_json::from_str(&text)?;
    let one = manifest["environments"]["cc"].take();
    let environments: Map<String, Value> = (0..count)
        .map(|number| {
            let mut environment = one.clone();
            environment["image"] = json!({"name": format!("image-{number}"), "tag": "1"});
            (format!("cc{number}"), environment)
        })
        .collect();
    manifest["environments"] = environments.into();
    let path = format!("/tmp/manifest-{count}.json");
    let text = serde_json::to_string_pretty(&manifest).context("a manifest is JSON")?;
    machine.write(&path, &text)?;
    Ok(path)
}
