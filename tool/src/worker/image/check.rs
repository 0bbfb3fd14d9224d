//! Whether an image on the disk is what a manifest asks for, store path by store path. It reads
//! all of the image, and must not know how ours are made.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::base::hidden;
use super::carried::{Carried, store_path};
use super::closure::Closure;
use crate::oci::{Image, Layout, Left, Limits, entries};

/// What is wrong with the image in the layout at `path`, a line each; empty where nothing is.
///
/// # Errors
/// There is no layout, or it is not what its own digests say.
pub fn check(
    carried: &Carried,
    closure: &Closure,
    path: &Utf8Path,
    limits: Limits,
) -> Result<Vec<String>> {
    let layout = Layout::open(path)?;
    let mut differences = Vec::new();
    let tags = layout.tags();
    let has = |name: &str, before: char| {
        let is_it = |tag: &String| {
            let rest = tag.strip_suffix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(before))
        };
        tags.iter().any(is_it)
    };
    let there = || tags.iter().cloned().collect::<Vec<_>>().join(", ");
    let tag = has(&carried.tag, ':').then_some(carried.tag.as_str());
    if tag.is_none() {
        differences.push(format!(
            "the tag has to be {}, and is {:?}",
            carried.tag,
            there()
        ));
    } else if !has(&carried.reference(), '/') {
        let name = carried.reference();
        differences.push(format!("the name has to be {name}, and is {}", there()));
    }
    let image = match layout.image(tag, carried.system.cpu) {
        Ok(image) => image,
        Err(error) => {
            differences.push(format!("{error:#}"));
            return Ok(differences);
        }
    };
    differences.extend(env(carried, image.env()));
    let there = store_paths(&image, limits)?;
    for path in closure.paths().difference(&there) {
        differences.push(format!("missing: {path}"));
    }
    for path in there.difference(closure.paths()) {
        differences.push(format!("extra: {path}"));
    }
    Ok(differences)
}

/// Variables that are not as they should be; a base may add others, and folders behind our PATH.
fn env(carried: &Carried, there: &[String]) -> Vec<String> {
    let value = |key: &str| {
        there
            .iter()
            .find_map(|e| e.strip_prefix(key)?.strip_prefix('='))
    };
    let right = |key: &str, is: &str, ours: &str| {
        let rest = is.strip_prefix(ours);
        rest.is_some_and(|rest| rest.is_empty() || key == "PATH" && rest.starts_with(':'))
    };
    let wrong = carried
        .env
        .iter()
        .filter_map(|(key, ours)| match value(key) {
            Some(is) if right(key, is, ours) => None,
            Some(is) => Some(format!("Env: {key} has to be {ours}, and is {is}")),
            None => Some(format!("Env: {key} has to be {ours}, and is not set")),
        });
    wrong.collect()
}

/// The store paths in an image.
fn store_paths(image: &Image, limits: Limits) -> Result<BTreeSet<Utf8PathBuf>> {
    let mut left = Left::of(limits);
    let mut found = BTreeSet::new();
    for layer in image.layers() {
        let mut own = BTreeSet::new();
        let mut gone = Vec::new();
        entries(layer.open()?, &mut left, |entry, _| {
            let path = String::from_utf8_lossy(&entry.path);
            if let Some(hidden) = hidden(&path) {
                gone.push(format!("/{hidden}"));
            } else if let Some(path) = store_path(&format!("/{path}")) {
                own.insert(Utf8PathBuf::from(path));
            }
            Ok(())
        })
        .with_context(|| layer.name())?;
        found.retain(|path: &Utf8PathBuf| !gone.iter().any(|gone| path.starts_with(gone)));
        found.extend(own);
    }
    Ok(found)
}
