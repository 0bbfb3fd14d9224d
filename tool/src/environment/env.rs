//! Env, the list of `KEY=value` of an OCI image configuration, checked entry by entry.
//! It knows which variables hold paths; it must not know what a toolchain does with them.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::{PathPolicy, json::Node, split_escaped};

/// Variables whose value is the absolute path of a tool or a folder.
const PATH_VARIABLES: [&str; 8] = [
    "CC",
    "BAZEL_SH",
    "JAVA_HOME",
    "AR",
    "GCOV",
    "BAZEL_LLVM_COV",
    "BAZEL_LLVM_PROFDATA",
    "BAZEL_PYTHON",
];

/// Variables that hold colon-separated compiler or linker options, as Bazel's own
/// C++ auto-configuration reads them (rules_cc, `unix_cc_configure.bzl`).
const OPTION_VARIABLES: [&str; 5] = [
    "BAZEL_COPTS",
    "BAZEL_CONLYOPTS",
    "BAZEL_CXXOPTS",
    "BAZEL_LINKOPTS",
    "BAZEL_LINKLIBS",
];

/// Options whose value, written without a space, is a path.
const PATH_OPTIONS: [&str; 5] = ["-L", "-I", "-B", "-isystem", "-iquote"];

/// The variables of an environment. Names are unique, so their order says
/// nothing, and they are kept sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// Reads a JSON list of `KEY=value` strings.
    ///
    /// # Errors
    /// No list of strings; an entry without `=`, with an empty or repeated name
    /// or with a control character; a path that `policy` does not admit. The
    /// error names the entry's JSON pointer.
    pub fn parse(list: &Node, policy: &PathPolicy) -> Result<Env> {
        let mut variables = BTreeMap::new();
        for entry in list.elements()? {
            let text = entry.text()?;
            let (key, value) = split_entry(text).map_err(|e| entry.error(e))?;
            check_entry(key, value, policy).map_err(|e| entry.error(e))?;
            if variables.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(entry.error(format_args!(
                    "{key} is set a second time; keep the one that is meant"
                )));
            }
        }
        Ok(Env(variables))
    }

    /// Checks variables that were read some other way, as those of a manifest.
    ///
    /// # Errors
    /// As [`Env::parse`], naming the variable.
    pub fn check(&self, policy: &PathPolicy) -> Result<()> {
        for (key, value) in &self.0 {
            check_entry(key, value, policy)?;
        }
        Ok(())
    }

    /// The value of a variable, where it is set and not empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The folders of `PATH`, in order.
    pub fn path(&self) -> Vec<Utf8PathBuf> {
        self.get("PATH")
            .map(|path| path.split(':').map(Utf8PathBuf::from).collect())
            .unwrap_or_default()
    }

    /// A colon-separated list of options, split as Bazel does; `None` where it is not set.
    pub fn options(&self, key: &str) -> Option<Vec<String>> {
        self.0.get(key).map(|value| split_escaped(value))
    }

    /// All variables, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }
}

fn split_entry(text: &str) -> Result<(&str, &str)> {
    text.split_once('=').ok_or_else(|| {
        anyhow!("{text:?} is no KEY=value; write {text}=VALUE, or take the entry out")
    })
}

fn check_entry(key: &str, value: &str, policy: &PathPolicy) -> Result<()> {
    if let Some(c) = [key, value]
        .iter()
        .find_map(|s| s.chars().find(|c| c.is_control()))
    {
        bail!(
            "{:?} has the control character {c:?}, which no variable of an image can carry",
            format!("{key}={value}")
        );
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if key.is_empty() || !key.chars().all(plain) {
        bail!("{key:?} cannot be the name of a variable: use letters, digits and underscores");
    }
    check_value(key, value, policy)
}

fn check_value(key: &str, value: &str, policy: &PathPolicy) -> Result<()> {
    if PATH_VARIABLES.contains(&key) && !value.is_empty() {
        policy.check(value).map_err(|e| anyhow!("{key}: {e}"))?;
    }
    if key == "PATH" {
        for folder in value.split(':') {
            policy.check(folder).map_err(|e| anyhow!("PATH: {e}"))?;
        }
    }
    if OPTION_VARIABLES.contains(&key) {
        for option in split_escaped(value) {
            check_option(&option, policy).map_err(|e| anyhow!("{key}: {e}"))?;
        }
    }
    Ok(())
}

/// Checks the paths that an option of a compiler or linker names: the option itself, or
/// what stands behind its letters, an equals sign or a comma.
///
/// # Errors
/// A path that `policy` does not admit.
pub fn check_option(option: &str, policy: &PathPolicy) -> Result<()> {
    // A macro or a map of names says what to write, not which file to read.
    if option.starts_with("-D") || option.contains("prefix-map=") {
        return Ok(());
    }
    for part in option.split([',', '=']) {
        let path = PATH_OPTIONS
            .iter()
            .find_map(|o| part.strip_prefix(o))
            .unwrap_or(part);
        if path.starts_with('/') {
            policy.check(path).map_err(|e| anyhow!("{option}: {e}"))?;
        }
    }
    Ok(())
}
