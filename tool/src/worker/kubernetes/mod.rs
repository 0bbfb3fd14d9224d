//! NativeLink on Kubernetes, as a base for Kustomize and an example of an overlay: the files of
//! `lre worker nativelink` and the objects around them. It must not know a cluster.

mod objects;
mod pods;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;

use super::nativelink::{self, PORT, WORKER_PORT};
use super::on_demand::{LAUNCHER, Sources};
use super::{Origin, Worker, heading, workers, yaml};
use crate::manifest::Manifest;
use crate::properties::Wanted;
use crate::tree::{FileTree, Marker};
use objects::*;

/// By what a folder is known as one of ours.
pub const MARKER: Marker = Marker {
    file: "base/kustomization.yaml",
    begins: "# Made by `lre worker kubernetes`",
};

/// Where a worker is probed.
const HEALTH_PORT: u16 = 50071;

/// Where the server is found by its clients, and what its objects are called.
const SERVER: &str = "nativelink";

/// Kubernetes' longest label.
const LONGEST: usize = 63;

/// What is a cluster's own.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// Pods of each worker.
    pub replicas: u32,
    /// The registry from which images are pulled whose names have none.
    pub registry: Option<&'a str>,
    /// A program that runs each action, which is handed over as its arguments; on demand, the
    /// launcher.
    pub entrypoint: Option<&'a Utf8Path>,
    /// The image of workers that fetch on demand.
    pub worker_image: Option<&'a str>,
    /// Where those fetch from.
    pub sources: Sources,
}

/// The folders `base/` and `overlays/example/`.
///
/// # Errors
/// Workers that a scheduler cannot tell apart, an environment without an image, or a name that
/// Kubernetes does not take.
pub fn tree(manifest: &Manifest, wanted: &Wanted, options: &Options) -> Result<FileTree> {
    let workers = workers(manifest, wanted)?;
    check_names(&workers)?;
    let head = heading("#", "kubernetes", None, &Origin::of(manifest, wanted));
    let mut tree = FileTree::default();
    let mut base = Kustomization::of(Vec::new());
    let configuration = nativelink::Options {
        entrypoint: options.entrypoint,
        sources: options.sources.clone(),
        ..nativelink::Options::default()
    };
    for (path, file) in nativelink::tree(manifest, wanted, &configuration)?.iter() {
        tree.add(format!("base/{path}"), file.text.as_str())?;
    }
    let mut object = |name: &str, text: String| {
        let path = format!("{name}.yaml");
        tree.add(format!("base/{path}"), head.clone() + &text)?;
        base.resources.push(path);
        anyhow::Ok(())
    };
    let server = pods::deployment(SERVER.to_owned(), "server", 1, pods::server());
    object("nativelink", yaml::print(&server))?;
    object("nativelink-service", yaml::print(&clients()))?;
    object("nativelink-policy", yaml::print(&policy()))?;
    let mut overlay = Kustomization::of(vec!["../../base".to_owned()]);
    overlay.images = [pods::SERVER_IMAGE, pods::INIT_IMAGE].map(elsewhere).into();
    let of_server = ConfigMap::of(SERVER, &["nativelink.json5"]);
    base.config_map_generator.push(of_server);
    if wanted.on_demand {
        let nix = ConfigMap::of(pods::NIX, &[nativelink::NIX_CONF]);
        base.config_map_generator.push(nix);
    }
    let launcher = options.entrypoint.map_or(LAUNCHER, Utf8Path::as_str);
    for worker in &workers {
        let name = worker_name(worker);
        let image = match wanted.on_demand {
            true => any(options.worker_image)?.to_owned(),
            false => pulled(worker, options.registry)?,
        };
        let elsewhere = elsewhere(&image);
        if !overlay.images.contains(&elsewhere) {
            overlay.images.push(elsewhere);
        }
        overlay.replicas.push(Replicas {
            name: name.clone(),
            count: options.replicas + 1,
        });
        let file = format!("worker-{}.json5", worker.name);
        let of_worker = ConfigMap::of(name.as_str(), &[&file]);
        base.config_map_generator.push(of_worker);
        let text = if wanted.on_demand {
            let pod = pods::worker_on_demand(worker, &image, launcher, options.sources.options()?);
            yaml::print(&pods::stateful_set(name, options.replicas, pod))
        } else {
            let pod = pods::worker(worker, image);
            yaml::print(&pods::deployment(name, "worker", options.replicas, pod))
        };
        object(&format!("worker-{}", worker.name), text)?;
    }
    if wanted.on_demand {
        // By a name that stays: another manifest starts no pod anew.
        overlay.config_map_generator.push(ConfigMap {
            options: Some(GeneratorOptions {
                disable_name_suffix_hash: true,
            }),
            ..ConfigMap::of(pods::WARM, &["manifest.json"])
        });
        tree.add("overlays/example/manifest.json", manifest.to_json())?;
    }
    let overlay_file = "overlays/example/kustomization.yaml";
    for (path, kustomization) in [(MARKER.file, base), (overlay_file, overlay)] {
        tree.add(path, head.clone() + &yaml::print(&kustomization))?;
    }
    Ok(tree)
}

