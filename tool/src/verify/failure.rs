//! Why a command of Bazel's did not succeed, by its exit code, and what to do. It must not know what
//! follows from it for a verdict.

use std::fmt;

use super::bazel::Ended;

/// A command of Bazel's that failed. As text: what Bazel printed last, and below it what that means.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which of ours it was: "remote build".
    pub name: &'static str,
    /// What kind of failure.
    pub kind: Kind,
    /// How it ended.
    how: String,
    /// The last lines that it printed.
    pub tail: Vec<String>,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What is built does not build.
    Build,
    /// It builds, and tests of it fail.
    Tests,
    /// Bazel did not take its words, an rc file's among them.
    Command,
    /// A command that builds nothing.
    Preparation,
    /// The cache or the workers.
    Remote,
    /// Bazel itself, or the machine.
    Bazel,
}

impl Ended {
    /// Whether everything was built, and all tests passed that there are.
    pub fn succeeded(&self) -> bool {
        // 4: built, but there are no tests.
        matches!(self.code, Some(0 | 4))
    }

    /// Whether Bazel came to no orderly end, or did not know a flag.
    pub fn crashed(&self) -> bool {
        matches!(self.code, None | Some(2 | 37))
    }
}

impl Failure {
    /// Of the command called `name`, which ended so.
    pub fn of(name: &'static str, ended: &Ended) -> Failure {
        // https://bazel.build/run/scripts#exit-codes, and `ExitCode.java` for those that it calls reserved.
        let kind = match ended.code {
            Some(1) => Kind::Build,
            Some(3) => Kind::Tests,
            Some(2) => Kind::Command,
            Some(32 | 34 | 38 | 39 | 45) => Kind::Remote,
            _ => Kind::Bazel,
        };
        let how = match ended.code {
            Some(code) => format!("Bazel: exit code {code}"),
            None => "Bazel: ended by a signal".to_owned(),
        };
        Failure {
            name,
            kind,
            how,
            tail: from_error(&ended.tail).to_vec(),
        }
    }

    /// Of one that builds nothing, so that no build is at fault.
    pub fn of_preparation(name: &'static str, ended: &Ended) -> Failure {
        let mut failure = Failure::of(name, ended);
        if failure.kind.is_of_the_build() {
            failure.kind = Kind::Preparation;
        }
        failure
    }

    /// Of one that was not begun, since nobody answers.
    pub fn unreachable(name: &'static str, why: String) -> Failure {
        Failure {
            name,
            kind: Kind::Remote,
            how: "not begun".to_owned(),
            tail: vec![why],
        }
    }
}

/// Without what Bazel printed before the first thing that went wrong, where it says which that is.
fn from_error(lines: &[String]) -> &[String] {
    let wrong = |line: &String| {
        let begins = ["ERROR:", "FATAL:", "FAIL:", "FAILED:"];
        begins.iter().any(|begin| line.starts_with(begin))
    };
    &lines[lines.iter().position(wrong).unwrap_or(0)..]
}

impl Kind {
    /// Whether Bazel did its work, and what is built is at fault.
    pub fn is_of_the_build(self) -> bool {
        matches!(self, Kind::Build | Kind::Tests)
    }

    fn explained(self) -> &'static str {
        match self {
            Kind::Build => {
                "the build itself fails, for the reason above; parity can be verified once it succeeds"
            }
            Kind::Tests => {
                "tests fail, and no failure is cached; verify once they pass, or leave them out \
                 (`-- --test_tag_filters=-TAG`)"
            }
            Kind::Command => "Bazel does not take the command or an rc file, for the reason above",
            Kind::Preparation => "Bazel cannot do this, for the reason above; no build has begun",
            Kind::Remote => {
                "the workers or the cache fail, for the reason above; is the address right, and does \
                 a server answer there?"
            }
            Kind::Bazel => "Bazel did not come to an orderly end, for the reason above",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.tail {
            writeln!(f, "{line}")?;
        }
        write!(f, "{}: {} ({})", self.name, self.kind.explained(), self.how)
    }
}

impl std::error::Error for Failure {}
