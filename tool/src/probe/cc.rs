//! Asks a C and C++ compiler driver what it is and where its headers are.
//! Which flags it takes is asked in `flags`; what Bazel makes of the answers is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use camino::Utf8PathBuf;

use super::command::{Output, Runner};
use super::flags::{self, Driver};
use super::options::Options;
use super::{include, tools};
use crate::environment::{Env, PathPolicy};
use crate::manifest::{Cc, CompilerKind};
use crate::system::System;

/// Makes the C library say its version, and shows that the compiler finds its own headers.
const QUESTION: &str = "\
#include <stddef.h>
#if __has_include(<features.h>)
#include <features.h>
#endif
";

/// Keeps the paths in `.d` files as they are written in the search list; both
/// compilers know it.
const NO_CANONICAL_PREFIXES: &str = "-no-canonical-prefixes";

/// Probes the driver that `CC` names.
///
/// # Errors
/// It cannot be run, is neither clang nor gcc, builds for another CPU than `target`, compiles or links nothing with
/// the options of the environment, or finds headers that `policy` does not admit.
pub fn probe(driver: Utf8PathBuf, env: &Env, target: System, policy: &PathPolicy) -> Result<Cc> {
    let runner = super::runner(env);
    let options = Options::of(env);
    let answers = Answers::ask(&runner, &driver, &options)?;
    let macros = Macros(&answers.cxx.stdout);
    let kind = macros.compiler().ok_or_else(|| {
        anyhow!(
            "{driver}: this is neither clang nor gcc: it defines neither __clang__ nor __GNUC__"
        )
    })?;
    let triple = include::target(&answers.cxx.stderr)
        .ok_or_else(|| anyhow!("{driver}: with -v it prints no line \"Target: …\""))?
        .to_owned();
    let cpu = target.cpu.to_string();
    // A wrapper may build for musl with a compiler whose triple says otherwise.
    let same_libc = if target.musl {
        macros.libc().is_none()
    } else {
        !triple.ends_with("musl")
    };
    if triple.split('-').next() != Some(cpu.as_str()) || !same_libc {
        bail!(
            "{driver}: it builds for {triple}, and the environment's target is {target}; set \
             \"target\" to what it builds for, or CC to a compiler that builds for it"
        );
    }
    let include_directories = answers.include_directories();
    for folder in &include_directories {
        policy.check(folder).map_err(|e| {
            anyhow!("{driver}: it looks for headers outside of the environment: {e}")
        })?;
    }
    let mut binutils = tools::binutils(env);
    if options.native_coverage {
        native_coverage(kind, env, &mut binutils)?;
    }
    let trials = Driver {
        runner: &runner,
        path: &driver,
        kind,
        canonical_prefixes: answers.canonical_prefixes,
    };
    let (flags, linker) = flags::probe(&trials, &options, &binutils, policy)?;
    if let Some(path) = linker.path {
        binutils.entry("ld".to_owned()).or_insert(path);
    }
    Ok(Cc {
        kind,
        version: macros.version(kind),
        libc: macros.libc().or_else(|| {
            let musl = triple.ends_with("musl");
            musl.then(|| "musl".to_owned())
        }),
        triple,
        include_directories,
        tools: binutils,
        flags,
        start_end_lib: linker.start_end_lib,
        driver,
    })
}

/// Makes llvm-profdata what Bazel calls as gcov, unless `GCOV` says otherwise: the script
/// that collects coverage (`collect_cc_coverage.sh`) merges LLVM's profiles with it.
fn native_coverage(
    kind: CompilerKind,
    env: &Env,
    binutils: &mut BTreeMap<String, Utf8PathBuf>,
) -> Result<()> {
    const ASKED: &str = "BAZEL_USE_LLVM_NATIVE_COVERAGE";
    if kind != CompilerKind::Clang {
        bail!("{ASKED} is set and CC is gcc, which has gcov alone: remove it");
    }
    for tool in ["llvm-cov", "llvm-profdata"] {
        if !binutils.contains_key(tool) {
            bail!("{ASKED} is set and PATH has no {tool}: add its folder to PATH");
        }
    }
    if env.get("GCOV").is_none() {
        let profdata = binutils["llvm-profdata"].clone();
        binutils.insert("gcov".to_owned(), profdata);
    }
    Ok(())
}

