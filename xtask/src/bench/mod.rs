//! `cargo xtask bench`: how long the helper takes, each time against something else that is timed in
//! the same run, and how much memory. It prints figures beside goals; what is timed is not known here.

mod explain;
mod fetch;
mod generate;
mod image;
mod ondemand;
mod probe;
mod timing;

use anyhow::Result;
use camino::Utf8Path;
use clap::ValueEnum;

use crate::lab::Lab;
use crate::lab::bazel::{Workspace, java_example};
use crate::provision::{Need, Needs};

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Everything but the comparison of logs.
    #[default]
    Toolchains,
    /// `lre explain`.
    Explain,
}

/// What is measured, and how large.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct What {
    /// Of what the figures are.
    #[arg(value_enum, default_value_t)]
    part: Part,
    /// How many spawns the larger logs of `explain` have.
    #[arg(long, default_value_t = 100_000)]
    spawns: usize,
}

impl What {
    /// What the lab has to have for it.
    pub fn needs(self) -> Needs {
        let needs: &[Need] = match self.part {
            Part::Toolchains => &[Need::Containers, Need::Launcher, Need::Other],
            Part::Explain => &[Need::Abseil],
        };
        needs.iter().copied().collect()
    }

    /// As arguments of a command that takes them.
    pub fn args(self) -> [String; 2] {
        let part = match self.part {
            Part::Toolchains => "toolchains",
            Part::Explain => "explain",
        };
        [part.to_owned(), format!("--spawns={}", self.spawns)]
    }
}

/// Measures and prints; a goal that is not met is no failure, because the machine may be busy.
pub fn show(lab: &Utf8Path, what: What) -> Result<bool> {
    let mut lab = Lab::open(lab, "bench")?;
    lab.limit(what.needs());
    match what.part {
        Part::Toolchains => toolchains(&lab)?,
        Part::Explain => {
            let logs = explain::Logs::make(&lab, what.spawns)?;
            heading();
            explain::measure(&logs)?;
        }
    }
    Ok(true)
}

fn heading() {
    println!(
        "{:<72}{:>8}{:>9}{:>9}",
        "what is measured", "goal", "min", "median"
    );
}

fn toolchains(lab: &Lab) -> Result<()> {
    let environment = &lab.store.main;
    let a = Workspace::set_up(lab, &lab.a, &java_example(), environment)?;
    heading();
    generate::measure(&a, environment)?;
    probe::measure(&a, environment)?;
    fetch::measure(&a, environment)?;
    image::measure(lab)?;
    ondemand::measure(lab)
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
