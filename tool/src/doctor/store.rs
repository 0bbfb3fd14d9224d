//! Checks of this machine's store: Nix, and every store path of the closure. It must not know what the
//! store paths are for.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use lre_launch::names::{Names, STORE};
use lre_launch::runner::Runner;

use super::check::Check;
use super::place::Place;
use crate::manifest::Manifest;

/// The first Nix with flakes, which the flake module is one of, and with the environment documents'
/// `nix eval --json` as it is now (Nix manual, "Release 2.4").
const OLDEST: (u64, u64) = (2, 4);

/// The query answers at once; a daemon that does not may be gone.
const LIMIT: Duration = Duration::from_secs(30);

/// There, and new enough.
pub fn nix(place: &Place) -> Check {
    const NAME: &str = "nix";
    let needed = !place.manifest().is_some_and(all_in_images);
    let (major, minor) = OLDEST;
    match version(place) {
        Ok(text) => match numbers(&text) {
            Some(found) if found >= OLDEST => Check::ok(NAME, text),
            Some(_) => Check::wrong(
                NAME,
                format!("{text} has no flakes"),
                format!("install {major}.{minor} or later"),
            ),
            None => Check::unknown(
                NAME,
                format!("`nix --version` says {text:?}"),
                format!("it has to be {major}.{minor} or later"),
            ),
        },
        Err(_) if !needed => Check::ok(NAME, "not there, and not needed: all tools are in images"),
        Err(error) => Check::warning(
            NAME,
            format!("{error:#}"),
            "install Nix, or put it on PATH; without it, dev shells cannot be entered",
        ),
    }
}

/// Every store path is on this machine.
pub fn closure(place: &Place) -> Check {
    const NAME: &str = "store-paths";
    let Some(manifest) = place.manifest() else {
        return Check::unknown(NAME, "there is no manifest to go by", "see rc-current");
    };
    let roots = roots(manifest);
    if roots.is_empty() {
        return Check::ok(NAME, "the environments name none");
    }
    let reference = place.is_for_reference();
    if let Some(check) = missing(NAME, &roots, reference) {
        return check;
    }
    match requisites(place, &roots) {
        Ok(all) => missing(NAME, &all, reference)
            .unwrap_or_else(|| Check::ok(NAME, format!("all {} are here", all.len()))),
        Err(error) => Check::unknown(
            NAME,
            format!(
                "the {} that the manifest names are here; what they refer to is not known: {error:#}",
                roots.len()
            ),
            "`nix-store --query --requisites PATH` has to work",
        ),
    }
}

/// The check where some are missing. Of the `reference` nobody expects them: rc-current says what follows.
fn missing(name: &'static str, paths: &BTreeSet<Utf8PathBuf>, reference: bool) -> Option<Check> {
    let missing: Vec<&Utf8PathBuf> = paths.iter().filter(|path| !path.exists()).collect();
    let first = missing.first()?;
    let (count, all) = (missing.len(), paths.len());
    let found = format!("{count} of {all} are not on this machine, the first is {first}");
    let mend = format!(
        "enter the dev shell again, or run `nix-store --realise {first}`; builds that are remote alone do \
         without"
    );
    Some(match reference {
        true => Check::warning(name, found, mend),
        false => Check::wrong(name, found, mend),
    })
}

/// The store paths that the manifest's environments name, but for those in images alone.
fn roots(manifest: &Manifest) -> BTreeSet<Utf8PathBuf> {
    let mut here = manifest.clone();
    here.environments.retain(|_, probed| !probed.in_image);
    let names = Names::of(&here.to_json());
    names
        .iter()
        .map(|name| format!("{STORE}{name}").into())
        .collect()
}

fn all_in_images(manifest: &Manifest) -> bool {
    manifest.environments.values().all(|probed| probed.in_image)
}

/// What Nix says the store paths refer to, themselves included.
fn requisites(place: &Place, roots: &BTreeSet<Utf8PathBuf>) -> Result<BTreeSet<Utf8PathBuf>> {
    let words = ["--query", "--requisites"].into_iter();
    let words: Vec<&str> = words
        .chain(roots.iter().map(|path| path.as_str()))
        .collect();
    let said = run(place, "nix-store", &words)?;
    Ok(said.lines().map(Utf8PathBuf::from).collect())
}

fn version(place: &Place) -> Result<String> {
    run(place, "nix", &["--version"]).map(|said| said.trim().to_owned())
}

/// The last two numbers before any other: `nix (Nix) 2.34.1` is (2, 34).
fn numbers(text: &str) -> Option<(u64, u64)> {
    let version = text.split_whitespace().last()?;
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// A program of Nix's that is on PATH, with the variables that tell it where its store is.
fn run(place: &Place, program: &str, words: &[&str]) -> Result<String> {
    let variable = |name: &str| place.variables.get(name).map_or("", String::as_str);
    let path = variable("PATH");
    let found = path
        .split(':')
        .map(|folder| Utf8Path::new(folder).join(program));
    let found = found.into_iter().find(|file| file.is_file());
    let found = found.ok_or_else(|| anyhow!("there is no {program} on PATH"))?;
    let mut runner = Runner::new(path, "is it a program?").with_time_limit(LIMIT);
    for name in [
        "HOME",
        "USER",
        "NIX_REMOTE",
        "NIX_CONF_DIR",
        "NIX_STORE_DIR",
        "NIX_STATE_DIR",
    ] {
        if !variable(name).is_empty() {
            runner = runner.with_variable(name, variable(name));
        }
    }
    let said = runner.run(&found, words, "")?;
    if !said.success {
        let why = said.stderr.lines().rfind(|line| !line.trim().is_empty());
        bail!(
            "{program}: {}",
            why.unwrap_or("it failed and did not say why")
        );
    }
    Ok(said.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_each_nix_says() {
        for (text, expected) in [
            ("nix (Nix) 2.34.1", Some((2, 34))),
            ("nix (Nix) 2.3", Some((2, 3))),
            ("nix (Nix) 2.30pre20250601_abc", Some((2, 30))),
            ("nix (Determinate Nix 3.8.5) 2.30.2", Some((2, 30))),
            ("nix", None),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }
}
