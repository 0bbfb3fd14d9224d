//! What is told, by whom, and how it ended: lanes take stories from it, and reports wait at it. It must
//! not know how a story is told.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Condvar, Mutex, MutexGuard};

use super::lanes::{Lane, Outcome};
use super::plan::Plan;

/// Shared by all lanes and reports.
#[derive(Debug)]
pub struct Board {
    plan: Mutex<Plan>,
    told: Mutex<HashMap<&'static str, Outcome>>,
    news: Condvar,
}

impl Board {
    /// With nothing told of these groups of stories.
    pub fn new(groups: Vec<Vec<&'static str>>) -> Self {
        Self {
            plan: Mutex::new(Plan::new(groups)),
            told: Mutex::default(),
            news: Condvar::new(),
        }
    }

    /// Has stories told on the lane of this `number` until none is left; a lane that ends on its own
    /// is followed by another.
    pub fn work(&self, number: usize) {
        let (mut lane, mut group) = (None, None);
        loop {
            let next = self.plan.lock().expect(UNBROKEN).next(group);
            let Some((of, name)) = next else { break };
            group = Some(of);
            let told = match lane.take() {
                Some(lane) => Ok(lane),
                None => Lane::start(number),
            };
            let told = told.and_then(|mut running| {
                let outcome = running.tell(name)?;
                lane = Some(running);
                Ok(outcome)
            });
            let outcome = told.unwrap_or_else(|error| Outcome {
                seconds: 0.0,
                failure: Some(crate::shell::explain(&error)),
            });
            match &outcome.failure {
                Some(failure) => eprintln!("[{name}] FAILED: {failure}"),
                None => eprintln!("[{name}] ok, {:.1} s", outcome.seconds),
            }
            self.told().insert(name, outcome);
            self.news.notify_all();
        }
    }

    /// How the story called `name` ended, once it has.
    pub fn wait(&self, name: &str) -> Outcome {
        let mut told = self.told();
        loop {
            if let Some(outcome) = told.get(name) {
                return outcome.clone();
            }
            told = self.news.wait(told).expect(UNBROKEN);
        }
    }

    /// A line for each story, the slowest first.
    pub fn table(&self) -> String {
        let told = self.told();
        let mut lines: Vec<_> = told.iter().map(|(name, o)| (o.seconds, *name)).collect();
        lines.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
        let sum: f64 = lines.iter().map(|(seconds, _)| seconds).sum();
        let mut table = format!("{:>8}  story\n", "took s");
        for (seconds, name) in lines {
            writeln!(table, "{seconds:>8.1}  {name}").expect("a String takes all");
        }
        writeln!(table, "{sum:>8.1}  all of them, added up").expect("a String takes all");
        table
    }

    fn told(&self) -> MutexGuard<'_, HashMap<&'static str, Outcome>> {
        self.told.lock().expect(UNBROKEN)
    }
}

/// Of what is locked.
const UNBROKEN: &str = "nothing panics while it is locked";
