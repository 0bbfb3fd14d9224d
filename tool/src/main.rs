//! The helper `lre`; everything is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    lre::cli::Cli::parse().run()
}
