//! Bazel's labels: taken apart, and written in full.
//! It must not know which of them exist.

use std::fmt;

/// A label in full: `repository//package:name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label<'a> {
    /// With its `@`; empty for the tree itself.
    pub repository: &'a str,
    /// Without slashes around it; empty for the root package.
    pub package: &'a str,
    /// Of the target or file, relative to the package.
    pub name: &'a str,
}

impl<'a> Label<'a> {
    /// Reads `text` as it stands in a file of `package`; `None` where it is no label, or one in a
    /// form that we do not emit, such as `@repository`.
    ///
    /// <https://bazel.build/concepts/labels#labels-lexical-specification>
    pub fn parse(text: &'a str, package: &'a str) -> Option<Self> {
        let label = match text.split_once("//") {
            Some((repository, path)) if repository.is_empty() || repository.starts_with('@') => {
                let last = path.rsplit('/').next().unwrap_or(path);
                let (package, name) = path.split_once(':').unwrap_or((path, last));
                Label {
                    repository,
                    package,
                    name,
                }
            }
            _ => Label {
                repository: "",
                package,
                name: text.strip_prefix(':').unwrap_or(text),
            },
        };
        let good = (label.package.is_empty() || is_path(label.package)) && is_path(label.name);
        good.then_some(label)
    }
}

/// Whether `text` can be the name of a target, or of a package that is not the root: relative,
/// without empty, `.` or `..` segments, and of the characters that Bazel allows in both.
pub fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "!%-^_\"#$&'()*+,;<=>?[]{|}~/. ".contains(c);
    text.chars().all(|c| plain(c) || c == '@')
        && !text.starts_with('@')
        && text.split('/').all(|s| !matches!(s, "" | "." | ".."))
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}//{}:{}", self.repository, self.package, self.name)
    }
}
