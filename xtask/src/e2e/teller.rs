//! The inside of a lane: it mounts machines once, and tells the stories whose names it reads. It must
//! not know of other lanes.

use std::any::Any;
use std::io::{Write, stdin, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use anyhow::{Context, Result};
use camino::Utf8Path;

use super::lanes::Outcome;
use super::{STORIES, Story, needs};
use crate::lab::Lab;
use crate::shell;

/// Tells stories until there are no more names on standard input; how each ended is a line on
/// standard output.
pub fn serve(lab: &Utf8Path, lane: usize) -> Result<()> {
    let mut lab = Lab::open(lab, &format!("lane-{lane}"))?;
    for name in stdin().lines() {
        let name = name?;
        let mut stories = STORIES.iter().copied().flatten();
        let story = stories.find(|(known, _)| *known == name);
        let story = story.with_context(|| format!("there is no story {name}"))?;
        lab.limit(needs::of(&name));
        let start = Instant::now();
        let failure = tell(story, &lab);
        let outcome = Outcome {
            seconds: start.elapsed().as_secs_f64(),
            failure,
        };
        let mut output = stdout().lock();
        writeln!(output, "{}", serde_json::to_string(&outcome)?)?;
        output.flush()?;
    }
    Ok(())
}

/// Why the story does not hold, where it does not.
fn tell((_, story): &Story, lab: &Lab) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| story(lab))) {
        Ok(told) => told.err().map(|error| shell::explain(&error)),
        Err(panic) => Some(format!("it panicked: {}", message(&*panic))),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a word")
}
