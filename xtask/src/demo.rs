//! `cargo xtask demo`: the main job and its table. It must not know how parity is
//! judged.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use crate::checkout;
use crate::lab::Lab;
use crate::lab::namespace::{self, Network};
use crate::provision::{Need, Needs};
use crate::steps::Steps;
use crate::story::{self, Project};

/// Says what is coming: how long it takes and how much disk.
pub fn announce(quick: bool) {
    let (first, later) = if quick {
        ("5 to 8", "1 or 2")
    } else {
        ("8 to 15", "4 to 6")
    };
    println!(
        "The demo sets up a lab in target/lab and builds in it. On 2 processors it takes {first} minutes the first\n\
         time, and 4 GB of disk; later {later} minutes. `cargo xtask clean` removes the lab."
    );
}

/// What the lab has to have for it.
pub fn needs(quick: bool) -> Needs {
    (!quick).then_some(Need::Abseil).into_iter().collect()
}

/// Runs [`show`] in namespaces of its own.
pub fn run(quick: bool, steps: &Steps) -> Result<bool> {
    let quick = quick.then_some("--quick");
    let words = ["inside", "demo"].into_iter().chain(quick);
    let words: Vec<String> = words.map(str::to_owned).collect();
    let start = steps.elapsed();
    let parity = namespace::enter(Network::Loopback, &words)?;
    steps.add(start, &taken(&checkout::lab()?))?;
    Ok(parity)
}

/// Shows the main job on the example in C++ and Java, and before it on abseil-cpp unless
/// `quick`; gives whether all of it is at parity.
pub fn show(lab: &Utf8Path, quick: bool) -> Result<bool> {
    let steps = Steps::start();
    let mut lab = Lab::open(lab, "demo")?;
    lab.limit(needs(quick));
    let mut parity = true;
    let abseil = ("abseil-cpp", Project::Abseil);
    let java = ("examples/java, in C++ and Java", Project::Java);
    for (name, project) in (!quick).then_some(abseil).into_iter().chain([java]) {
        parity &= steps.take(name, || show_one(&lab, name, project))?;
    }
    steps.save(&taken(&lab.dir))?;
    Ok(parity)
}

/// Where the steps of [`show`] are told.
fn taken(lab: &Utf8Path) -> Utf8PathBuf {
    lab.join("demo.json")
}

/// Bazel tells how far it is, at most this often.
const PROGRESS: [&str; 2] = ["--show_progress", "--show_progress_rate_limit=5"];

fn show_one(lab: &Lab, name: &str, project: Project) -> Result<bool> {
    let verdict = story::remote_then_local(lab, project, &PROGRESS)?;
    println!("\n{name}\n\n{verdict}");
    let parity = verdict.problems.is_empty() && verdict.spawns() > 0;
    let (equal, spawns) = (verdict.equal(), verdict.spawns());
    println!(
        "{}: {equal} of {spawns} actions built remotely are hits on another developer's machine",
        if parity { "parity" } else { "NO PARITY" }
    );
    Ok(parity)
}
