//! Checks that what belongs together agrees: MODULE.bazel, the committed file, the shell, the generated
//! repository, the worker's image, and the versions. It must not know how any of them is made.

use std::collections::BTreeSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lre_launch::runner::Runner;

use super::check::Check;
use super::module::FILE_NAME;
use super::ours;
use super::outputs;
use super::place::Place;
use crate::agreement::VERSION;
use crate::input;
use crate::manifest::Manifest;
use crate::render::{BAZELRC, REPOSITORY};
use crate::worker::image::{self, Carried, Closure};

/// The extension makes the repository that `.bazelrc.lre` names.
pub fn module(place: &Place) -> Check {
    const NAME: &str = "module";
    let module = &place.module;
    let missing = |what: &str| {
        Check::wrong(
            NAME,
            format!("{FILE_NAME} has no {what}"),
            "run `lre init`, which shows what it adds before it adds it",
        )
    };
    if let Some(fault) = &module.fault {
        return Check::wrong(
            NAME,
            fault,
            "mend the file, or run `lre init` where there is none",
        );
    }
    let own = module.name.as_deref() == Some("lre");
    match (&module.dependency, &module.repository) {
        (None, _) if !own => missing("bazel_dep(name = \"lre\")"),
        _ if !module.extension => missing("use_extension(\"@lre//:extensions.bzl\", \"lre\")"),
        (_, None) => missing(&format!("use_repo(lre, \"{REPOSITORY}\")")),
        (_, Some(name)) if name != REPOSITORY => Check::wrong(
            NAME,
            format!("use_repo calls the repository {name}, and .bazelrc.lre {REPOSITORY}"),
            format!("write use_repo(lre, \"{REPOSITORY}\")"),
        ),
        _ => Check::ok(NAME, format!("{FILE_NAME} makes @{REPOSITORY}")),
    }
}

/// What is committed is what the shell has.
pub fn committed(place: &Place) -> Check {
    const NAME: &str = "committed-file";
    let root = &place.workspace.root;
    let labels = &place.module.environments;
    let files: Vec<Utf8PathBuf> = place.module.committed(root).into_iter().flatten().collect();
    if labels.is_empty() {
        return Check::ok(NAME, "none is committed");
    }
    if files.len() < labels.len() {
        return Check::unknown(
            NAME,
            format!("{} is not all in this repository", labels.join(", ")),
            "it is compared when Bazel makes the repository",
        );
    }
    let shown = join(&files);
    let Some(ours) = place.our_file.ours() else {
        return Check::unknown(
            NAME,
            format!("{shown} has nothing to agree with"),
            "see rc-file",
        );
    };
    // Without an environment of its own the rc file is for the reference, and the shell has none.
    if place.is_for_reference() {
        return Check::ok(NAME, format!("{shown}; the shell names none"));
    }
    match input::differences(&files, &ours.options.files, &place.options.policy) {
        Err(error) => Check::wrong(
            NAME,
            format!("{error:#}"),
            "mend that file, or restore it from git",
        ),
        Ok(differences) => match differences.first() {
            None => Check::ok(NAME, format!("{shown} is what the shell has")),
            Some(first) => {
                let shell = join(&ours.options.files);
                Check::wrong(
                    NAME,
                    format!(
                        "{shown} is not what the shell has; first (committed / shell): {first}"
                    ),
                    format!(
                        "if the shell is right, `cp {shell} {shown}`; else enter the dev shell of the \
                         committed revision"
                    ),
                )
            }
        },
    }
}

fn join(files: &[Utf8PathBuf]) -> String {
    let files: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
    files.join(" ")
}

/// The calling shell's own LRE_ENV, where it has one.
pub fn shell(place: &Place) -> Check {
    const NAME: &str = "shell";
    let Some(list) = place
        .variables
        .get("LRE_ENV")
        .filter(|list| !list.is_empty())
    else {
        return Check::ok(
            NAME,
            "LRE_ENV is not set, so what .bazelrc.lre names counts",
        );
    };
    let Some(ours) = place.manifest() else {
        return Check::unknown(NAME, "there is nothing to agree with", "see rc-current");
    };
    match input::load(&ours::paths(list), None, &place.options.policy) {
        Err(error) => Check::wrong(
            NAME,
            format!("LRE_ENV: {error:#}"),
            "unset LRE_ENV, or enter the dev shell again",
        ),
        Ok(manifest) if manifest.digest() == ours.digest() => {
            Check::ok(NAME, "LRE_ENV is what .bazelrc.lre was written for")
        }
        Ok(_) => Check::wrong(
            NAME,
            format!("LRE_ENV={list} is not what .bazelrc.lre was written for"),
            "enter the dev shell again, which writes .bazelrc.lre; or unset LRE_ENV",
        ),
    }
}

