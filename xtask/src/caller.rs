//! What of its caller a command must not depend on: signals that a shell ignores in the background, the
//! umask, the locale, and variables that change what common programs do. It must not know which
//! programs are run.

use std::process::Command;

use rustix::fs::Mode;
use rustix::process::umask;

/// Signals that whoever starts us may ignore: shells do so with the first two for what runs in the
/// background. That of a terminal which goes away is theirs to ignore: so nohup does.
const SIGNALS: &str = "--default-signal=INT,QUIT,TERM,ALRM,CHLD,USR1,USR2";

/// Variables by which common programs do other things or say them otherwise, besides `LC_…`.
const VARIABLES: [&str; 12] = [
    "BASH_ENV",
    "CDPATH",
    "ENV",
    "GREP_OPTIONS",
    "GZIP",
    "LANG",
    "LANGUAGE",
    "POSIXLY_CORRECT",
    "TAR_OPTIONS",
    "TMPDIR",
    "TZ",
    "XZ_OPT",
];

/// Makes the files of this process and of all that it starts readable, as those of a lab have to be.
pub fn set_umask() {
    umask(Mode::WGRP | Mode::WOTH);
}

/// A command that runs `program` as if nobody had set anything of that.
pub fn independent(program: &str) -> Command {
    let mut command = Command::new("env");
    command.args([SIGNALS, program]);
    let theirs = std::env::vars_os().map(|(name, _)| name);
    let theirs = theirs.filter(|name| name.to_string_lossy().starts_with("LC_"));
    for name in theirs.chain(VARIABLES.map(Into::into)) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_a_shell_ignores_counts_again() {
        let independent = independent("sh");
        let words: Vec<_> = independent.get_args().collect();
        let mut shell = Command::new("sh");
        // As a shell does for what it runs in the background.
        let script = "trap '' INT; \"$@\" -c 'kill -INT $$; echo survived'";
        shell.args(["-c", script, "sh", "env"]).args(words);

        let output = shell.output().expect("a shell can be started");

        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{output:?}");
    }
}
