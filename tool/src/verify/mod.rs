//! Proves parity of a workspace: it is built once to fill a cache, by workers where there are any, and
//! once more from that cache, and the two execution logs are compared. How logs are read, and why two
//! actions differ, is not known here.

mod bazel;
mod endpoint;
mod failure;
mod junit;
mod options;
mod place;
mod plan;
mod progress;
mod verdict;

use std::env;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempPath;

pub use failure::{Failure, Kind};
pub use junit::junit;
pub use plan::{Named, Shared};
pub use verdict::{Build, Verdict};

use crate::parity::{self, Explanation};
use crate::program::Interrupts;
use crate::workspace::Workspace;
use bazel::{Bazel, Ended};
use options::Options;
use place::Place;
use plan::{LogFormat, Step};
use progress::Progress;

/// What is to be verified, and with what.
#[derive(Clone, Debug)]
pub struct Request {
    /// Bazel, or what stands in for it.
    pub bazel: String,
    /// The caller's folder, an absolute path in the workspace.
    pub folder: Utf8PathBuf,
    /// Whether tests are run as well.
    pub test: bool,
    /// Targets, as Bazel takes them.
    pub targets: Vec<String>,
    /// Flags of the caller's, for both builds.
    pub flags: Vec<String>,
    /// Whether the configuration of `.bazelrc.lre` is asked for, where it defines one.
    pub configuration: bool,
    /// What the builds share.
    pub shared: Named,
    /// Where everything is, and stays; else in a folder that is removed.
    pub keep: Option<Utf8PathBuf>,
}

/// Builds twice and compares. Bazel's lines go to standard error; what was started ends, and what was
/// not to be kept is gone, when this returns.
///
/// # Errors
/// [`Interrupted`](crate::program::Interrupted) where `interrupts` say so; [`Failure`] where Bazel does not
/// come to the end of the first build, or of the second for another reason than what is built; or no folder
/// can be had, or a log cannot be read.
pub fn verify(request: &Request, interrupts: &Interrupts) -> Result<Verdict> {
    let place = match &request.keep {
        Some(folder) => Place::named(folder)?,
        None => Place::temporary()?,
    };
    let builder = Builder {
        request,
        interrupts,
        place: &place.folder,
        configuration: configuration(request),
    };
    builder.begin_anew()?;
    eprintln!("lre: asking Bazel which options are in force");
    let first = builder.bazel(Step::First);
    let (options, format) = builder.ask(&first)?;
    let shared = Shared::choose(&options);
    let trouble = shared
        .addresses()
        .find_map(|address| endpoint::trouble(address, &options));
    if let Some(trouble) = trouble {
        return Err(Failure::unreachable(shared.name(Step::First), trouble).into());
    }
    let mut builds = vec![builder.build(&first, &shared, Step::First, format)?];
    // Two servers at once would need twice the memory.
    drop(first);
    let second = builder.bazel(Step::Second);
    builds.push(builder.build(&second, &shared, Step::Second, format)?);
    drop(second);
    let log = |step| plan::log(&place.folder, step);
    let mut explanation = explain(log(Step::First), log(Step::Second), interrupts)?;
    if request.keep.is_none() {
        // Nobody will find the logs by their paths.
        explanation.a.file = shared.name(Step::First).to_owned();
        explanation.b.file = shared.name(Step::Second).to_owned();
    }
    verdict::judge(shared, builds, explanation)
}

/// The name behind `--config`, where there is to be one.
fn configuration(request: &Request) -> Option<String> {
    let workspace = Workspace::around(&request.folder);
    request
        .configuration
        .then(|| plan::configuration(&workspace.root))?
}

struct Builder<'a> {
    request: &'a Request,
    interrupts: &'a Interrupts,
    place: &'a Utf8Path,
    configuration: Option<String>,
}