/// What a worker's objects are called: names in Kubernetes have no underscore.
fn worker_name(worker: &Worker) -> String {
    format!("{SERVER}-worker-{}", worker.name.replace('_', "-"))
}

fn check_names(workers: &[Worker]) -> Result<()> {
    let mut names = BTreeSet::new();
    for worker in workers {
        let name = worker_name(worker);
        let fits = name.len() <= LONGEST && !name.ends_with('-');
        if !fits || !names.insert(name.clone()) {
            bail!(
                "the environment {:?} would be {name:?} in Kubernetes, which is taken, ends in a \
                 hyphen or has more than {LONGEST} characters; give it another name",
                worker.name
            );
        }
    }
    Ok(())
}

/// The image of a worker, as nodes pull it. The property `container-image` stays what it is:
/// it is a name that platforms and workers agree on, and says nothing of where it is kept.
fn pulled(worker: &Worker, registry: Option<&str>) -> Result<String> {
    let image = worker.image.clone().with_context(|| {
        format!(
            "the environment {:?} names no image, and a pod is made of one; name it in the \
             environment's document (docs/reference.md)",
            worker.name
        )
    })?;
    Ok(match registry {
        Some(registry) if !has_registry(&image) => {
            format!("{}/{image}", registry.trim_end_matches('/'))
        }
        _ => image,
    })
}

/// The image of workers that carry nothing of an environment.
fn any(image: Option<&str>) -> Result<&str> {
    image.context(
        "workers that fetch store paths have an image with Nix and lre-launch, which stays the same \
         whatever is built; name it with --worker-image (docs/on-demand.md says what it has)",
    )
}

/// Whether the first part of a reference is a host, by the rule that container engines have.
fn has_registry(image: &str) -> bool {
    let host = |first: &str| first.contains(['.', ':']) || first == "localhost";
    image.split_once('/').is_some_and(|(first, _)| host(first))
}

/// The example's other place for an image.
fn elsewhere(image: &str) -> ImageName {
    let name = match image.split_once('@') {
        Some((name, _)) => name,
        None => image.rsplit_once(':').map_or(image, |(name, _)| name),
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    ImageName {
        name: name.to_owned(),
        new_name: format!("registry.example/{last}"),
    }
}

fn labels(name: &str, component: &'static str) -> Names {
    Names::from([
        ("app.kubernetes.io/name", name.to_owned()),
        ("app.kubernetes.io/component", component.to_owned()),
        ("app.kubernetes.io/part-of", "lre".to_owned()),
    ])
}

/// The ports of the server, for clients and for workers.
fn clients() -> Object<Service> {
    let port = |name, port| ServicePort {
        name,
        port,
        target_port: name,
    };
    Object {
        api_version: "v1",
        kind: "Service",
        metadata: Metadata {
            name: SERVER.to_owned(),
            labels: labels(SERVER, "server"),
        },
        spec: Some(Service {
            selector: labels(SERVER, "server"),
            ports: vec![port("clients", PORT), port("workers", WORKER_PORT)],
        }),
    }
}

/// Workers alone reach the port of workers: who does is given actions and their inputs.
fn policy() -> Object<NetworkPolicy> {
    let workers = Selector {
        match_labels: Names::from([
            ("app.kubernetes.io/component", "worker".to_owned()),
            ("app.kubernetes.io/part-of", "lre".to_owned()),
        ]),
    };
    Object {
        api_version: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: Metadata {
            name: SERVER.to_owned(),
            labels: labels(SERVER, "server"),
        },
        spec: Some(NetworkPolicy {
            pod_selector: Selector {
                match_labels: labels(SERVER, "server"),
            },
            policy_types: ["Ingress"],
            ingress: vec![
                Ingress {
                    from: Vec::new(),
                    ports: vec![PolicyPort { port: PORT }],
                },
                Ingress {
                    from: vec![Peer {
                        pod_selector: workers,
                    }],
                    ports: vec![PolicyPort { port: WORKER_PORT }],
                },
            ],
        }),
    }
}
