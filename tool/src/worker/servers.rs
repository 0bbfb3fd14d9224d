//! What other servers of remote execution have to be told of the properties, each in its own
//! format. It must not know the rest of their configurations, which are the user's.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::{Origin, Worker, heading, json, workers, yaml};
use crate::manifest::Manifest;
use crate::properties::{ExecProperties, Wanted};
use crate::tree::{FileTree, Marker};

/// A server of remote execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Server {
    /// Buildbarn: `bb_worker` is configured in Jsonnet.
    Buildbarn,
    /// Buildfarm: `config.yml`.
    Buildfarm,
    /// BuildBuddy: values of the Helm chart of its executors.
    Buildbuddy,
}

impl Server {
    /// By what a folder is known as one of ours.
    pub fn marker(self) -> Marker {
        let (file, begins) = match self {
            Server::Buildbarn => ("platforms.libsonnet", "// Made by `lre worker properties`"),
            Server::Buildfarm => ("backplane.yml", "# Made by `lre worker properties`"),
            Server::Buildbuddy => ("executor.yml", "# Made by `lre worker properties`"),
        };
        Marker { file, begins }
    }
}

/// The files for `server`.
///
/// # Errors
/// Workers that a scheduler cannot tell apart, or what the server has no way to say.
pub fn tree(server: Server, manifest: &Manifest, wanted: &Wanted) -> Result<FileTree> {
    let workers = workers(manifest, wanted)?;
    let origin = Origin::of(manifest, wanted);
    match server {
        Server::Buildbarn => buildbarn(&workers, &origin),
        Server::Buildfarm => buildfarm(&workers, &origin),
        Server::Buildbuddy if wanted.on_demand => bail!(
            "BuildBuddy runs each action in its image and nothing before it, so that nothing there \
             could fetch store paths on demand; make images with `lre worker image`"
        ),
        Server::Buildbuddy => buildbuddy(&workers, &origin),
    }
}

/// `Platform` of the Remote Execution API, which wants its properties sorted by name.
#[derive(Serialize)]
struct Platform<'a> {
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'a str,
    value: &'a str,
}

fn platform(properties: &ExecProperties) -> Platform<'_> {
    let properties = properties.iter();
    Platform {
        properties: properties
            .map(|(name, value)| Property { name, value })
            .collect(),
    }
}

/// `RunnerConfiguration.platform` of `bb_worker`, by worker: Jsonnet, of which JSON is a part.
fn buildbarn(workers: &[Worker], origin: &Origin) -> Result<FileTree> {
    let platforms: BTreeMap<_, _> = (workers.iter())
        .map(|worker| (worker.name, platform(&worker.properties)))
        .collect();
    let json = json(&platforms);
    let mut tree = FileTree::default();
    let head = heading("//", "properties", None, origin);
    let text = format!(
        "{head}// In a runner of bb_worker: platform: (import 'platforms.libsonnet').{},\n{json}",
        workers.first().map_or("NAME", |worker| worker.name)
    );
    tree.add(Server::Buildbarn.marker().file, text)?;
    Ok(tree)
}

/// `Queue` of `backplane.queues`: actions that ask for these properties, and for no others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Queue<'a> {
    name: &'a str,
    allow_unmatched: bool,
    #[serde(flatten)]
    platform: Platform<'a>,
}

#[derive(Serialize)]
struct Backplane<'a> {
    queues: Vec<Queue<'a>>,
}

/// `worker.dequeueMatchSettings`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FarmWorker<'a> {
    dequeue_match_settings: Match<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Match<'a> {
    allow_unmatched: bool,
    #[serde(flatten)]
    platform: Platform<'a>,
}

/// The queues, which servers and workers have to know, and for each worker what it takes.
fn buildfarm(workers: &[Worker], origin: &Origin) -> Result<FileTree> {
    for (name, value) in workers.iter().flat_map(|worker| &worker.properties) {
        if name == "*" || value == "*" {
            bail!(
                "the execution property {name:?} has the value {value:?}: to Buildfarm an \
                 asterisk is anything at all, so it cannot match that one exactly; name another"
            );
        }
    }
    let mut tree = FileTree::default();
    let queues = workers.iter().map(|worker| Queue {
        name: worker.name,
        allow_unmatched: false,
        platform: platform(&worker.properties),
    });
    let backplane = Backplane {
        queues: queues.collect(),
    };
    let text = |worker, section: &str, yaml: String| {
        let head = heading("#", "properties", worker, origin);
        format!("{head}# Part of the section {section:?} of Buildfarm's config.yml.\n{yaml}")
    };
    let queues = text(None, "backplane", yaml::print(&backplane));
    tree.add(Server::Buildfarm.marker().file, queues)?;
    for worker in workers {
        let section = FarmWorker {
            dequeue_match_settings: Match {
                allow_unmatched: false,
                platform: platform(&worker.properties),
            },
        };
        let text = text(Some(worker), "worker", yaml::print(&section));
        tree.add(format!("worker-{}.yml", worker.name), text)?;
    }
    Ok(tree)
}

/// Values of the chart `buildbuddy-executor`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Values<'a> {
    /// The variable `MY_POOL` of executors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool_name: Option<&'a str>,
    config: ExecutorConfig<'a>,
}

#[derive(Serialize)]
struct ExecutorConfig<'a> {
    executor: Executor<'a>,
}

/// `executor.default_image` and `executor.warmup_additional_images`.
#[derive(Serialize)]
struct Executor<'a> {
    default_image: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    warmup_additional_images: &'a [&'a str],
}

/// An executor of BuildBuddy starts the image that an action asks for, whatever it is, and is
/// chosen by `OSFamily` and `Pool`. So it is told the images to have ready, and its pool.
fn buildbuddy(workers: &[Worker], origin: &Origin) -> Result<FileTree> {
    let images: Vec<_> = workers
        .iter()
        .map(|worker| {
            let image = worker.properties.get("container-image");
            let image = image.and_then(|image| image.strip_prefix("docker://"));
            image.with_context(|| {
                format!(
                    "the platform of {:?} asks for no container-image of the form \
                     docker://IMAGE, which is what BuildBuddy runs actions in; name an image in \
                     the environment's document (docs/reference.md)",
                    worker.name
                )
            })
        })
        .collect::<Result<_>>()?;
    let [first, others @ ..] = images.as_slice() else {
        bail!("the manifest has no environment");
    };
    let pool = workers
        .iter()
        .find_map(|worker| worker.properties.get("Pool"));
    let values = Values {
        pool_name: pool.map(String::as_str),
        config: ExecutorConfig {
            executor: Executor {
                default_image: first,
                warmup_additional_images: others,
            },
        },
    };
    let mut tree = FileTree::default();
    let head = heading("#", "properties", None, origin);
    tree.add(
        Server::Buildbuddy.marker().file,
        format!(
            "{head}# Values of the Helm chart buildbuddy-executor.\n{}",
            yaml::print(&values)
        ),
    )?;
    Ok(tree)
}
