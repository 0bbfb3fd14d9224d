//! The linker that a driver uses, and flags for linking, tried before they are written down. The
//! candidates are those of Bazel's own auto-configuration (rules_cc, `unix_cc_configure.bzl`).

use std::collections::BTreeMap;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::accepted::{Candidate, accepted};
use super::driver::Driver;
use super::options::Options;
use crate::environment::PathPolicy;
use crate::manifest::CompilerKind;
use lre_launch::runner::Output;

const LINK: [&Candidate; 3] = [
    &["-Wl,-no-as-needed"],
    &["-Wl,-z,relro,-z,now"],
    // gcc's; clang knows it as one that it does not support.
    &["-pass-exit-codes"],
];

const GC_SECTIONS: &Candidate = &["-Wl,--gc-sections"];

/// Libraries that are linked only where they are used.
const LIBS: [&Candidate; 2] = [
    &["-Wl,--push-state,-as-needed", "-lstdc++", "-Wl,--pop-state"],
    &["-Wl,--push-state,-as-needed", "-lm", "-Wl,--pop-state"],
];

/// Linkers that take `--start-lib`, by the name that `-fuse-ld=` has for them, best first.
const LINKERS: [&str; 3] = ["lld", "mold", "gold"];

const START_END_LIB: [&str; 2] = ["-Wl,--start-lib", "-Wl,--end-lib"];

/// What clang and gcc say where there is no linker of a name.
const NO_LINKER: [&str; 2] = ["invalid linker name", "cannot find 'ld'"];

/// The linker that a driver was seen to use, and what it takes.
pub struct Linker {
    pub start_end_lib: bool,
    /// Its path, where the driver names it.
    pub path: Option<Utf8PathBuf>,
    pub link_flags: Vec<String>,
    pub link_libs: Vec<String>,
    pub opt_link_flags: Vec<String>,
}

/// A linker that links, before it was asked for candidates.
struct Chosen {
    start_end_lib: bool,
    path: Option<Utf8PathBuf>,
    /// Those that choose it.
    flags: Vec<String>,
    /// Whether it was seen to take all candidates.
    takes_all: bool,
}

/// A driver with what it is asked to link.
struct Asking<'a> {
    driver: &'a Driver<'a>,
    /// The options of the environment.
    own: Vec<&'a str>,
    flags: Vec<&'static Candidate>,
    libs: Vec<&'static Candidate>,
}

/// Finds the linker of the environment, and all flags for linking.
///
/// # Errors
/// The driver links no program with the options of the environment.
pub fn probe(
    driver: &Driver,
    options: &Options,
    binutils: &BTreeMap<String, Utf8PathBuf>,
    policy: &PathPolicy,
) -> Result<Linker> {
    let own: Vec<&str> = options.linkopts.iter().map(String::as_str).collect();
    let asking = Asking {
        flags: match driver.kind {
            CompilerKind::Clang => LINK[..2].to_vec(),
            CompilerKind::Gcc => LINK.to_vec(),
        },
        libs: match options.linklibs {
            Some(_) => Vec::new(),
            None if own.contains(&"-lc++") => LIBS[1..].to_vec(),
            None => LIBS.to_vec(),
        },
        driver,
        own,
    };
    let chosen = asking.choose(binutils, policy)?;
    let mut link_flags = chosen.flags.clone();
    link_flags.extend(asking.taken(&chosen, &asking.flags)?);
    link_flags.extend(options.linkopts.iter().cloned());
    Ok(Linker {
        link_flags,
        link_libs: match &options.linklibs {
            Some(libs) => libs.clone(),
            None => asking.taken(&chosen, &asking.libs)?,
        },
        opt_link_flags: asking.taken(&chosen, &[GC_SECTIONS])?,
        start_end_lib: chosen.start_end_lib,
        path: chosen.path,
    })
}

impl Asking<'_> {
    /// The linker of the environment: the one its own options name, else the best
    /// that the driver finds inside of the environment, else the driver's default.
    fn choose(
        &self,
        binutils: &BTreeMap<String, Utf8PathBuf>,
        policy: &PathPolicy,
    ) -> Result<Chosen> {
        let folder = |path: &Utf8Path| path.parent().map(|p| format!("-B{p}"));
        let search: Vec<String> = folder(self.driver.path).into_iter().collect();
        let named = self.own.iter().any(|flag| flag.starts_with("-fuse-ld="));
        for name in LINKERS.iter().filter(|_| !named) {
            let choice = format!("-fuse-ld={name}");
            let flags = [&["-v".to_owned(), choice.clone()], &search[..]].concat();
            let (answer, takes_all) = self.with_start_end_lib(&flags)?;
            let path = if answer.success {
                self.driver.linker_path(name, &answer)?
            } else {
                None
            };
            // A linker that the driver finds elsewhere would be the host's.
            let Some(path) = path.filter(|path| policy.admits(path)) else {
                continue;
            };
            let choice = match self.driver.kind {
                CompilerKind::Clang => format!("-fuse-ld={path}"),
                CompilerKind::Gcc => choice,
            };
            return Ok(Chosen {
                start_end_lib: true,
                path: Some(path),
                flags: [vec![choice], search].concat(),
                takes_all,
            });
        }
        let ld = binutils.get("ld").filter(|_| !named);
        let ld = ld.and_then(|ld| folder(ld));
        let ld = ld.filter(|flag| !search.contains(flag));
        let flags: Vec<String> = search.into_iter().chain(ld).collect();
        let (answer, takes_all) = self.with_start_end_lib(&flags)?;
        Ok(Chosen {
            start_end_lib: answer.success,
            path: None,
            flags,
            takes_all,
        })
    }

    /// Links with `--start-lib`, and says whether with all candidates as well.
    fn with_start_end_lib(&self, flags: &[String]) -> Result<(Output, bool)> {
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let base = [&flags, &START_END_LIB[..], &self.own].concat();
        let all = [&self.flags[..], &[GC_SECTIONS], &self.libs]
            .concat()
            .concat();
        let answer = self.driver.link_nothing(&[&base[..], &all].concat())?;
        let takes_all = answer.success;
        if takes_all || NO_LINKER.iter().any(|no| answer.stderr.contains(no)) {
            return Ok((answer, takes_all));
        }
        Ok((self.driver.link(&base)?, false))
    }

    /// Those of `candidates` that `chosen` takes.
    fn taken(&self, chosen: &Chosen, candidates: &[&'static Candidate]) -> Result<Vec<String>> {
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        if chosen.takes_all || candidates.is_empty() {
            return Ok(owned(candidates.concat()));
        }
        let flags = chosen.flags.iter().map(String::as_str);
        let base: Vec<&str> = flags.chain(self.own.iter().copied()).collect();
        let links = |flags: &[&str]| self.driver.link(&[&base, flags].concat());
        let accepted = accepted(candidates, &links)?.or_refuse()?;
        Ok(accepted.of(candidates))
    }
}
