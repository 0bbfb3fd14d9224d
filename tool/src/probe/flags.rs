//! Tries flags on a compiler driver before they are written down. The candidates
//! are those of Bazel's own auto-configuration (rules_cc, `unix_cc_configure.bzl`); which
//! document they end up in is not known here.

use std::collections::BTreeMap;
use std::thread;

use anyhow::{Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::command::{Output, Runner};
use super::options::Options;
use crate::environment::PathPolicy;
use crate::manifest::{CcFlags, CompilerKind};

const PROGRAM: &str = "#include <stddef.h>\nint main() { return 0; }\n";

/// Warnings and code generation that rules_cc turns on where the compiler has them.
const COMPILE: [&[&str]; 8] = [
    &["-fstack-protector"],
    &["-Wall"],
    &["-Wthread-safety"],
    &["-Wself-assign"],
    &["-Wunused-but-set-parameter"],
    &["-Wno-free-nonheap-object"],
    &["-fcolor-diagnostics"],
    &["-fno-omit-frame-pointer"],
];

const OPT_COMPILE: [&str; 6] = [
    "-g0",
    "-O2",
    "-D_FORTIFY_SOURCE=1",
    "-DNDEBUG",
    "-ffunction-sections",
    "-fdata-sections",
];

/// Needed with layering_check from C++20 on, where clang makes C++ modules the default.
const NO_CXX_MODULES: &[&str] = &["-Xclang", "-fno-cxx-modules"];

/// Macros that would put the time of the build into its outputs.
const REDACTED: [&str; 4] = [
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"redacted\"",
    "-D__TIMESTAMP__=\"redacted\"",
    "-D__TIME__=\"redacted\"",
];

const LINK: [&[&str]; 3] = [
    &["-Wl,-no-as-needed"],
    &["-Wl,-z,relro,-z,now"],
    &["-pass-exit-codes"],
];

/// What gcov reads, and what llvm-cov does.
const GCOV_COVERAGE: (&[&str], &[&str]) = (&["--coverage"], &["--coverage"]);
const NATIVE_COVERAGE: (&[&str], &[&str]) = (
    &["-fprofile-instr-generate", "-fcoverage-mapping"],
    &["-fprofile-instr-generate"],
);

const GC_SECTIONS: &[&str] = &["-Wl,--gc-sections"];

/// Libraries that are linked only where they are used.
const LIBS: [&[&str]; 2] = [
    &["-Wl,--push-state,-as-needed", "-lstdc++", "-Wl,--pop-state"],
    &["-Wl,--push-state,-as-needed", "-lm", "-Wl,--pop-state"],
];

/// Linkers that take `--start-lib`, by the name that `-fuse-ld=` has for them, best first.
const LINKERS: [&str; 3] = ["lld", "mold", "gold"];

/// A driver that can be tried.
pub struct Driver<'a> {
    pub runner: &'a Runner,
    pub path: &'a Utf8Path,
    pub kind: CompilerKind,
    /// Whether it must canonicalise its prefixes to find its headers.
    pub canonical_prefixes: bool,
}

/// The linker that a driver was seen to use.
#[derive(Default)]
pub struct Linker {
    pub start_end_lib: bool,
    /// Its path, where the driver names it.
    pub path: Option<Utf8PathBuf>,
    flags: Vec<String>,
}

/// Finds all flags of a driver.
///
/// # Errors
/// It compiles or links no program with the options of the environment.
pub fn probe(
    driver: &Driver,
    options: &Options,
    binutils: &BTreeMap<String, Utf8PathBuf>,
    policy: &PathPolicy,
) -> Result<(CcFlags, Linker)> {
    thread::scope(|scope| {
        let compile = scope.spawn(|| compile_flags(driver, options));
        let link = link_flags(driver, options, binutils, policy);
        let mut flags = compile.join().expect("asking does not panic")?;
        let (linked, linker) = link?;
        flags.link_flags = linked.link_flags;
        flags.link_libs = linked.link_libs;
        flags.opt_link_flags = linked.opt_link_flags;
        Ok((flags, linker))
    })
}

fn compile_flags(driver: &Driver, options: &Options) -> Result<CcFlags> {
    let base: Vec<&str> = strs(&options.copts).chain(strs(&options.cxxopts)).collect();
    let compiles = |flags: &[&str]| driver.compile(&[&base, flags].concat());
    let mut compile_flags = accepted(&COMPILE, &compiles)?;
    compile_flags.extend(options.copts.iter().cloned());

    let prefixes: &[&[&str]] = match driver.kind {
        CompilerKind::Gcc => &[&["-fno-canonical-system-headers"]],
        CompilerKind::Clang if driver.canonical_prefixes => &[],
        CompilerKind::Clang => &[&["-no-canonical-prefixes"]],
    };
    let mut unfiltered = accepted(prefixes, &compiles)?;
    unfiltered.extend(owned(&REDACTED));

    let mut extra_flags_per_feature = BTreeMap::new();
    if driver.kind == CompilerKind::Clang {
        let flags = accepted(&[NO_CXX_MODULES], &compiles)?;
        if !flags.is_empty() {
            extra_flags_per_feature.insert("use_module_maps".to_owned(), flags);
        }
    }
    let (coverage_compile, coverage_link) = if options.native_coverage {
        NATIVE_COVERAGE
    } else {
        GCOV_COVERAGE
    };
    Ok(CcFlags {
        compile_flags,
        dbg_compile_flags: owned(&["-g"]),
        opt_compile_flags: owned(&OPT_COMPILE),
        conly_flags: options.conlyopts.clone(),
        cxx_flags: options.cxxopts.clone(),
        unfiltered_compile_flags: unfiltered,
        coverage_compile_flags: owned(coverage_compile),
        coverage_link_flags: owned(coverage_link),
        extra_flags_per_feature,
        ..CcFlags::default()
    })
}

