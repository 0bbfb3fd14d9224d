//! A program that serves on a port of the loopback interface until it is dropped. It must
//! not know what it serves.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use crate::checkout::remove;
use crate::shell::{PATIENCE, tail};

/// A port that nobody listens on: two programs may share one in silence.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// A running program with what it keeps; both end when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    dir: Utf8PathBuf,
}

impl Server {
    /// Starts `command`, which logs to `log`, and waits until it answers on `port`; `dir` is
    /// removed in the end.
    pub fn start(
        command: &mut Command,
        log: &Utf8Path,
        port: u16,
        dir: Utf8PathBuf,
    ) -> Result<Self> {
        let file = fs::File::create(log).with_context(|| format!("cannot write {log}"))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("chroot could not be started")?;
        let mut server = Self { child, dir };
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = server.child.try_wait()? {
                let said = fs::read_to_string(log).unwrap_or_default();
                bail!("a server ended as it started: {status}\n{}", tail(&said));
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("nothing answers on port {port}; see {log}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the namespace ends it anyway.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = remove(&self.dir);
    }
}
