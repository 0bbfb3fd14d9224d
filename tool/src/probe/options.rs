//! The options that an environment adds to those of the compiler. It knows the names of
//! the variables and their defaults, and runs nothing.

use crate::environment::Env;

/// The language standard where the environment names none, as rules_cc has it.
const DEFAULT_CXXOPTS: &str = "-std=c++17";

/// The options that the environment adds, from the variables of Bazel's C++
/// auto-configuration.
pub struct Options {
    /// For every compilation.
    pub copts: Vec<String>,
    /// For C.
    pub conlyopts: Vec<String>,
    /// For C++.
    pub cxxopts: Vec<String>,
    /// For linking, before the objects.
    pub linkopts: Vec<String>,
    /// For linking, behind the objects; `None` leaves the choice to the probe.
    pub linklibs: Option<Vec<String>>,
    /// Whether coverage is to be LLVM's own rather than gcov's, which both compilers have.
    pub native_coverage: bool,
}

impl Options {
    /// Those of `env`.
    pub fn of(env: &Env) -> Options {
        let list = |key: &str| env.options(key).unwrap_or_default();
        Options {
            copts: list("BAZEL_COPTS"),
            conlyopts: list("BAZEL_CONLYOPTS"),
            cxxopts: env
                .options("BAZEL_CXXOPTS")
                .unwrap_or_else(|| vec![DEFAULT_CXXOPTS.to_owned()]),
            linkopts: list("BAZEL_LINKOPTS"),
            linklibs: env.options("BAZEL_LINKLIBS"),
            native_coverage: env.get("BAZEL_USE_LLVM_NATIVE_COVERAGE") == Some("1"),
        }
    }

    /// All for compiling C.
    pub fn c(&self) -> Vec<&str> {
        let all = self.copts.iter().chain(&self.conlyopts);
        all.map(String::as_str).collect()
    }

    /// All for compiling C++.
    pub fn cxx(&self) -> Vec<&str> {
        let all = self.copts.iter().chain(&self.cxxopts);
        all.map(String::as_str).collect()
    }
}
