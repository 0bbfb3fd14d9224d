//! Labels, as checked by their constructors. It knows Bazel's spelling of a label and
//! not which targets there are.

use std::fmt;

use serde::Serialize;

/// The label of a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Label(String);

impl Label {
    /// A target of the same package.
    pub fn here(name: &str) -> Label {
        Label(format!(":{name}"))
    }

    /// A target of another package of the same repository.
    pub fn of(package: &str, name: &str) -> Label {
        Label(format!("//{package}:{name}"))
    }

    /// A target of a module that ours depends on, written out whole.
    pub fn external(label: &'static str) -> Label {
        Label(label.to_owned())
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}
