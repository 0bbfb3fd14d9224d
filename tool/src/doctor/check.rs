//! What a check says, as a line for a person and as JSON for a program. It must not know what is
//! checked.

use serde::Serialize;

/// How the checked thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// Not as it should be, and no harm to parity by itself.
    Warning,
    /// It breaks parity, or the build.
    Wrong,
    /// It could not be found out.
    Unknown,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Wrong => "wrong",
            State::Unknown => "unknown",
        }
    }
}

/// What one check found.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The name of the check, the same in every run.
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, in one line.
    pub found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Check {
    /// All is well.
    pub fn ok(name: &'static str, found: impl Into<String>) -> Check {
        Check {
            name,
            state: State::Ok,
            found: one_line(&found.into()),
            mend: None,
        }
    }

    /// Something to know.
    pub fn warning(name: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Check {
        Check::bad(name, State::Warning, found.into(), mend.into())
    }

    /// Something to mend.
    pub fn wrong(name: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Check {
        Check::bad(name, State::Wrong, found.into(), mend.into())
    }

    /// Something that could not be found out; `mend` is how it can be.
    pub fn unknown(name: &'static str, found: impl Into<String>, mend: impl Into<String>) -> Check {
        Check::bad(name, State::Unknown, found.into(), mend.into())
    }

    fn bad(name: &'static str, state: State, found: String, mend: String) -> Check {
        Check {
            name,
            state,
            found: one_line(&found),
            mend: Some(one_line(&mend)),
        }
    }

    /// As a line, and the mend in one below it.
    pub fn text(&self) -> String {
        let Check { name, found, .. } = self;
        let mut text = format!("{:<8} {name:<20} {found}\n", self.state.word());
        if let Some(mend) = &self.mend {
            text += &format!("{:<29} mend: {mend}\n", "");
        }
        text
    }
}

/// Whatever others say becomes one line.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    line.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// All that was found, in a run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Of this form.
    pub version: u32,
    /// Whether nothing is wrong.
    pub ok: bool,
    /// What `--fix` did.
    pub fixed: Vec<String>,
    /// The checks, in their order.
    pub checks: Vec<Check>,
}

impl Report {
    /// Of these checks, after what `--fix` did.
    pub fn new(fixed: Vec<String>, checks: Vec<Check>) -> Report {
        Report {
            version: 1,
            ok: checks.iter().all(|check| check.state != State::Wrong),
            fixed,
            checks,
        }
    }
}
