//! NativeLink's configuration: stores, scheduler and workers, with the properties that the
//! platforms ask for. It must not know where the processes run; variables say that to them.
//!
//! Names of fields are those of NativeLink 1.6 (`cas_server.rs`, `schedulers.rs` and
//! `stores.rs` of its crate `nativelink-config`). It reads JSON5, of which JSON is a part.

mod config;

use std::collections::BTreeMap;

use anyhow::Result;
use camino::Utf8Path;

use super::on_demand::{LAUNCHER, LONGEST_ACTION, Sources};
use super::{Origin, Worker, heading, json, workers};
use crate::manifest::Manifest;
use crate::properties::Wanted;
use crate::tree::{FileTree, Marker};
use config::*;
use lre_launch::variables::{OPTIONS, SIDE_CHANNEL, TIMEOUT};

/// Where clients find the cache and execution.
pub const PORT: u16 = 50051;
/// Where workers find the scheduler; NativeLink asks for another port than the clients'.
pub const WORKER_PORT: u16 = 50061;

/// By what a folder is known as one of ours.
pub const MARKER: Marker = Marker {
    file: SERVER,
    begins: "// Made by `lre worker nativelink`",
};

/// The file of cache and scheduler; on one machine, of everything.
const SERVER: &str = "nativelink.json5";

const FILES: &str = "FILES";
const CAS: &str = "CAS";
const AC: &str = "AC";
const SCHEDULER: &str = "SCHEDULER";

/// What Nix on a worker is told, where it fetches on demand.
pub const NIX_CONF: &str = "nix.conf";

/// Bytes of content that a server or worker keeps, and of results.
const CONTENT: u64 = 10_000_000_000;
const RESULTS: u64 = 1_000_000_000;

/// How the processes are laid out.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    /// One process for everything, on one machine.
    pub single_process: bool,
    /// A program that runs each action, which is handed over as its arguments; on demand, the
    /// launcher.
    pub entrypoint: Option<&'a Utf8Path>,
    /// Where workers fetch store paths from that are asked for on demand.
    pub sources: Sources,
}

/// What runs each action.
#[derive(Clone, Copy)]
struct Entry<'a> {
    program: Option<&'a Utf8Path>,
    /// The launcher's options, where it is one.
    launcher: Option<&'a str>,
}

/// The files: `nativelink.json5`, `worker-NAME.json5` for each worker, and `nix.conf` where they
/// fetch on demand.
///
/// # Errors
/// Workers that a scheduler cannot tell apart, or that do not know where to fetch from.
pub fn tree(manifest: &Manifest, wanted: &Wanted, options: &Options) -> Result<FileTree> {
    let workers = workers(manifest, wanted)?;
    let origin = Origin::of(manifest, wanted);
    let options_of_launcher = options.sources.options()?;
    let entry = Entry {
        program: match wanted.on_demand {
            true => options.entrypoint.or(Some(Utf8Path::new(LAUNCHER))),
            false => options.entrypoint,
        },
        launcher: wanted.on_demand.then_some(options_of_launcher.as_str()),
    };
    let mut tree = FileTree::default();
    if wanted.on_demand {
        tree.add(NIX_CONF, options.sources.nix_conf("nativelink")?)?;
    }
    let head = |worker| heading("//", "nativelink", worker, &origin);
    if options.single_process {
        let everything = single_process(&workers, entry);
        tree.add(SERVER, head(None) + &json(&everything))?;
        return Ok(tree);
    }
    tree.add(SERVER, head(None) + &json(&server(&workers)))?;
    for worker in &workers {
        let text = head(Some(worker)) + &json(&self::worker(worker, entry));
        tree.add(format!("worker-{}.json5", worker.name), text)?;
    }
    Ok(tree)
}

/// Cache and scheduler in a process of their own.
fn server(workers: &[Worker]) -> Config {
    let files = Store::Filesystem(data("server", "content", CONTENT));
    let listen = "${LRE_LISTEN:-0.0.0.0}";
    services(files, workers, listen, listen)
}

/// A worker in a process of its own. The server that it has is there to be probed: a worker
/// has no other port.
fn worker(worker: &Worker, entry: Entry) -> Config {
    let address = |port: u16| format!("grpc://${{LRE_SCHEDULER:-127.0.0.1}}:{port}");
    let folder = format!("worker-{}", worker.name);
    let upstream = |store_type| {
        Store::Grpc(Grpc {
            endpoints: vec![Address {
                address: address(PORT),
            }],
            store_type,
        })
    };
    let files = Store::FastSlow(Box::new(FastSlow {
        fast: Store::Filesystem(data(&folder, "content", CONTENT)),
        fast_direction: Some(Direction::Get),
        slow: Store::RefStore(RefStore { name: CAS }),
    }));
    Config {
        stores: vec![
            Named::new(CAS, upstream(StoreType::Cas)),
            Named::new(AC, upstream(StoreType::Ac)),
            Named::new(FILES, files),
        ],
        schedulers: Vec::new(),
        workers: vec![local(worker, &folder, address(WORKER_PORT), entry)],
        servers: vec![Server {
            name: "health",
            listener: Listener::http("${LRE_HEALTH:-127.0.0.1:0}".to_owned()),
            services: Services {
                health: Some(Empty {}),
                ..Services::default()
            },
        }],
    }
}

