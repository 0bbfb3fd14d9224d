//! Asks a C and C++ compiler driver what it is, where its headers are and which flags it takes, all
//! at once. What Bazel makes of the answers is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use anyhow::{Result, anyhow, bail};
use camino::Utf8PathBuf;

use super::accepted::Accepted;
use super::driver::{self, Driver};
use super::flags::{self, NO_CANONICAL_PREFIXES};
use super::linker::{self, Linker};
use super::options::Options;
use super::{include, tools};
use crate::environment::{Env, PathPolicy};
use crate::manifest::{Cc, CcFlags, CompilerKind};
use crate::system::System;
use lre_launch::runner::Output;

/// Probes the driver that `CC` names.
///
/// # Errors
/// It cannot be run, is neither clang nor gcc, builds for another CPU than `target`, compiles or links nothing with
/// the options of the environment, or finds headers that `policy` does not admit.
pub fn probe(path: Utf8PathBuf, env: &Env, target: System, policy: &PathPolicy) -> Result<Cc> {
    let runner = super::runner(env);
    let options = Options::of(env);
    let mut binutils = tools::binutils(env);
    let mut driver = Driver {
        runner: &runner,
        path: &path,
        kind: driver::guess(&path),
    };
    let mut answers = Answers::ask(&driver, &options, &binutils, policy)?;
    let macros = answers.macros(&driver, &options)?;
    let macros = Macros(&macros);
    let cannot_compile = |answers: &Answers| {
        anyhow!("{}", errors(&answers.cxx.answer.stderr)).context(format!(
            "{path}: it cannot compile an #include <stddef.h> with the options of the environment"
        ))
    };
    let kind = match macros.compiler() {
        Some(kind) => kind,
        None if !answers.cxx.answer.success => return Err(cannot_compile(&answers)),
        None => bail!(
            "{path}: this is neither clang nor gcc: it defines neither __clang__ nor __GNUC__"
        ),
    };
    if kind != driver.kind {
        driver.kind = kind;
        answers = Answers::ask(&driver, &options, &binutils, policy)?;
    }
    if !answers.cxx.answer.success {
        return Err(cannot_compile(&answers));
    }
    let triple = include::target(&answers.cxx.answer.stderr)
        .ok_or_else(|| anyhow!("{path}: with -v it prints no line \"Target: …\""))?
        .to_owned();
    let cpu = target.cpu.to_string();
    // A wrapper may build for musl with a compiler whose triple says otherwise.
    let same_libc = macros.libc().is_none() == target.musl;
    if triple.split('-').next() != Some(cpu.as_str()) || !same_libc {
        bail!(
            "{path}: it builds for {triple} with {}, and the environment's target is {target}; set \
             \"target\" to what it builds for, or CC to a compiler that builds for it",
            macros
                .libc()
                .as_deref()
                .unwrap_or("another C library than glibc")
        );
    }
    let resource_dir = driver.resource_dir(&answers.cxx.answer)?;
    let include_directories = answers.include_directories(resource_dir);
    for folder in &include_directories {
        policy
            .check(folder)
            .map_err(|e| anyhow!("{path}: it looks for headers outside of the environment: {e}"))?;
    }
    if options.native_coverage {
        native_coverage(kind, env, &mut binutils)?;
    }
    let linker = answers.linker?;
    if let Some(path) = linker.path {
        binutils.entry("ld".to_owned()).or_insert(path);
    }
    Ok(Cc {
        kind,
        version: macros.version(kind),
        libc: Some(macros.libc().unwrap_or_else(|| "musl".to_owned())),
        triple,
        include_directories,
        tools: binutils,
        flags: CcFlags {
            link_flags: linker.link_flags,
            link_libs: linker.link_libs,
            opt_link_flags: linker.opt_link_flags,
            ..flags::compile_flags(&driver, &options, answers.prefixes, &answers.cxx)
        },
        start_end_lib: linker.start_end_lib,
        driver: path,
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

/// The errors among what a driver prints with `-v`; all of it where it calls none so.
fn errors(stderr: &str) -> String {
    let errors: Vec<&str> = stderr
        .lines()
        .filter(|line| line.contains("error"))
        .collect();
    if errors.is_empty() {
        stderr.trim().to_owned()
    } else {
        errors.join("\n")
    }
}

/// What the driver answered. The questions do not depend on one another, and starting a compiler is
/// most of what one takes, so there are few, and all are put at once.
struct Answers {
    /// The search list of C++, and the candidates.
    cxx: Accepted,
    /// All macros of C on stdout, the search list on stderr.
    c: Output,
    /// With libc++ chosen: a project may pass `-stdlib=libc++` itself.
    libcxx: Output,
    linker: Result<Linker>,
    /// [`NO_CANONICAL_PREFIXES`], unless the driver finds its headers only without it.
    prefixes: &'static [&'static str],
}

impl Answers {
    fn ask(
        driver: &Driver,
        options: &Options,
        binutils: &BTreeMap<String, Utf8PathBuf>,
        policy: &PathPolicy,
    ) -> Result<Answers> {
        thread::scope(|scope| {
            // It takes longest, so it starts first.
            let linker = scope.spawn(|| linker::probe(driver, options, binutils, policy));
            let search = |prefixes: &'static [&'static str]| -> Result<_> {
                thread::scope(|scope| {
                    let c = [prefixes, &options.c()].concat();
                    let c = scope.spawn(move || driver.preprocess("c", &c));
                    let libcxx = [prefixes, &["-stdlib=libc++"], &options.cxx()].concat();
                    let libcxx = scope.spawn(move || driver.preprocess("c++", &libcxx));
                    let cxx = flags::ask(driver, options, prefixes)?;
                    let join = |handle: thread::ScopedJoinHandle<Result<Output>>| {
                        handle.join().expect("asking does not panic")
                    };
                    Ok((cxx, join(c)?, join(libcxx)?, prefixes))
                })
            };
            let mut found = search(&[NO_CANONICAL_PREFIXES])?;
            if !found.0.answer.success {
                found = search(&[])?;
            }
            let (cxx, c, libcxx, prefixes) = found;
            Ok(Answers {
                cxx,
                c,
                libcxx,
                linker: linker.join().expect("asking does not panic"),
                prefixes,
            })
        })
    }

    /// Those of C, of which all that is asked for here is the same in C++.
    fn macros(&self, driver: &Driver, options: &Options) -> Result<String> {
        if self.c.success {
            return Ok(self.c.stdout.clone());
        }
        let flags = [self.prefixes, &options.cxx()].concat();
        Ok(driver.preprocess("c++", &flags)?.stdout)
    }

    /// All folders, C first as in rules_cc, each once. clang's resource folder
    /// has sanitizer lists in `share`, which Bazel treats as built-in headers.
    fn include_directories(&self, resource_dir: Option<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
        let lists = [&self.c, &self.cxx.answer, &self.libcxx]
            .into_iter()
            .filter(|answer| answer.success)
            .flat_map(|answer| include::search_list(&answer.stderr));
        let share = resource_dir.map(|dir| include::normalise(&dir.join("share")));
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
