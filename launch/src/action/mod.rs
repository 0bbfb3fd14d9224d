//! Runs an action's command once the store paths that it names are there. It becomes the command
//! itself, and must not know who sent the action.

mod asks;
mod call;
mod command;
mod deadline;
mod policy;
mod program;
mod store;

use std::convert::Infallible;
use std::ffi::CStr;
use std::fmt;

use ::nix::errno::Errno;
use camino::Utf8PathBuf;

use crate::names;
use asks::Asks;

pub use call::Call;
pub use command::{Launch, launched, main};
pub use policy::Policy;
pub use store::{STATE, Store};

/// The exit status of an action whose store paths may not be had, or cannot be.
pub const REFUSED: u8 = 120;

/// Exit statuses of a command that is there and cannot be run, and of one that is not there, as
/// shells have them (POSIX, "Exit Status for Commands").
const NOT_RUN: u8 = 126;
const NOT_FOUND: u8 = 127;

/// Why a command was not run.
#[derive(Debug)]
pub struct Refusal {
    /// What the action's user is told.
    pub why: String,
    /// The exit status.
    pub status: u8,
}

impl Refusal {
    /// One with our own exit status.
    pub fn of(why: impl Into<String>) -> Refusal {
        let (why, status) = (why.into(), REFUSED);
        Refusal { why, status }
    }

    fn path(name: &str, why: impl fmt::Display) -> Refusal {
        let path = format!("{}{name}", names::STORE);
        Refusal::of(format!("this action needs {path}: {why}"))
    }
}

/// Makes present what `command`, words of `call`, and its variables name, then becomes the command:
/// with the same words, variables, folder and streams, and as the same process, so that signals and
/// exit status are its own.
///
/// # Errors
/// A store path may not be had, or cannot be; the command cannot be run.
pub fn launch(
    call: &Call,
    command: &[&CStr],
    store: &Store,
    policy: &Policy,
) -> Result<Infallible, Refusal> {
    let asks = Asks::of(call, command);
    policy.check(&asks.names)?;
    store.make_present(&asks.names, policy)?;
    deadline::start(call)
        .map_err(|error| Refusal::of(format!("the action's time-out cannot be kept: {error:#}")))?;
    let error = call.become_command(command);
    Err(Refusal {
        why: format!("{}: {}", command[0].to_string_lossy(), error.desc()),
        status: match error {
            Errno::ENOENT => NOT_FOUND,
            _ => NOT_RUN,
        },
    })
}

/// Makes present what the files `lists`, such as manifests, name.
///
/// # Errors
/// As [`launch`], and where a list cannot be read.
pub fn warm(lists: &[Utf8PathBuf], store: &Store, policy: &Policy) -> Result<(), Refusal> {
    let names = policy::named(lists)?;
    policy.check(&names)?;
    store.make_present_all(&names, policy)
}
