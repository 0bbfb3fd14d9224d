//! `cargo xtask bench`: how long the helper takes, each time against something else that is timed in
//! the same run, and how much memory. It prints figures beside goals; what is timed is not known here.

mod fetch;
mod generate;
mod image;
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
    Ok(true)
}

/// What a figure should be at most, as median.
#[derive(Clone, Copy)]
struct Goal(f64);

/// Prints a line of the table.
fn print(what: &str, unit: &str, goal: Option<Goal>, figures: &[f64]) {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    let (min, median) = (figures[0], figures[figures.len() / 2]);
    let goal = goal.map_or("-".to_owned(), |Goal(goal)| format!("≤ {goal}"));
    let what = format!("{what}{unit}");
    println!("{what:<72}{goal:>8}{min:>9.2}{median:>9.2}");
}
