//! The worker: a root that holds a remote executor and `/nix/store`, and nothing
//! that an action could find by luck. It must not know what is sent to it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::mounts;
use crate::shell::{capture, run};

/// User and group of the executor: neither developer's.
const UID: u32 = 2000;

/// Where the executor and its libraries are, out of every search path.
const HOME: &str = "opt/justbuild";

/// The worker's root, mounted.
#[derive(Debug)]
pub struct Worker {
    /// Its root, seen from outside.
    pub root: Utf8PathBuf,
}

impl Worker {
    /// Makes the root at `root`: justbuild with its libraries and dynamic loader in
    /// a folder of their own; of `/bin` and `/usr/bin` no more than the three paths
    /// that scripts hard-code (Bazel's test-setup.sh among them), as links into the
    /// store's `core_tools`.
    pub fn mount(
        root: Utf8PathBuf,
        base: &Utf8Path,
        nix: &Utf8Path,
        core_tools: &str,
    ) -> Result<Self> {
        mounts::memory(&root, "755")?;
        let home = root.join(HOME);
        fs::create_dir_all(&home)?;
        for (name, from) in justbuild(base)? {
            let to = home.join(name);
            fs::copy(base.join(from.trim_start_matches('/')), &to)
                .with_context(|| format!("cannot copy {from} to {to}"))?;
        }
        for (link, tool) in [
            ("bin/sh", "sh"),
            ("bin/bash", "bash"),
            ("usr/bin/env", "env"),
        ] {
            let link = root.join(link);
            fs::create_dir_all(link.parent().expect("below the root"))?;
            symlink(format!("{core_tools}/bin/{tool}"), &link)?;
        }
        fs::create_dir_all(root.join("etc"))?;
        fs::write(
            root.join("etc/passwd"),
            format!("worker:x:{UID}:{UID}::/tmp:/bin/sh\n"),
        )?;
        let tmp = root.join("tmp");
        fs::create_dir_all(&tmp)?;
        fs::set_permissions(&tmp, fs::Permissions::from_mode(0o1777))?;
        mounts::system(&root)?;
        mounts::bind_read_only(nix, &root.join("nix"))?;
        Ok(Self { root })
    }

    /// Starts an executor that has cached nothing and knows no earlier one.
    pub fn start(&self) -> Result<Executor> {
        // Two executors would share a port in silence, so it must be one that is free.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let build_root = format!("/tmp/executor-{port}");
        let home = format!("/{HOME}");
        let log = fs::File::create(self.root.join(format!("tmp/executor-{port}.log")))?;
        let child = Command::new("chroot")
            .arg(format!("--userspec={UID}:{UID}"))
            .arg("--groups=")
            .arg(&self.root)
            .arg(format!("{home}/{LOADER}"))
            .args(["--library-path", &home, &format!("{home}/justbuild")])
            // Without `-L []` a launcher `env --` would come before each command.
            .args(["execute", "--compatible", "-L", "[]"])
            .args(["-p", &port.to_string(), "--local-build-root", &build_root])
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("chroot could not be started")?;
        let mut executor = Executor {
            child,
            port,
            build_root: self.root.join(build_root.trim_start_matches('/')),
        };
        executor.wait_until_ready()?;
        Ok(executor)
    }
}

const LOADER: &str = "ld-linux-x86-64.so.2";

/// justbuild, its loader and its libraries, as pairs of file name and path in `base`.
fn justbuild(base: &Utf8Path) -> Result<Vec<(String, String)>> {
    let listed = capture(
        Command::new("chroot")
            .arg(base)
            .args(["ldd", "/usr/bin/justbuild"]),
    )?;
    let libraries = listed
        .lines()
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with('/'));
    Ok(["/usr/bin/justbuild"]
        .into_iter()
        .chain(libraries)
        .filter_map(|path| Some((Utf8Path::new(path).file_name()?.to_owned(), path.to_owned())))
        .collect())
}

/// A running executor; it and what it cached end when this is dropped.
#[derive(Debug)]
pub struct Executor {
    child: Child,
    port: u16,
    build_root: Utf8PathBuf,
}

impl Executor {
    /// The flag of Bazel's that sends actions to it.
    pub fn remote_flag(&self) -> String {
        format!("--remote_executor={}", self.address())
    }

    /// The flag that takes results from its cache and sends it nothing to run.
    pub fn cache_flag(&self) -> String {
        format!("--remote_cache={}", self.address())
    }

    fn address(&self) -> String {
        format!("grpc://127.0.0.1:{}", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        for _ in 0..300 {
            if let Some(status) = self.child.try_wait()? {
                bail!("the executor ended as it started: {status}");
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the executor does not answer on port {}", self.port)
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the namespace ends it anyway.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = run(Command::new("rm").arg("-rf").arg(&self.build_root));
    }
}