impl<'a> Builder<'a> {
    /// Each build has an output base of its own: what a path of the first put into an action is then
    /// another in the second. As another developer's shell would have it, PATH differs as well.
    fn bazel(&self, step: Step) -> Bazel<'a> {
        let (name, variables) = match step {
            Step::First => ("first", Vec::new()),
            Step::Second => ("second", others(self.place)),
        };
        Bazel {
            program: &self.request.bazel,
            folder: &self.request.folder,
            output_base: self.place.join(name),
            variables,
            interrupts: self.interrupts,
        }
    }

    /// In a folder that an earlier run had, what it made is removed, but for what it fetched.
    fn begin_anew(&self) -> Result<()> {
        place::clear(&plan::disk_cache(self.place))?;
        for step in [Step::First, Step::Second] {
            place::clear(&plan::log(self.place, step))?;
            let bazel = self.bazel(step);
            if bazel.output_base.exists() {
                let ended = bazel.run(&["clean".to_owned()], |_| {})?;
                if !ended.succeeded() {
                    return Err(Failure::of_preparation("clean", &ended).into());
                }
            }
        }
        Ok(())
    }

    /// Asks Bazel, with a command that builds nothing, which options are in force and which log it can
    /// write.
    fn ask(&self, bazel: &Bazel<'_>) -> Result<(Options, LogFormat)> {
        let mut refused = None;
        for format in [LogFormat::Compact, LogFormat::Binary] {
            let events = self.events()?;
            let mut words = self.command();
            words.extend(self.request.shared.flags());
            words.extend(format.flags(&self.place.join("nothing.log")));
            words.extend([
                format!("--build_event_json_file={}", events.display()),
                // What it says goes to this file alone.
                "--nobuild_event_json_file_path_conversion".to_owned(),
                "--bes_backend=".to_owned(),
            ]);
            let ended = bazel.run(&words, |_| {})?;
            match Options::read(&events)? {
                // A Bazel without zstd crashes as it opens a compact log, after it told the options.
                Some(options) if format == LogFormat::Binary || !ended.crashed() => {
                    return Ok((options, format));
                }
                _ => refused = Some(ended),
            }
        }
        let ended = refused.context("nothing was asked")?;
        Err(Failure::of_preparation("start", &ended).into())
    }

    /// An empty file for what Bazel tells of itself. Passwords may be among it: so nobody else may read
    /// it, and it goes with its path, whereas the folder may stay.
    fn events(&self) -> Result<TempPath> {
        let file = tempfile::Builder::new()
            .prefix("events-")
            .tempfile_in(self.place);
        let file = file.with_context(|| format!("{}: no file can be made here", self.place))?;
        Ok(file.into_temp_path())
    }

    /// One of the two builds. That the second does not succeed where the first did is for the verdict to
    /// tell.
    fn build(
        &self,
        bazel: &Bazel<'_>,
        shared: &Shared,
        step: Step,
        format: LogFormat,
    ) -> Result<Build> {
        let name = shared.name(step);
        let mut words = self.command();
        words.extend(self.request.shared.flags());
        words.extend(shared.flags(step, self.place));
        words.extend(format.flags(&plan::log(self.place, step)));
        if step == Step::Second {
            words.push("--keep_going".to_owned());
        }
        words.push("--".to_owned());
        words.extend(self.request.targets.iter().cloned());
        let mut progress = Progress::start(name);
        let ended = bazel.run(&words, |line| progress.line(line))?;
        drop(progress);
        self.judge(name, step, ended)
    }

    fn judge(&self, name: &'static str, step: Step, ended: Ended) -> Result<Build> {
        let failed = match Failure::of(name, &ended) {
            _ if ended.succeeded() => None,
            failure if step == Step::Second && failure.kind.is_of_the_build() => {
                Some(failure.tail.join("\n"))
            }
            failure => return Err(failure.into()),
        };
        Ok(Build {
            name,
            seconds: ended.seconds,
            failed,
        })
    }

    /// The command, what the user says to it, and what holds for every command of ours.
    fn command(&self) -> Vec<String> {
        let command: &[_] = match self.request.test {
            // The file with the output of a test that fails may be gone when the user looks.
            true => &["test", "--test_output=errors"],
            false => &["build"],
        };
        let mut words: Vec<_> = command.iter().map(|&word| word.to_owned()).collect();
        let config = self.configuration.iter();
        words.extend(config.map(|name| format!("--config={name}")));
        words.extend(self.request.flags.iter().cloned());
        let always = [
            // The links of the workspace belong to the user's own output base.
            "--experimental_convenience_symlinks=ignore",
            "--show_progress",
            "--color=no",
            "--curses=no",
        ];
        words.extend(always.map(str::to_owned));
        words
    }
}

/// Variables of another developer's shell: without `--incompatible_strict_action_env` Bazel gives these
/// two to every action (Bazel, `BazelRuleClassProvider.java`, `SHELL_ACTION_ENV`).
fn others(place: &Utf8Path) -> Vec<(&'static str, String)> {
    let folder = place.join(plan::OTHERS);
    ["PATH", "LD_LIBRARY_PATH"]
        .map(|name| {
            let ours = env::var(name).unwrap_or_default();
            let separator = if ours.is_empty() { "" } else { ":" };
            (name, format!("{ours}{separator}{folder}"))
        })
        .to_vec()
}

/// Compares the logs; in a thread of its own, which a signal need not wait for.
fn explain(a: Utf8PathBuf, b: Utf8PathBuf, interrupts: &Interrupts) -> Result<Explanation> {
    let (sender, explained) = mpsc::channel();
    thread::spawn(move || {
        let explanation = parity::explain(&a, &b, &parity::Options::default());
        sender.send(explanation).ok();
    });
    loop {
        match explained.recv_timeout(Duration::from_millis(100)) {
            Ok(explanation) => return explanation.context("the logs cannot be compared"),
            Err(RecvTimeoutError::Timeout) => interrupts.check()?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(anyhow!("the logs were not compared"));
            }
        }
    }
}
