//! The part of NativeLink's configuration that we write, under its own names of fields and
//! variants. It must not know what goes into them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Worker;

/// `CasConfig`: the whole of a file.
#[derive(Serialize)]
pub struct Config {
    pub stores: Vec<Named<Store>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schedulers: Vec<Named<Scheduler>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<WorkerEntry>,
    pub servers: Vec<Server>,
}

/// `NamedConfig`.
#[derive(Serialize)]
pub struct Named<T> {
    name: &'static str,
    #[serde(flatten)]
    spec: T,
}

impl<T> Named<T> {
    pub fn new(name: &'static str, spec: T) -> Named<T> {
        Named { name, spec }
    }
}

/// `StoreSpec`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Store {
    Filesystem(Filesystem),
    FastSlow(Box<FastSlow>),
    Verify(Box<Verify>),
    CompletenessChecking(Box<CompletenessChecking>),
    Grpc(Grpc),
    RefStore(RefStore),
    Noop(Empty),
}

/// `FilesystemSpec`; paths are expanded, sizes are bytes.
#[derive(Serialize)]
pub struct Filesystem {
    pub content_path: String,
    pub temp_path: String,
    pub eviction_policy: Eviction,
}

#[derive(Serialize)]
pub struct Eviction {
    pub max_bytes: u64,
}

/// `FastSlowSpec`.
#[derive(Serialize)]
pub struct FastSlow {
    pub fast: Store,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast_direction: Option<Direction>,
    pub slow: Store,
}

/// `StoreDirection`: `get` keeps what is read, and not what is written.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Get,
}

#[derive(Serialize)]
pub struct Verify {
    pub backend: Store,
    pub verify_size: bool,
    pub verify_hash: bool,
}

#[derive(Serialize)]
pub struct CompletenessChecking {
    pub backend: Store,
    pub cas_store: Store,
}

#[derive(Serialize)]
pub struct Grpc {
    pub endpoints: Vec<Address>,
    pub store_type: StoreType,
}

#[derive(Serialize)]
pub struct Address {
    pub address: String,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreType {
    Cas,
    Ac,
}

#[derive(Serialize)]
pub struct RefStore {
    pub name: &'static str,
}

#[derive(Serialize)]
pub struct Empty {}

/// `SchedulerSpec`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheduler {
    Simple(Simple),
}

#[derive(Serialize)]
pub struct Simple {
    supported_platform_properties: BTreeMap<String, Matches>,
}

/// `PropertyType`: a worker has the very value that is asked for, or gets no such action.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Matches {
    Exact,
}

impl Scheduler {
    /// One that matches every property of `workers` exactly. NativeLink knows values that
    /// matter less, by which an action could reach a worker that lacks its tools.
    pub fn exact(workers: &[Worker]) -> Scheduler {
        let names = workers.iter().flat_map(|worker| worker.properties.keys());
        Scheduler::Simple(Simple {
            supported_platform_properties: names
                .map(|name| (name.clone(), Matches::Exact))
                .collect(),
        })
    }
}

/// `WorkerConfig`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerEntry {
    Local(Local),
}

/// `LocalWorkerConfig`. Without `max_inflight_tasks` a worker takes any number of actions.
#[derive(Serialize)]
pub struct Local {
    pub name: String,
    pub worker_api_endpoint: Endpoint,
    pub max_inflight_tasks: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<String>,
    #[serde(flatten)]
    pub launched: Option<Launched>,
    pub cas_fast_slow_store: &'static str,
    pub upload_action_result: Upload,
    pub work_directory: String,
    pub platform_properties: BTreeMap<String, Property>,
}

/// Fields of `LocalWorkerConfig` for an entrypoint that first fetches, and then keeps the time-out
/// of the action itself. NativeLink itself ends an action after `max_action_timeout_s`, in seconds; by
/// default that is 20 minutes.
#[derive(Serialize)]
pub struct Launched {
    pub timeout_handled_externally: bool,
    pub max_action_timeout_s: u64,
    pub additional_environment: BTreeMap<&'static str, EnvironmentSource>,
}

/// `EnvironmentSource`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentSource {
    /// A text, in which variables are expanded.
    Value(String),
    /// The action's time-out in milliseconds.
    TimeoutMillis,
    /// A file in which to say that the time was up.
    SideChannelFile,
}

#[derive(Serialize)]
pub struct Endpoint {
    pub uri: String,
}

#[derive(Serialize)]
pub struct Upload {
    pub ac_store: &'static str,
}

/// `WorkerProperty`; a property that is matched exactly has one value.
#[derive(Serialize)]
pub struct Property {
    values: [String; 1],
}

impl Property {
    pub fn values(value: String) -> Property {
        Property { values: [value] }
    }
}

/// `ServerConfig`.
#[derive(Serialize)]
pub struct Server {
    pub name: &'static str,
    pub listener: Listener,
    pub services: Services,
}

/// `ListenerConfig`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    Http(Http),
}

impl Listener {
    pub fn http(socket_address: String) -> Listener {
        Listener::Http(Http { socket_address })
    }
}

#[derive(Serialize)]
pub struct Http {
    socket_address: String,
}

/// `ServicesConfig`; each that is a list serves the instance with the empty name, Bazel's
/// default.
#[derive(Default, Serialize)]
pub struct Services {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cas: Option<[CasService; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ac: Option<[AcService; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytestream: Option<[CasService; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capabilities: Option<[Capabilities; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<[Execution; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_api: Option<UsesScheduler>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Empty>,
}

#[derive(Serialize)]
pub struct CasService {
    pub cas_store: &'static str,
}

#[derive(Serialize)]
pub struct AcService {
    pub ac_store: &'static str,
}

#[derive(Serialize)]
pub struct Capabilities {
    pub remote_execution: UsesScheduler,
}

#[derive(Serialize)]
pub struct UsesScheduler {
    pub scheduler: &'static str,
}

#[derive(Serialize)]
pub struct Execution {
    pub cas_store: &'static str,
    pub scheduler: &'static str,
}
