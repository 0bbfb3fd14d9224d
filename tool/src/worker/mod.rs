//! Consumers of the manifest on the worker's side: which workers there are, and what each of
//! them says of itself. It must not know how any of its servers spells that.

pub mod check;
pub mod image;
pub mod kubernetes;
pub mod nativelink;
pub mod on_demand;
pub mod servers;
mod yaml;

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::manifest::Manifest;
use crate::properties::{self, ExecProperties, Wanted};
use crate::system::{Cpu, System};

/// One kind of worker: what carries one image, or everything that has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker<'a> {
    /// The name of the first environment that it carries, or of its CPU where it fetches what it
    /// needs; files and objects get it.
    pub name: &'a str,
    /// All environments that it carries.
    pub environments: Vec<&'a str>,
    /// What engines call its image, where it has one: that of [`Manifest::references`].
    pub image: Option<String>,
    /// Where its tools run.
    pub system: System,
    /// What it says it has; the same as the platforms of its environments ask for.
    pub properties: ExecProperties,
}

/// The workers for all environments, by name; `wanted` is what the user says of them.
///
/// # Errors
/// Two workers that a scheduler could take one for the other, since one has all that the
/// other's platform asks for; what [`properties::of`] refuses.
pub fn workers<'a>(manifest: &'a Manifest, wanted: &Wanted) -> Result<Vec<Worker<'a>>> {
    let references = manifest.references();
    let mut workers: BTreeMap<_, Worker<'_>> = BTreeMap::new();
    for (name, properties) in properties::of(manifest, wanted)? {
        let probed = &manifest.environments[name];
        let system = probed.system;
        let image = wanted.image(probed).map(|_| references[name].clone());
        let worker = workers
            .entry((image.clone(), wanted.machine(probed)))
            .or_insert_with(|| Worker {
                // What fetches on demand is the same whatever is built, and so is its name.
                name: if wanted.on_demand {
                    machine_name(system.cpu)
                } else {
                    name
                },
                environments: Vec::new(),
                image,
                system,
                properties,
            });
        worker.environments.push(name);
    }
    let mut workers: Vec<_> = workers.into_values().collect();
    workers.sort_by_key(|worker| worker.name);
    for (asks, has) in pairs(&workers) {
        if (asks.properties.iter()).all(|(name, value)| has.properties.get(name) == Some(value)) {
            bail!(
                "the worker of the environment {:?} has all that the platform of {:?} asks for, \
                 so a scheduler may send it actions whose tools it lacks; name an image for each \
                 of the two, and leave container-image to lre",
                has.name,
                asks.name
            );
        }
    }
    Ok(workers)
}

fn machine_name(cpu: Cpu) -> &'static str {
    match cpu {
        Cpu::X86_64 => "x86-64",
        Cpu::Aarch64 => "aarch64",
    }
}

fn pairs<'w, 'a>(
    workers: &'w [Worker<'a>],
) -> impl Iterator<Item = (&'w Worker<'a>, &'w Worker<'a>)> {
    let all = || workers.iter().enumerate();
    all().flat_map(move |(i, one)| {
        all()
            .filter(move |(j, _)| i != *j)
            .map(move |(_, other)| (one, other))
    })
}

/// What files are made from, as their heads say it.
enum Origin {
    /// A manifest with this digest.
    Manifest(String),
    /// Whatever manifest: workers that fetch what they need are told nothing of it, and files that
    /// stay the same restart no worker.
    Any,
}

impl Origin {
    fn of(manifest: &Manifest, wanted: &Wanted) -> Origin {
        if wanted.on_demand {
            Origin::Any
        } else {
            Origin::Manifest(manifest.digest())
        }
    }
}

/// The head of a file, each line behind `comment`; it begins as the marker of its folder does.
fn heading(comment: &str, command: &str, worker: Option<&Worker>, origin: &Origin) -> String {
    let Origin::Manifest(digest) = origin else {
        return format!(
            "{comment} Made by `lre worker {command}` with --on-demand, for any manifest; changes here\n\
             {comment} are lost, and --check finds them.\n"
        );
    };
    let of = match worker {
        Some(worker) => format!(
            "/environments/{} of the manifest",
            worker.environments.join(", ")
        ),
        None => "the manifest".to_owned(),
    };
    format!(
        "{comment} Made by `lre worker {command}` from {of}\n\
         {comment} sha256:{digest}; changes here are lost, and --check finds them.\n"
    )
}

/// JSON with a newline at the end.
fn json(document: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(document).expect("all keys are strings");
    printable(&text) + "\n"
}

/// JSON in which no string has a character that does not print: some readers of JSON5 and of
/// YAML take them for the end of a line, or for nothing.
fn printable(json: &str) -> String {
    const HIDDEN: [char; 5] = ['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}'];
    let prints = |c: char| !matches!(c, '\u{7f}'..='\u{a0}') && !HIDDEN.contains(&c);
    let chars = json.chars().map(|c| match prints(c) {
        true => c.to_string(),
        false => format!("\\u{:04x}", u32::from(c)),
    });
    chars.collect()
}
