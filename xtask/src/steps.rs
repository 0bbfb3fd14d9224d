//! How long the steps of a command took, for the table that it ends with. It must not know what is
//! done in them.

use std::fmt::Write;
use std::fs;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result};
use camino::Utf8Path;
use serde::{Deserialize, Serialize};

/// One step, in seconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Step {
    name: String,
    /// From the start of the command.
    start: f64,
    took: f64,
}

/// The steps of a command, some of which are done at the same time.
#[derive(Debug)]
pub struct Steps {
    started: Instant,
    done: Mutex<Vec<Step>>,
}

impl Steps {
    /// Of a command that starts now.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            done: Mutex::default(),
        }
    }

    /// Takes `step` as the one called `name`, and the time.
    pub fn take<T>(&self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = self.elapsed();
        let result = step()?;
        let took = self.elapsed() - start;
        self.push(Step {
            name: name.to_owned(),
            start,
            took,
        });
        Ok(result)
    }

    /// Seconds since the command started.
    pub fn elapsed(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Writes the steps to a file, for the process that started this one.
    pub fn save(&self, file: &Utf8Path) -> Result<()> {
        let text = serde_json::to_string(&*self.done())?;
        fs::write(file, text).with_context(|| format!("cannot write {file}"))
    }

    /// Adds the steps of a process that began `start` seconds after this one, from its file.
    pub fn add(&self, start: f64, file: &Utf8Path) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
        for step in serde_json::from_str::<Vec<Step>>(&text)? {
            self.push(Step {
                start: start + step.start,
                ..step
            });
        }
        Ok(())
    }

    /// A line for each step that took a second or more, in the order in which they began.
    pub fn table(&self) -> String {
        let mut steps = self.done().clone();
        steps.sort_by(|one, other| one.start.total_cmp(&other.start));
        let mut table = format!("{:>8}{:>8}  step\n", "from s", "took s");
        for Step { name, start, took } in steps.iter().filter(|step| step.took >= 1.0) {
            writeln!(table, "{start:>8.0}{took:>8.0}  {name}").expect("a String takes all");
        }
        table
    }

    fn push(&self, step: Step) {
        self.done().push(step);
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Vec<Step>> {
        self.done.lock().expect("nothing panics while it is locked")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_another_process_stand_where_they_were_taken() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = Utf8Path::from_path(folder.path())
            .expect("UTF-8")
            .join("steps");
        let step = |name: &str, start, took| Step {
            name: name.to_owned(),
            start,
            took,
        };
        let other = Steps::start();
        other.push(step("packages", 1.0, 40.0));
        other.push(step("too short to be told", 50.0, 0.4));
        other.save(&file)?;
        let steps = Steps::start();
        steps.push(step("cargo", 5.0, 60.0));

        steps.add(2.0, &file)?;

        assert_eq!(
            steps.table(),
            "  from s  took s  step\n       3      40  packages\n       5      60  cargo\n"
        );
        Ok(())
    }
}
