//! The pods of server and workers: what runs in them, what they may write and what they get of
//! a machine. It must not know by which objects they are reached.

use super::objects::*;
use super::{HEALTH_PORT, Names, labels, worker_name};
use crate::system::Cpu;
use crate::worker::Worker;
use crate::worker::nativelink::{PORT, WORKER_PORT};
use lre_launch::variables::OPTIONS;

/// NativeLink's own images, of one version. The second is the first with a program that copies
/// NativeLink, which is linked statically, to the path that it is given. Where a cluster pulls
/// them from is for an overlay to say.
pub const SERVER_IMAGE: &str = "tracemachina/nativelink:v1.6.6";
pub const INIT_IMAGE: &str = "tracemachina/nativelink-worker-init:v1.6.6";

/// Any user but root; no image has to know it.
const USER: u32 = 65532;

/// How many actions a worker takes at once, which is the limit of its CPUs.
const JOBS: u32 = 4;

const DATA: &str = "/var/lib/nativelink";
const CONFIG: &str = "/etc/nativelink";
const PROGRAM: &str = "/opt/nativelink";
const LISTS: &str = "/etc/lre";

/// ConfigMaps of workers that fetch: what Nix is told, and manifests to have ready.
pub const NIX: &str = "nativelink-nix";
pub const WARM: &str = "nativelink-warm";

/// Cache and scheduler.
pub fn server() -> Pod {
    Pod {
        containers: vec![Container {
            args: vec![format!("{CONFIG}/nativelink.json5")],
            ports: vec![port("clients", PORT), port("workers", WORKER_PORT)],
            startup_probe: probe("clients", 5, 60),
            readiness_probe: probe("clients", 10, 3),
            liveness_probe: probe("clients", 30, 4),
            resources: resources(("500m", "1Gi"), ("2", "4Gi"), "24Gi"),
            volume_mounts: vec![
                mount("config", CONFIG, true),
                mount("data", DATA, false),
                mount("tmp", "/tmp", false),
            ],
            ..container("nativelink", SERVER_IMAGE.to_owned())
        }],
        volumes: vec![
            config("nativelink"),
            empty("data", "22Gi"),
            empty("tmp", "1Gi"),
        ],
        ..pod()
    }
}

/// A worker: the environment's image, in which NativeLink runs that a first container brought.
pub fn worker(worker: &Worker, image: String) -> Pod {
    let name = worker_name(worker);
    let arch = match worker.system.cpu {
        Cpu::X86_64 => "amd64",
        Cpu::Aarch64 => "arm64",
    };
    let mut pod = pod();
    let node = &mut pod.node_selector;
    node.insert("kubernetes.io/arch", arch.to_owned());
    Pod {
        init_containers: vec![Container {
            args: vec![format!("{PROGRAM}/nativelink")],
            resources: resources(("100m", "64Mi"), ("1", "256Mi"), "1Gi"),
            volume_mounts: vec![mount("program", PROGRAM, false)],
            ..container("nativelink", INIT_IMAGE.to_owned())
        }],
        containers: vec![Container {
            command: vec![format!("{PROGRAM}/nativelink")],
            args: vec![format!("{CONFIG}/worker-{}.json5", worker.name)],
            env: vec![
                variable("LRE_SCHEDULER", "nativelink".to_owned()),
                variable("LRE_HEALTH", format!("0.0.0.0:{HEALTH_PORT}")),
                variable("LRE_JOBS", JOBS.to_string()),
            ],
            ports: vec![port("health", HEALTH_PORT)],
            startup_probe: probe("health", 5, 60),
            readiness_probe: probe("health", 10, 3),
            liveness_probe: probe("health", 30, 4),
            resources: resources(("1", "2Gi"), (&JOBS.to_string(), "8Gi"), "32Gi"),
            volume_mounts: vec![
                mount("config", CONFIG, true),
                mount("program", PROGRAM, true),
                mount("data", DATA, false),
                mount("tmp", "/tmp", false),
            ],
            ..container("worker", image)
        }],
        volumes: vec![
            config(&name),
            empty("program", "1Gi"),
            empty("data", "24Gi"),
            empty("tmp", "4Gi"),
        ],
        ..pod
    }
}

/// A worker that fetches store paths: any image with Nix and the launcher, and a store that stays
/// when the pod starts anew. Before it takes actions it fetches what the manifests of the optional
/// ConfigMap [`WARM`] name.
pub fn worker_on_demand(worker: &Worker, image: &str, launcher: &str, options: String) -> Pod {
    let mut pod = self::worker(worker, image.to_owned());
    let labels = labels(&worker_name(worker), "worker");
    let store = [
        mount("store", "/nix", false),
        mount("nix", "/etc/nix", true),
    ];
    pod.init_containers.push(Container {
        command: vec!["/bin/sh".to_owned(), "-c".to_owned()],
        args: vec![format!(
            "for list in {LISTS}/*; do [ ! -e \"$list\" ] || {launcher} --warm \"$list\" || true; done"
        )],
        env: vec![variable(OPTIONS, options)],
        resources: resources(("100m", "256Mi"), ("2", "1Gi"), "1Gi"),
        volume_mounts: store
            .iter()
            .cloned()
            .chain([mount("warm", LISTS, true), mount("tmp", "/tmp", false)])
            .collect(),
        ..container("warm", image.to_owned())
    });
    for container in &mut pod.containers {
        container.volume_mounts.extend(store.iter().cloned());
        container.volume_mounts.push(mount("warm", LISTS, true));
    }
    // Who keeps an action's time-out ends after it, and somebody has to wait for that.
    pod.share_process_namespace = true;
    pod.volumes.push(config_map("nix", NIX, false));
    pod.volumes.push(config_map("warm", WARM, true));
    // The store is large, and what is in it has its mode already: only an empty one is changed.
    pod.security_context.fs_group_change_policy = Some("OnRootMismatch");
    pod.topology_spread_constraints.push(Spread {
        max_skew: 1,
        topology_key: "kubernetes.io/hostname",
        when_unsatisfiable: "ScheduleAnyway",
        label_selector: Selector {
            match_labels: labels,
        },
    });
    pod
}

