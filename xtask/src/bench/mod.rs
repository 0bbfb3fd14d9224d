//! `cargo xtask bench`: how long the helper takes, each time against something else that is timed in
//! the same run, and how much memory. It prints figures beside goals; what is timed is not known here.

mod fetch;
mod generate;
mod image;
mod ondemand;
mod probe;
mod timing;

use anyhow::Result;
use camino::Utf8Path;

use crate::lab::Lab;
use crate::lab::bazel::{Workspace, java_example};

/// Measures and prints; a goal that is not met is no failure, because the machine may be busy.
pub fn show(lab: &Utf8Path) -> Result<bool> {
    let lab = Lab::open(lab)?;
    let environment = &lab.store.main;
    let a = Workspace::set_up(&lab, &lab.a, &java_example(), environment)?;
    println!(
        "{:<72}{:>8}{:>9}{:>9}",
        "what is measured", "goal", "min", "median"
    );
    generate::measure(&a, environment)?;
    probe::measure(&a, environment)?;
    fetch::measure(&a, environment)?;
    image::measure(&lab)?;
    ondemand::measure(&lab)?;
    Ok(true)
}

/// What a figure should be at most, as median.
#[derive(Clone, Copy)]
struct Goal(f64);

/// The middle one of `figures`.
fn median(figures: &[f64]) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The least of `figures`.
fn min(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Prints how often `theirs` goes into `ours`, each pair timed in turn: the least of ours by the least of
/// theirs, since the least ratio would only say how slow theirs was once; and the middle ratio.
fn ratio(what: &str, goal: Option<Goal>, pairs: &[(f64, f64)]) {
    let ratios: Vec<f64> = pairs.iter().map(|(theirs, ours)| ours / theirs).collect();
    let (theirs, ours): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    line(what, goal, min(&ours) / min(&theirs), median(&ratios));
}

/// Prints the least and the middle one of `figures`, which are in `unit`.
fn print(what: &str, unit: &str, goal: Option<Goal>, figures: &[f64]) {
    line(
        &format!("{what}{unit}"),
        goal,
        min(figures),
        median(figures),
    );
}

fn line(what: &str, goal: Option<Goal>, min: f64, median: f64) {
    let goal = goal.map_or("-".to_owned(), |Goal(goal)| format!("≤ {goal}"));
    println!("{what:<72}{goal:>8}{min:>9.2}{median:>9.2}");
}