/// What the driver answered to the questions that do not depend on one another.
struct Answers {
    /// All macros of C++ on stdout, the search list on stderr.
    cxx: Output,
    c: Output,
    /// With libc++ chosen: a project may pass `-stdlib=libc++` itself.
    libcxx: Output,
    resource_dir: Output,
    /// Whether the driver finds its headers only without [`NO_CANONICAL_PREFIXES`].
    canonical_prefixes: bool,
}

impl Answers {
    fn ask(runner: &Runner, driver: &Utf8PathBuf, options: &Options) -> Result<Answers> {
        let preprocess = |language: &str, extra: &[&str], opts: &[String]| {
            let mut args = vec!["-E", "-dM", "-v", "-x", language, "-"];
            args.extend(extra);
            args.extend(options.copts.iter().chain(opts).map(String::as_str));
            runner.run(driver, &args, QUESTION)
        };
        let ask = |prefixes: &[&str]| -> Result<[Output; 4]> {
            let libcxx_args = [prefixes, &["-stdlib=libc++"]].concat();
            thread::scope(|scope| {
                let c = scope.spawn(|| preprocess("c", prefixes, &options.conlyopts));
                let libcxx = scope.spawn(|| preprocess("c++", &libcxx_args, &options.cxxopts));
                let resource = scope.spawn(|| runner.run(driver, &["-print-resource-dir"], ""));
                let cxx = preprocess("c++", prefixes, &options.cxxopts);
                let join = |handle: thread::ScopedJoinHandle<Result<Output>>| {
                    handle.join().expect("asking does not panic")
                };
                Ok([cxx?, join(c)?, join(libcxx)?, join(resource)?])
            })
        };
        let mut canonical_prefixes = false;
        let mut answers = ask(&[NO_CANONICAL_PREFIXES])?;
        if !answers[0].success {
            canonical_prefixes = true;
            answers = ask(&[])?;
        }
        let [cxx, c, libcxx, resource_dir] = answers;
        if !cxx.success {
            return Err(anyhow!("{}", cxx.stderr.trim()))
                .with_context(|| format!("{driver}: it cannot preprocess an #include <stddef.h>"));
        }
        Ok(Answers {
            cxx,
            c,
            libcxx,
            resource_dir,
            canonical_prefixes,
        })
    }

    /// All folders, C first as in rules_cc, each once. clang's resource folder
    /// has sanitizer lists in `share`, which Bazel treats as built-in headers.
    fn include_directories(&self) -> Vec<Utf8PathBuf> {
        let lists = [&self.c, &self.cxx, &self.libcxx]
            .into_iter()
            .filter(|answer| answer.success)
            .flat_map(|answer| include::search_list(&answer.stderr));
        let share = (self.resource_dir.success)
            .then(|| self.resource_dir.stdout.trim())
            .filter(|dir| dir.starts_with('/'))
            .map(|dir| include::normalise(&Utf8PathBuf::from(dir).join("share")));
        let mut seen = BTreeSet::new();
        lists
            .chain(share)
            .filter(|folder| seen.insert(folder.clone()))
            .collect()
    }
}

/// The output of `-dM`: one `#define NAME VALUE` a line.
struct Macros<'a>(&'a str);

impl<'a> Macros<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.lines().find_map(|line| {
            let (found, value) = line.strip_prefix("#define ")?.split_once(' ')?;
            (found == name).then_some(value)
        })
    }

    fn compiler(&self) -> Option<CompilerKind> {
        if self.get("__clang__").is_some() {
            Some(CompilerKind::Clang)
        } else {
            self.get("__GNUC__").map(|_| CompilerKind::Gcc)
        }
    }

    fn version(&self, kind: CompilerKind) -> String {
        let names = match kind {
            CompilerKind::Clang => ["__clang_major__", "__clang_minor__", "__clang_patchlevel__"],
            CompilerKind::Gcc => ["__GNUC__", "__GNUC_MINOR__", "__GNUC_PATCHLEVEL__"],
        };
        names.map(|name| self.get(name).unwrap_or("0")).join(".")
    }

    fn libc(&self) -> Option<String> {
        let major = self.get("__GLIBC__")?;
        Some(format!("glibc_{major}.{}", self.get("__GLIBC_MINOR__")?))
    }
}