/// Keeps `pod` under `name`, each replica with a store of its own.
pub fn stateful_set(name: String, replicas: u32, pod: Pod) -> Object<StatefulSet> {
    let labels = labels(&name, "worker");
    Object {
        api_version: "apps/v1",
        kind: "StatefulSet",
        metadata: Metadata {
            name: name.clone(),
            labels: labels.clone(),
        },
        spec: Some(StatefulSet {
            replicas,
            selector: Selector {
                match_labels: labels.clone(),
            },
            service_name: name,
            pod_management_policy: "Parallel",
            template: Template {
                metadata: Metadata {
                    labels,
                    ..Metadata::default()
                },
                spec: pod,
            },
            volume_claim_templates: vec![Claim {
                metadata: Metadata {
                    name: "store".to_owned(),
                    ..Metadata::default()
                },
                spec: ClaimSpec {
                    access_modes: ["ReadWriteOnce"],
                    resources: ClaimResources {
                        requests: Names::from([("storage", "50Gi".to_owned())]),
                    },
                },
            }],
        }),
    }
}

/// Deploys `pod` under `name`. Pods of a server are never two at a time: each has a cache and a
/// queue of its own.
pub fn deployment(
    name: String,
    component: &'static str,
    replicas: u32,
    pod: Pod,
) -> Object<Deployment> {
    let labels = labels(&name, component);
    let strategy = match component {
        "server" => "Recreate",
        _ => "RollingUpdate",
    };
    Object {
        api_version: "apps/v1",
        kind: "Deployment",
        metadata: Metadata {
            name,
            labels: labels.clone(),
        },
        spec: Some(Deployment {
            replicas,
            selector: Selector {
                match_labels: labels.clone(),
            },
            strategy: Strategy { r#type: strategy },
            template: Template {
                metadata: Metadata {
                    labels,
                    ..Metadata::default()
                },
                spec: pod,
            },
        }),
    }
}

fn pod() -> Pod {
    Pod {
        automount_service_account_token: false,
        enable_service_links: false,
        share_process_namespace: false,
        node_selector: Names::from([("kubernetes.io/os", "linux".to_owned())]),
        security_context: PodSecurity {
            run_as_non_root: true,
            run_as_user: USER,
            run_as_group: USER,
            fs_group: USER,
            fs_group_change_policy: None,
            seccomp_profile: Seccomp {
                r#type: "RuntimeDefault",
            },
        },
        topology_spread_constraints: Vec::new(),
        init_containers: Vec::new(),
        containers: Vec::new(),
        volumes: Vec::new(),
    }
}

fn container(name: &'static str, image: String) -> Container {
    Container {
        name,
        image,
        command: Vec::new(),
        args: Vec::new(),
        env: Vec::new(),
        ports: Vec::new(),
        startup_probe: None,
        readiness_probe: None,
        liveness_probe: None,
        resources: resources(("0", "0"), ("0", "0"), "0"),
        security_context: Security {
            allow_privilege_escalation: false,
            read_only_root_filesystem: true,
            capabilities: Capabilities { drop: ["ALL"] },
        },
        volume_mounts: Vec::new(),
    }
}

/// CPUs and memory that are kept free and that are the most, and the most that is written.
fn resources(requests: (&str, &str), limits: (&str, &str), disk: &str) -> Resources {
    let names = |(cpu, memory): (&str, &str)| {
        Names::from([("cpu", cpu.to_owned()), ("memory", memory.to_owned())])
    };
    let mut limits = names(limits);
    limits.insert("ephemeral-storage", disk.to_owned());
    Resources {
        requests: names(requests),
        limits,
    }
}

/// Whether the port is open. NativeLink's own answer to "how are you" writes to every store,
/// which is too much to ask every few seconds.
fn probe(port: &'static str, period_seconds: u32, failure_threshold: u32) -> Option<Probe> {
    Some(Probe {
        tcp_socket: Socket { port },
        period_seconds,
        failure_threshold,
    })
}

fn port(name: &'static str, container_port: u16) -> ContainerPort {
    ContainerPort {
        name,
        container_port,
    }
}

fn variable(name: &'static str, value: String) -> Variable {
    Variable { name, value }
}

fn mount(name: &'static str, mount_path: &'static str, read_only: bool) -> Mount {
    Mount {
        name,
        mount_path,
        read_only,
    }
}

fn empty(name: &'static str, size_limit: &'static str) -> Volume {
    Volume {
        name,
        empty_dir: Some(EmptyDir { size_limit }),
        config_map: None,
    }
}

fn config(name: &str) -> Volume {
    config_map("config", name, false)
}

fn config_map(name: &'static str, of: &str, optional: bool) -> Volume {
    Volume {
        name,
        empty_dir: None,
        config_map: Some(ConfigMapVolume {
            name: of.to_owned(),
            optional,
        }),
    }
}
