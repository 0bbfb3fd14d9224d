//! What stands in front of an executor and lets it fail in one way: nginx, which speaks HTTP/2 and hands
//! calls on. It must not know who calls.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use anyhow::Result;

use super::executor::Executor;
use super::machine::Machine;
use super::server::{Server, free_port};
use super::webcache::nginx_with;

/// The path of a service of the Remote Execution API.
const SERVICE: &str = "/build.bazel.remote.execution.v2.";

/// The answer to GetCapabilities of a server that keeps results and executes nothing: a message of gRPC,
/// not compressed, with a `ServerCapabilities` of SHA256 (`cache_capabilities.digest_functions`) and
/// versions 2.0 to 2.3.
const CACHE_CAPABILITIES: &[u8] = &[
    0, 0, 0, 0, 15, 0x0a, 3, 0x0a, 1, 1, 0x22, 2, 0x08, 2, 0x2a, 4, 0x08, 2, 0x10, 3,
];

/// In which way it fails.
#[derive(Clone, Copy, Debug)]
pub enum Failing {
    /// It takes actions, and starts none.
    Queues,
    /// It says that it executes nothing.
    CacheOnly,
    /// It wants to know who calls.
    Unauthenticated,
    /// It is a web server.
    Web,
}

/// Such an endpoint; it ends when this is dropped.
#[derive(Debug)]
pub struct Front {
    _server: Server,
    /// Takes connections and never answers.
    _silent: TcpListener,
    port: u16,
}

impl Front {
    /// Starts one among the programs of `machine`, in front of `executor`.
    pub fn start(machine: &Machine, executor: &Executor, failing: Failing) -> Result<Self> {
        let port = free_port()?;
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let dir = format!("/tmp/front-{port}");
        let locations = locations(&dir, executor.port(), silent.local_addr()?.port(), failing);
        let server = nginx_with(machine, &dir, port, &format!("http2 on;\n{locations}"))?;
        fs::write(
            machine.path(&format!("{dir}/capabilities")),
            CACHE_CAPABILITIES,
        )?;
        Ok(Self {
            _server: server,
            _silent: silent,
            port,
        })
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("grpc://127.0.0.1:{}", self.port)
    }
}

fn locations(dir: &str, executor: u16, silent: u16, failing: Failing) -> String {
    let hand_on = |port: u16| format!("grpc_pass grpc://127.0.0.1:{port}; grpc_read_timeout 1h;");
    let all = format!("location / {{ {} }}\n", hand_on(executor));
    match failing {
        Failing::Queues => format!(
            "{all}location {SERVICE}Execution/ {{ {} }}\n",
            hand_on(silent)
        ),
        Failing::CacheOnly => format!(
            "{all}location = {SERVICE}Capabilities/GetCapabilities {{\n\
             \x20 root {dir}; default_type application/grpc; error_page 405 =200 /capabilities;\n\
             \x20 try_files /capabilities =404;\n\
             }}\n\
             location = /capabilities {{\n\
             \x20 root {dir}; default_type application/grpc; add_trailer grpc-status 0;\n\
             \x20 error_page 405 =200 /capabilities;\n\
             }}\n"
        ),
        Failing::Unauthenticated => "location / { return 401; }\n".to_owned(),
        Failing::Web => "location / { return 200 hello; }\n".to_owned(),
    }
}
