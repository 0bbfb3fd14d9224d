//! A binary cache: a folder of a machine, served over HTTP by nginx, which writes down what was asked
//! for. It must not know what is in the folder.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::machine::Machine;
use super::server::{Server, free_port};
use super::webcache::nginx;

/// Where the folder is, in the machine.
pub const FOLDER: &str = "/srv/cache";

/// A running cache; what is in the folder stays when it is dropped.
#[derive(Debug)]
pub struct BinaryCache {
    _server: Server,
    port: u16,
    log: Utf8PathBuf,
}

impl BinaryCache {
    /// Serves the folder of `machine` on `port`, or on any; `rate` is how much a client gets in a
    /// second, where it is to be slow (as nginx takes it).
    pub fn start(machine: &Machine, port: Option<u16>, rate: Option<&str>) -> Result<Self> {
        let port = port.map_or_else(free_port, Ok)?;
        let log = format!("/srv/access-{port}.log");
        let slow = rate.map(|rate| format!("limit_rate {rate};"));
        let directives = format!("{} access_log {log};", slow.unwrap_or_default());
        let dir = format!("/tmp/binarycache-{port}");
        Ok(Self {
            _server: nginx(machine, &dir, port, FOLDER, &directives)?,
            port,
            log: machine.path(&log),
        })
    }

    /// Where it is found.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port that it serves on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The archives that were asked for, as often as they were.
    pub fn fetched(&self) -> Result<Vec<String>> {
        let text = std::fs::read_to_string(&self.log)?;
        let paths = text
            .lines()
            .filter_map(|line| line.split('"').nth(1)?.split(' ').nth(1));
        let archives = paths.filter(|path| path.starts_with("/nar/"));
        Ok(archives.map(str::to_owned).collect())
    }
}
