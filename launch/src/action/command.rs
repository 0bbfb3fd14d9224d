//! `lre launch` and `lre-launch`: which options there are, and where they and the command are found.
//! It decides nothing else.

use std::ffi::{CStr, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;
use std::time::Duration;

use camino::Utf8PathBuf;
use clap::{Args, Command, FromArgMatches};

use super::deadline;
use super::{Call, Policy, Refusal, STATE, Store, launch, warm};
use crate::runner::absolute_program;
use crate::variables::OPTIONS;

/// How long fetching one store path may take, in seconds, if nothing else is said.
const TIME_LIMIT: u64 = 900;

/// Run a command once the store paths that it names are there
#[derive(Args)]
pub struct Launch {
    /// Where roots and locks are; whoever runs actions has to be able to write there.
    #[arg(long, value_name = "DIR", default_value = STATE)]
    state: Utf8PathBuf,
    /// Refuse store paths that FILE, a manifest or a list, does not name; may be repeated.
    #[arg(long, value_name = "FILE")]
    only: Vec<Utf8PathBuf>,
    /// Refuse to fetch a store path that has more bytes, with all that it refers to.
    #[arg(long, value_name = "BYTES")]
    max_closure_size: Option<u64>,
    /// How long fetching one store path may take, or waiting for who fetches it.
    #[arg(long, value_name = "SECONDS", default_value_t = TIME_LIMIT)]
    time_limit: u64,
    /// Take store paths that nobody signed whose key counts.
    #[arg(long)]
    accept_unsigned: bool,
    /// Nix's program, where it is not at one of its usual places.
    #[arg(long, value_name = "PATH", value_parser = absolute_program)]
    nix_store: Option<Utf8PathBuf>,
    /// Fetch what FILE, a manifest or a list, names, and run nothing; may be repeated.
    #[arg(long, value_name = "FILE", conflicts_with = "command")]
    warm: Vec<Utf8PathBuf>,
    /// The command with its arguments.
    #[arg(last = true, value_name = "COMMAND", required_unless_present = "warm")]
    command: Vec<OsString>,
}

/// Runs `lre launch` where this process was called so, without building the other commands and
/// without looking at the words of the action's command. `None` where it is another command, or
/// wrong: the whole command line says it then.
pub fn launched() -> Option<ExitCode> {
    let call = Call::of_process().ok()?;
    let words = call.words();
    match words.get(1)?.to_bytes() {
        b"launch" => {
            let end = words.iter().position(|word| word.to_bytes() == b"--")?;
            let launch = Launch::of(options(&words[2..end])).ok()?;
            let command = &words[end + 1..];
            let runs = !command.is_empty() && launch.warm.is_empty();
            runs.then(|| launch.become_command(&call, command))
        }
        _ => deadline::called(&words[1..]),
    }
}

/// `lre-launch`: the same, where it is a program of its own. Options come from a variable, and then
/// from words, if the first of them is one: no program is called like an option.
pub fn main() -> ExitCode {
    let call = match Call::of_process() {
        Ok(call) => call,
        Err(error) => return said(&Refusal::of(format!("{error:#}"))),
    };
    let words = call.words();
    if let Some(code) = words.get(1..).and_then(deadline::called) {
        return code;
    }
    let set = String::from_utf8_lossy(call.variable(OPTIONS).unwrap_or_default());
    let Some(mut all) = shlex::split(&set) else {
        return said(&Refusal::of(format!(
            "{OPTIONS}={set}: a quote is not closed"
        )));
    };
    let mut command = words.get(1..).unwrap_or_default();
    if command
        .first()
        .is_some_and(|word| word.to_bytes().starts_with(b"-"))
    {
        let end = command.iter().position(|word| word.to_bytes() == b"--");
        let own = &command[..end.unwrap_or(command.len())];
        all.extend(own.iter().map(|word| word.to_string_lossy().into_owned()));
        command = end.map_or(&[], |end| &command[end + 1..]);
    }
    match Launch::of(all.into_iter().map(OsString::from)) {
        Ok(launch) if launch.warm.is_empty() && command.is_empty() => {
            said(&Refusal::of("there is no command to run"))
        }
        Ok(launch) if command.is_empty() => launch.run(),
        Ok(launch) if launch.warm.is_empty() => launch.become_command(&call, command),
        Ok(_) => said(&Refusal::of(
            "--warm runs no command; leave out one of them",
        )),
        // Nobody asks for help in the place of an action, and status 0 would say that it was run.
        Err(error) if command.is_empty() => error.exit(),
        Err(error) => said(&Refusal::of(error.to_string())),
    }
}

fn options(words: &[&CStr]) -> impl Iterator<Item = OsString> {
    words
        .iter()
        .map(|word| OsStr::from_bytes(word.to_bytes()).to_owned())
}

fn said(refusal: &Refusal) -> ExitCode {
    eprintln!("lre launch: {}", refusal.why);
    ExitCode::from(refusal.status)
}

/// What it is without options.
impl Default for Launch {
    fn default() -> Launch {
        Launch {
            state: STATE.into(),
            only: Vec::new(),
            max_closure_size: None,
            time_limit: TIME_LIMIT,
            accept_unsigned: false,
            nix_store: None,
            warm: Vec::new(),
            command: Vec::new(),
        }
    }
}

impl Launch {
    /// The options alone, whatever the command is.
    fn of(options: impl IntoIterator<Item = OsString>) -> Result<Launch, clap::Error> {
        let parser = Launch::augment_args(Command::new("lre-launch").no_binary_name(true));
        let options: Vec<OsString> = options.into_iter().collect();
        if options.is_empty() {
            return Ok(Launch::default());
        }
        // With lists to fetch there is no command, and else there is one.
        let matches = match options
            .iter()
            .any(|word| word.as_bytes().starts_with(b"--warm"))
        {
            true => parser.try_get_matches_from(options)?,
            false => {
                let command = ["--", "command"].map(OsString::from);
                parser.try_get_matches_from(options.into_iter().chain(command))?
            }
        };
        Launch::from_arg_matches(&matches)
    }

    /// Fetches what lists name; [`launched`] has seen to all else.
    pub fn run(self) -> ExitCode {
        let refused = match self.command.is_empty() {
            true => warm(&self.warm, &self.store(), &self.policy()),
            false => Err(Refusal::of(
                "a worker needs a /proc, which this machine does not have",
            )),
        };
        refused.map_or_else(|refusal| said(&refusal), |()| ExitCode::SUCCESS)
    }

    fn become_command(self, call: &Call, command: &[&CStr]) -> ExitCode {
        let Err(refusal) = launch(call, command, &self.store(), &self.policy());
        said(&refusal)
    }

    fn store(&self) -> Store {
        Store {
            state: self.state.clone(),
            nix_store: self.nix_store.clone(),
        }
    }

    fn policy(&self) -> Policy {
        Policy {
            only: self.only.clone(),
            max_closure_size: self.max_closure_size,
            time_limit: Duration::from_secs(self.time_limit),
            unsigned: self.accept_unsigned,
        }
    }
}
