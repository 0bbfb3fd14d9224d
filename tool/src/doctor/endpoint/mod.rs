//! Checks of the remote endpoint, which Bazel itself is asked for: that it answers, what it can do, and
//! that an action with the platforms' execution properties runs there. No word of gRPC is spoken here.

mod answer;
mod calls;
mod flags;
mod run;
mod workspace;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::answer::{Answer, said};
use self::run::Outcome;
use self::workspace::{Probe, ProbeWorkspace};
use super::check::Check;
use super::place::Place;
use crate::address::shown;
use crate::program::{Ended, Interrupted, Interrupts};
use crate::properties::{self, ExecProperties};
use crate::rc::Flag;

/// The check of what answers.
const ENDPOINT: &str = "endpoint";

/// The check of what runs.
const ACTION: &str = "probe-action";

/// How long Bazel may take until it sends the first action: it starts, and resolves its own modules.
const START_LIMIT: Duration = Duration::from_secs(180);

/// How gRPC says that a call is not one for this server, as it is or as it is set up now.
const REFUSED: [&str; 2] = ["FAILED_PRECONDITION", "INVALID_ARGUMENT"];

/// Asks the endpoint that the user or rc files name.
///
/// # Errors
/// A signal asked to stop; there is no room for a temporary folder.
pub fn checks(place: &Place) -> Result<Vec<Check>> {
    let rc = place.flags_of("build");
    let Some(executor) = executor(place, &rc) else {
        return Ok(vec![Check::unknown(
            ENDPOINT,
            "no rc file names a --remote_executor",
            "say --remote_executor=URL, or --config=NAME where a configuration names it",
        )]);
    };
    let probes = match probes(place) {
        Ok(probes) => probes,
        Err(why) => {
            let see = "mend that first; see rc-current";
            return Ok(vec![Check::unknown(
                ENDPOINT,
                format!("{} was not asked: {why:#}", shown(&executor)),
                see,
            )]);
        }
    };
    eprintln!("lre: asking {} through Bazel", shown(&executor));
    // From before there is a folder that would be left.
    let interrupts = Interrupts::listen()?;
    let workspace = ProbeWorkspace::new(place)?;
    workspace.configure(
        &executor,
        &flags::carried(&rc, place),
        &flags::overridden(&rc),
    )?;
    workspace.add(&probes)?;
    let (mut command, limits) = workspace.command(place, START_LIMIT);
    let outcome = match run::run(&mut command, &interrupts, limits) {
        Ok(outcome) => outcome,
        Err(error) if error.is::<Interrupted>() => return Err(error),
        Err(error) => {
            let mend = "put Bazel on PATH, or name it with --bazel";
            return Ok(vec![Check::unknown(ENDPOINT, format!("{error:#}"), mend)]);
        }
    };
    let asked = Asked {
        executor: shown(&executor),
        done: workspace.done(probes.len()),
        probes,
        calls: calls::read(&workspace.calls()),
        limit: place.options.action_limit,
        outcome,
    };
    Ok(asked.checks())
}

/// What the endpoint is called.
fn executor(place: &Place, rc: &[Flag]) -> Option<String> {
    let named = rc.iter().rfind(|flag| flag.name == "remote_executor");
    let named = named.and_then(|flag| flag.value.clone());
    place
        .options
        .executor
        .clone()
        .or(named)
        .filter(|url| !url.is_empty())
}

/// An action for each different set of execution properties that platforms have.
fn probes(place: &Place) -> Result<Vec<Probe>> {
    let manifest = place.manifest().context("there is no manifest to go by")?;
    let mut by_properties: BTreeMap<ExecProperties, Probe> = BTreeMap::new();
    for (name, properties) in properties::of(manifest, &place.module.wanted)? {
        let Some(shell) = manifest.environments[name].shell.clone() else {
            continue;
        };
        let probe = by_properties
            .entry(properties.clone())
            .or_insert_with(|| Probe {
                environments: Vec::new(),
                shell,
                properties,
            });
        probe.environments.push(name.to_owned());
    }
    if by_properties.is_empty() {
        bail!("no environment has a shell");
    }
    Ok(by_properties.into_values().collect())
}

/// Bazel's run, with all that is known of it.
struct Asked {
    /// As it is shown.
    executor: String,
    probes: Vec<Probe>,
    /// Of each probe, whether its output came.
    done: Vec<bool>,
    calls: calls::Calls,
    limit: Duration,
    outcome: Outcome,
}

impl Asked {
    fn checks(&self) -> Vec<Check> {
        let executor = &self.executor;
        let lines = &self.outcome.lines;
        let words = said(lines);
        if let Some(answer) = Answer::of(lines) {
            // gRPC's own status names a cause that Bazel leaves out: "io exception".
            let cause = self
                .calls
                .failure
                .as_ref()
                .filter(|cause| !words.contains(cause.as_str()));
            let words = [Some(&words), cause].into_iter().flatten();
            let words: Vec<&str> = words.map(String::as_str).collect();
            return vec![answer.check(ENDPOINT, executor, &words.join(": "))];
        }
        if !self.outcome.sent {
            let (found, mend) = match self.outcome.ended {
                Ended::OutOfTime => (
                    format!("Bazel did not come to ask {executor} within {START_LIMIT:?}: {words}"),
                    "try `bazel build` of anything, and mend what it says",
                ),
                Ended::Exited(_) => (
                    format!("Bazel did not come to ask {executor}: {words}"),
                    "mend what Bazel says; `lre doctor` starts it in an empty workspace of its own",
                ),
            };
            return vec![Check::unknown(ENDPOINT, found, mend)];
        }
        let endpoint = match &self.calls.capabilities {
            Some(capabilities) => Check::ok(ENDPOINT, format!("{executor}: {capabilities}")),
            None => Check::ok(ENDPOINT, format!("{executor} takes actions")),
        };
        let actions = self.probes.iter().zip(&self.done);
        let actions = actions.map(|(probe, done)| self.action(probe, *done));
        std::iter::once(endpoint).chain(actions).collect()
    }

    fn action(&self, probe: &Probe, done: bool) -> Check {
        let (asks, executor) = (probe.asks(), &self.executor);
        if done {
            return Check::ok(ACTION, format!("one that asks for {asks} ran in time"));
        }
        let within = format!("within {} s", self.limit.as_secs());
        let properties = format!(
            "give a worker these properties (`lre worker` writes them for its server), or the platform \
             those of a worker (lre.platform in {})",
            super::module::FILE_NAME
        );
        let said = said(&self.outcome.lines);
        match self.outcome.ended {
            Ended::OutOfTime if self.calls.executing => Check::wrong(
                ACTION,
                format!("one that asks for {asks} started, and did not end {within}"),
                "a worker has it; look at that worker, or give it more time with --action-limit",
            ),
            Ended::OutOfTime => Check::wrong(
                ACTION,
                format!(
                    "one that asks for {asks} did not start {within}: {executor} lets it wait in its \
                     queue, and a build would wait for ever"
                ),
                format!(
                    "{properties}; where all workers are busy or are being started, say \
                     --action-limit=SECONDS"
                ),
            ),
            // As servers answer that know at once that no worker will do.
            Ended::Exited(_) if REFUSED.iter().any(|status| said.contains(status)) => Check::wrong(
                ACTION,
                format!("{executor} refuses one that asks for {asks}: {said}"),
                properties,
            ),
            Ended::Exited(_) => Check::wrong(
                ACTION,
                format!("one that asks for {asks} failed: {said}"),
                format!("the worker has to have {}; see docs/worker.md", probe.shell),
            ),
        }
    }
}
