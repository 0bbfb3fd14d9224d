//! Finds programs on an environment's PATH. It looks at files and runs nothing; a
//! tool that is not there is absent, and the PATH of this process is never asked.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use camino::{Utf8Path, Utf8PathBuf};

use crate::environment::Env;

/// The tools that Bazel's C++ rules know, each with the names to look for, first
/// match wins. Bazel's names are those of `tool_paths` in rules_cc's
/// `unix_cc_configure.bzl`; the `llvm-` names are what LLVM's package calls them.
const BINUTILS: [(&str, &[&str]); 12] = [
    ("ar", &["ar", "llvm-ar"]),
    ("c++filt", &["c++filt", "llvm-cxxfilt"]),
    ("cpp", &["cpp"]),
    ("dwp", &["dwp", "llvm-dwp"]),
    ("gcov", &["gcov"]),
    ("ld", &["ld"]),
    ("llvm-cov", &["llvm-cov"]),
    ("llvm-profdata", &["llvm-profdata"]),
    ("nm", &["nm", "llvm-nm"]),
    ("objcopy", &["objcopy", "llvm-objcopy"]),
    ("objdump", &["objdump", "llvm-objdump"]),
    ("strip", &["strip", "llvm-strip"]),
];

/// What compilers are called behind their prefix.
const DRIVERS: [&str; 6] = ["gcc", "g++", "clang", "clang++", "cc", "c++"];

/// Variables that name a tool outright, as rules_cc reads them.
const OVERRIDES: [(&str, &str); 4] = [
    ("ar", "AR"),
    ("gcov", "GCOV"),
    ("llvm-cov", "BAZEL_LLVM_COV"),
    ("llvm-profdata", "BAZEL_LLVM_PROFDATA"),
];

/// What Bazel's own actions, the scripts of its test rules and tests themselves call by name:
/// a sanitizer has its reports made readable by `llvm-symbolizer`.
const CORE_TOOLS: [&str; 13] = [
    "bash",
    "cat",
    "cp",
    "env",
    "grep",
    "llvm-symbolizer",
    "mkdir",
    "mv",
    "sed",
    "sh",
    "tar",
    "unzip",
    "zip",
];

/// The binutils of an environment under Bazel's names.
pub fn binutils(env: &Env) -> BTreeMap<String, Utf8PathBuf> {
    let folders = env.path();
    let overridden = |tool: &str| {
        let (_, variable) = OVERRIDES.iter().find(|(name, _)| *name == tool)?;
        let path = Utf8PathBuf::from(env.get(variable)?);
        is_program(&path).then_some(path)
    };
    let prefix = prefix(env);
    BINUTILS
        .iter()
        .filter_map(|(tool, names)| {
            let prefixed = names.iter().map(|name| format!("{prefix}{name}"));
            let plain = names.iter().map(|name| (*name).to_owned());
            let mut names = prefixed.chain(plain);
            let found =
                overridden(tool).or_else(|| names.find_map(|name| find(&folders, &name)))?;
            Some(((*tool).to_owned(), found))
        })
        .collect()
}

/// What comes before the names of a cross compiler's tools, as in `aarch64-linux-gnu-gcc`; empty
/// for a compiler that has none. Its binutils go by the same prefix, often by no other name.
fn prefix(env: &Env) -> &str {
    let driver = env
        .get("CC")
        .map(Utf8Path::new)
        .and_then(Utf8Path::file_name);
    let driver = driver.unwrap_or_default();
    DRIVERS
        .iter()
        .find_map(|name| driver.strip_suffix(name))
        .filter(|prefix| prefix.ends_with('-'))
        .unwrap_or_default()
}

/// The core tools of an environment by name.
pub fn core_tools(env: &Env) -> BTreeMap<String, Utf8PathBuf> {
    let folders = env.path();
    CORE_TOOLS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), find(&folders, name)?)))
        .collect()
}

/// The first program called `name` in `folders`.
pub fn find(folders: &[Utf8PathBuf], name: &str) -> Option<Utf8PathBuf> {
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}

/// Whether `path`, or what it links to, is a file with an execute bit.
pub fn is_program(path: &Utf8Path) -> bool {
    path.metadata()
        .is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