/// Everything in one process. A worker takes its files from a store that has a slow part;
/// this one has nothing there, since the cache is the worker's own.
fn single_process(workers: &[Worker], entry: Entry) -> Config {
    let files = Store::FastSlow(Box::new(FastSlow {
        fast: Store::Filesystem(data("server", "content", CONTENT)),
        fast_direction: None,
        slow: Store::Noop(Empty {}),
    }));
    let mut config = services(files, workers, "${LRE_LISTEN:-127.0.0.1}", "127.0.0.1");
    config.workers = workers
        .iter()
        .map(|worker| {
            let uri = format!("grpc://127.0.0.1:{WORKER_PORT}");
            local(worker, &format!("worker-{}", worker.name), uri, entry)
        })
        .collect();
    config
}

/// What clients are served at the address `listen`, and workers at the address `own`.
fn services(files: Store, workers: &[Worker], listen: &str, own: &str) -> Config {
    let cas = Store::Verify(Box::new(Verify {
        backend: Store::RefStore(RefStore { name: FILES }),
        verify_size: true,
        verify_hash: true,
    }));
    let ac = Store::CompletenessChecking(Box::new(CompletenessChecking {
        backend: Store::Filesystem(data("server", "results", RESULTS)),
        cas_store: Store::RefStore(RefStore { name: CAS }),
    }));
    let scheduler = SCHEDULER;
    let clients = Services {
        cas: Some([CasService { cas_store: CAS }]),
        ac: Some([AcService { ac_store: AC }]),
        bytestream: Some([CasService { cas_store: CAS }]),
        capabilities: Some([Capabilities {
            remote_execution: UsesScheduler { scheduler },
        }]),
        execution: Some([Execution {
            cas_store: CAS,
            scheduler,
        }]),
        ..Services::default()
    };
    let internal = Services {
        worker_api: Some(UsesScheduler { scheduler }),
        health: Some(Empty {}),
        ..Services::default()
    };
    let server = |name, address: String, services| Server {
        name,
        listener: Listener::http(address),
        services,
    };
    Config {
        stores: vec![
            Named::new(FILES, files),
            Named::new(CAS, cas),
            Named::new(AC, ac),
        ],
        schedulers: vec![Named::new(SCHEDULER, Scheduler::exact(workers))],
        workers: Vec::new(),
        servers: vec![
            server("clients", format!("{listen}:{PORT}"), clients),
            server("workers", format!("{own}:{WORKER_PORT}"), internal),
        ],
    }
}

/// A folder of content, and one beside it for what is not complete yet: NativeLink moves files
/// from one to the other, so both are on one disk.
fn data(folder: &str, name: &str, max_bytes: u64) -> Filesystem {
    Filesystem {
        content_path: path(folder, name),
        temp_path: path(folder, &format!("{name}-new")),
        eviction_policy: Eviction { max_bytes },
    }
}

/// Actions run beside the content, which is linked into their folders.
fn local(worker: &Worker, folder: &str, uri: String, entry: Entry) -> WorkerEntry {
    WorkerEntry::Local(Local {
        name: worker.name.to_owned(),
        worker_api_endpoint: Endpoint { uri },
        max_inflight_tasks: "${LRE_JOBS:-8}",
        entrypoint: entry.program.map(|path| literal(path.as_str())),
        launched: entry.launcher.map(|options| Launched {
            timeout_handled_externally: true,
            max_action_timeout_s: LONGEST_ACTION,
            additional_environment: BTreeMap::from([
                (OPTIONS, EnvironmentSource::Value(literal(options))),
                (TIMEOUT, EnvironmentSource::TimeoutMillis),
                (SIDE_CHANNEL, EnvironmentSource::SideChannelFile),
            ]),
        }),
        cas_fast_slow_store: FILES,
        upload_action_result: Upload { ac_store: AC },
        work_directory: path(folder, "work"),
        platform_properties: (worker.properties.iter())
            .map(|(name, value)| (name.clone(), Property::values(literal(value))))
            .collect(),
    })
}

fn path(folder: &str, name: &str) -> String {
    format!("${{LRE_DATA:-/var/lib/nativelink}}/{folder}/{name}")
}

/// A text that stays what it is when NativeLink expands variables in it (with the crate
/// shellexpand, in most strings of its configuration and in no key).
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}