fn link_flags(
    driver: &Driver,
    options: &Options,
    binutils: &BTreeMap<String, Utf8PathBuf>,
    policy: &PathPolicy,
) -> Result<(CcFlags, Linker)> {
    let own: Vec<&str> = strs(&options.linkopts).collect();
    let linker = find_linker(driver, &own, binutils, policy)?;
    let base: Vec<&str> = strs(&linker.flags).chain(own.iter().copied()).collect();
    let links = |flags: &[&str]| driver.link(&[&base, flags].concat());
    let mut link_flags = linker.flags.clone();
    link_flags.extend(accepted(&LINK, &links)?);
    link_flags.extend(options.linkopts.iter().cloned());
    let link_libs = match &options.linklibs {
        Some(libs) => libs.clone(),
        None if own.contains(&"-lc++") => accepted(&LIBS[1..], &links)?,
        None => accepted(&LIBS, &links)?,
    };
    let flags = CcFlags {
        link_flags,
        link_libs,
        opt_link_flags: accepted(&[GC_SECTIONS], &links)?,
        ..CcFlags::default()
    };
    Ok((flags, linker))
}

/// The linker of the environment: the one its own options name, else the best
/// that the driver finds inside of the environment, else the driver's default.
fn find_linker(
    driver: &Driver,
    own: &[&str],
    binutils: &BTreeMap<String, Utf8PathBuf>,
    policy: &PathPolicy,
) -> Result<Linker> {
    let folder = |path: &Utf8Path| path.parent().map(|p| format!("-B{p}"));
    let search: Vec<String> = folder(driver.path).into_iter().collect();
    let named = own.iter().any(|flag| flag.starts_with("-fuse-ld="));
    let start_end_lib = ["-Wl,--start-lib", "-Wl,--end-lib"];
    for name in LINKERS.iter().filter(|_| !named) {
        let choice = format!("-fuse-ld={name}");
        let mut args: Vec<&str> = vec![&choice, "-v"];
        args.extend(
            strs(&search)
                .chain(start_end_lib)
                .chain(own.iter().copied()),
        );
        let answer = driver.link(&args)?;
        let path = if answer.success {
            driver.linker_path(name, &answer)?
        } else {
            None
        };
        // A linker that the driver finds elsewhere would be the host's.
        let Some(path) = path.filter(|path| policy.admits(path)) else {
            continue;
        };
        let choice = match driver.kind {
            CompilerKind::Clang => format!("-fuse-ld={path}"),
            CompilerKind::Gcc => choice,
        };
        return Ok(Linker {
            start_end_lib: true,
            path: Some(path),
            flags: [vec![choice], search].concat(),
        });
    }
    let ld = binutils.get("ld").and_then(|ld| folder(ld));
    let flags: Vec<String> = if named {
        search
    } else {
        let ld = ld.filter(|flag| !search.contains(flag));
        search.into_iter().chain(ld).collect()
    };
    let mut args: Vec<&str> = strs(&flags).chain(own.iter().copied()).collect();
    args.extend(start_end_lib);
    Ok(Linker {
        start_end_lib: driver.link(&args)?.success,
        path: None,
        flags,
    })
}

impl Driver<'_> {
    fn compile(&self, flags: &[&str]) -> Result<Output> {
        let strict: &[&str] = match self.kind {
            CompilerKind::Clang => &[
                "-Werror=unknown-warning-option",
                "-Werror=unused-command-line-argument",
            ],
            CompilerKind::Gcc => &[],
        };
        let source = ["-fsyntax-only", "-x", "c++", "-"];
        self.runner
            .run(self.path, &[flags, strict, &source].concat(), PROGRAM)
    }

    /// Libraries stand after the source, where a linker wants them.
    fn link(&self, flags: &[&str]) -> Result<Output> {
        let source = ["-x", "c++", "-", "-o", "/dev/null"];
        self.runner
            .run(self.path, &[&source, flags].concat(), PROGRAM)
    }

    /// clang prints the linker's command last with `-v`; gcc is asked.
    fn linker_path(&self, name: &str, verbose: &Output) -> Result<Option<Utf8PathBuf>> {
        let text = match self.kind {
            CompilerKind::Clang => {
                let last = verbose.stderr.trim().lines().last().unwrap_or_default();
                last.split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }
            CompilerKind::Gcc => {
                let question = format!("-print-prog-name=ld.{name}");
                self.runner.run(self.path, &[&question], "")?.stdout
            }
        };
        let path = Utf8PathBuf::from(text.trim().trim_matches(['"', '\'']));
        Ok(path.is_absolute().then(|| super::include::normalise(&path)))
    }
}

/// The candidates that work, in their order. All are tried at once, as they
/// nearly always all work; one by one only if not.
fn accepted(
    candidates: &[&[&str]],
    works: &dyn Fn(&[&str]) -> Result<Output>,
) -> Result<Vec<String>> {
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let all = candidates.concat();
    if works(&all)?.success {
        return Ok(owned(&all));
    }
    let none = works(&[])?;
    if !none.success {
        bail!(
            "it cannot build a program with the options of the environment:\n{}",
            none.stderr.trim()
        );
    }
    let mut accepted = Vec::new();
    for candidate in candidates {
        if candidates.len() > 1 && works(candidate)?.success {
            accepted.extend(owned(candidate));
        }
    }
    Ok(accepted)
}

fn strs(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().map(String::as_str)
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}
