//! A cache that knows nothing of Bazel: nginx, to which files are put and from which they are
//! got over HTTP. It must not know who uses it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::{Context, Result};

use super::machine::Machine;
use super::server::{Server, free_port};
use crate::checkout::remove;

/// A running cache; it and what it holds end when this is dropped.
#[derive(Debug)]
pub struct WebCache {
    _server: Server,
    port: u16,
}

impl WebCache {
    /// Starts an empty one among the programs of `machine`.
    pub fn start(machine: &Machine) -> Result<Self> {
        let port = free_port()?;
        let dir = format!("/tmp/webcache-{port}");
        let _server = nginx(machine, &dir, port, &format!("{dir}/files"), PUT)?;
        Ok(Self { _server, port })
    }

    /// The flag that makes Bazel get results from it and put them there.
    pub fn flag(&self) -> String {
        format!("--remote_cache=http://127.0.0.1:{}", self.port)
    }
}

/// Bazel puts results to `/ac/` and `/cas/` below the address (its documentation on remote
/// caching, "nginx").
const PUT: &str = "dav_methods PUT; create_full_put_path on; access_log off;";

/// Starts nginx among the programs of `machine`. It keeps its own files in `dir`, which goes with it,
/// and serves `files` on `port`, with `directives` for all of them.
pub fn nginx(
    machine: &Machine,
    dir: &str,
    port: u16,
    files: &str,
    directives: &str,
) -> Result<Server> {
    let directives = format!("root {files}; location / {{ {directives} }}");
    nginx_with(machine, dir, port, &directives)
}

/// As [`nginx`], with `directives` for the server as a whole.
pub fn nginx_with(machine: &Machine, dir: &str, port: u16, directives: &str) -> Result<Server> {
    let path = machine.path(dir);
    remove(&path)?;
    fs::create_dir(&path).with_context(|| format!("cannot create {path}"))?;
    // nginx works as another user than the one that starts it.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777))?;
    let file = format!("{dir}/nginx.conf");
    machine.write(&file, &configuration(dir, port, directives))?;
    let mut command = Command::new("chroot");
    command
        .arg(&machine.root)
        .args(["nginx", "-e", "stderr", "-c", &file]);
    Server::start(
        &mut command,
        &machine.path(&format!("{dir}.log")),
        port,
        path,
    )
}

/// nginx's configuration: it keeps its own files in `dir` and serves on `port`, with `directives`.
fn configuration(dir: &str, port: u16, directives: &str) -> String {
    format!(
        "daemon off;\n\
         master_process off;\n\
         pid {dir}/pid;\n\
         events {{}}\n\
         http {{\n\
         \x20 client_body_temp_path {dir}/client;\n\
         \x20 proxy_temp_path {dir}/proxy;\n\
         \x20 fastcgi_temp_path {dir}/fastcgi;\n\
         \x20 uwsgi_temp_path {dir}/uwsgi;\n\
         \x20 scgi_temp_path {dir}/scgi;\n\
         \x20 access_log off;\n\
         \x20 server {{\n\
         \x20   listen 127.0.0.1:{port};\n\
         \x20   client_max_body_size 0;\n\
         \x20   {directives}\n\
         \x20 }}\n\
         }}\n"
    )
}