/// What Bazel made the last time.
pub fn generated(place: &Place) -> Check {
    const NAME: &str = "generated-repository";
    let Some(ours) = place.manifest() else {
        return Check::unknown(NAME, "there is nothing to agree with", "see rc-current");
    };
    let Some(folder) = outputs::repository(place) else {
        return Check::ok(NAME, "not made yet");
    };
    let file = folder.join("manifest.json");
    let read = input::load(std::slice::from_ref(&file), None, &place.options.policy);
    match read {
        Err(error) => Check::wrong(
            NAME,
            format!("{error:#}"),
            "run `bazel fetch --configure --force`, or `bazel clean --expunge`",
        ),
        Ok(manifest) if manifest.digest() == ours.digest() => Check::ok(NAME, folder),
        Ok(manifest) => Check::warning(
            NAME,
            format!(
                "{folder} was made for sha256:{}, and .bazelrc.lre for sha256:{}",
                manifest.digest(),
                ours.digest()
            ),
            "the next build makes it anew; builds without the configuration of .bazelrc.lre make it in turn",
        ),
    }
}

/// A worker's image has what the manifest asks for.
pub fn worker_image(place: &Place) -> Option<Check> {
    const NAME: &str = "worker-image";
    let path = place.options.image.as_ref()?;
    let Some(manifest) = place.manifest() else {
        return Some(Check::unknown(
            NAME,
            "there is nothing to agree with",
            "see rc-current",
        ));
    };
    let mend = "make it anew with `lre worker image`, and let workers run that";
    Some(match differences(place, manifest, path) {
        Err(error) => Check::wrong(NAME, format!("{path}: {error:#}"), mend),
        Ok(differences) => match differences.as_slice() {
            [] => Check::ok(NAME, format!("{path} has what the manifest asks for")),
            [first, rest @ ..] => {
                let more = match rest.len() {
                    0 => String::new(),
                    more => format!(", and {more} more"),
                };
                Check::wrong(NAME, format!("{path}: {first}{more}"), mend)
            }
        },
    })
}

fn differences(place: &Place, manifest: &Manifest, path: &Utf8Path) -> anyhow::Result<Vec<String>> {
    let carried = Carried::new(manifest.clone(), None)?;
    let closure = match &place.options.closure {
        Some(file) => Closure::read(file, None)?,
        None => Closure::ask_nix(&carried.roots, None)?,
    };
    closure.covers(&carried.roots)?;
    image::check(&carried, &closure, path, place.options.limits)
}

/// This helper, the one that Bazel is to call, the module and the rc file are of one version.
pub fn versions(place: &Place) -> Check {
    const NAME: &str = "versions";
    let ours = place.our_file.ours();
    let mut said: Vec<(String, String)> = Vec::new();
    if let Some(tool) = ours.and_then(|ours| ours.options.tool.as_ref()) {
        match tool_version(tool) {
            Ok(version) => said.push((format!("the helper {tool}"), version)),
            Err(error) => {
                return Check::wrong(
                    NAME,
                    format!("the helper that .bazelrc.lre names: {error:#}"),
                    "enter the dev shell again, or run `lre bazelrc` with --tool",
                );
            }
        }
    }
    if let Some((where_, version)) = module_version(place) {
        said.push((where_, version));
    }
    said.extend(ours.and_then(|ours| Some((BAZELRC.to_owned(), ours.version.clone()?))));
    match said.iter().find(|(_, version)| version != VERSION) {
        Some((what, version)) => Check::wrong(
            NAME,
            format!("{what} is of version {version}, and this helper of {VERSION}"),
            "give all the same: in MODULE.bazel (bazel_dep) or in the flake (nix flake update lre), \
             then enter the dev shell again",
        ),
        None => {
            let of: BTreeSet<&str> = said.iter().map(|(what, _)| what.as_str()).collect();
            let of: Vec<&str> = of.into_iter().collect();
            Check::ok(
                NAME,
                format!(
                    "{VERSION}: this helper{}{}",
                    if of.is_empty() { "" } else { ", " },
                    of.join(", ")
                ),
            )
        }
    }
}

fn tool_version(tool: &Utf8Path) -> anyhow::Result<String> {
    let said = Runner::new("", "is it there still?").run(tool, &["--version"], "")?;
    let version = said.stdout.split_whitespace().last();
    Ok(version.unwrap_or("none").to_owned())
}

/// Where the module's version is said, and what it is; not known where another override decides.
fn module_version(place: &Place) -> Option<(String, String)> {
    let module = &place.module;
    let flags = place.flags();
    let overrides = flags.iter().filter(|flag| flag.name == "override_module");
    let by_flag = overrides
        .filter_map(|flag| flag.value.as_ref()?.strip_prefix("lre="))
        .next_back();
    let local = by_flag.map(|path| match path.strip_prefix("%workspace%/") {
        Some(below) => place.workspace.root.join(below),
        None => Utf8PathBuf::from(path),
    });
    if let Some(folder) = local.or_else(|| module.local_path.clone()) {
        let file = folder.join("lre/version.bzl");
        let text = fs::read_to_string(&file).ok()?;
        let version = text
            .lines()
            .find_map(|line| line.strip_prefix("VERSION = "))?;
        return Some((
            format!("the module in {folder}"),
            version.trim_matches('"').to_owned(),
        ));
    }
    let version = module.dependency.clone()?;
    (!module.overridden && !version.is_empty())
        .then(|| ("the Bazel module lre".to_owned(), version))
}
