//! The helper `lre`; everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use lre::cli::Cli;

fn main() -> ExitCode {
    // What comes before every action of a worker does not wait for the rest of the command line.
    #[cfg(target_os = "linux")]
    if let Some(code) = lre_launch::action::launched() {
        return code;
    }
    Cli::parse().run()
}
