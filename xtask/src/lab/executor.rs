//! The worker: a root that holds a remote executor and `/nix/store`, and nothing
//! that an action could find by luck. It must not know what is sent to it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::mounts;
use super::server::{Server, free_port};
use crate::shell::capture;

/// User and group of the executor: neither developer's.
pub const UID: u32 = 2000;

/// Where the executor and its libraries are, out of every search path.
pub const HOME: &str = "opt/justbuild";

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
        install(base, &root.join(HOME))?;
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
        self.start_with(NO_LAUNCHER)
    }

    /// As [`Worker::start`], with the words of `launcher`, a list in JSON, before each command.
    pub fn start_with(&self, launcher: &str) -> Result<Executor> {
        let port = free_port()?;
        let build_root = format!("/tmp/executor-{port}");
        let mut command = Command::new("chroot");
        command
            .arg(format!("--userspec={UID}:{UID}"))
            .arg("--groups=")
            .arg(&self.root)
            .args(words(port, &build_root, launcher))
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        let log = self.root.join(format!("tmp/executor-{port}.log"));
        let dir = self.root.join(build_root.trim_start_matches('/'));
        Executor::serve(&mut command, &log, port, dir)
    }
}

/// The command line of an executor that is in [`HOME`], serves on `port`, keeps what it has in
/// `build_root` and puts the words of `launcher`, a list in JSON, before each command.
pub fn words(port: u16, build_root: &str, launcher: &str) -> Vec<String> {
    let home = format!("/{HOME}");
    let (loader, program, port) = (
        format!("{home}/{LOADER}"),
        format!("{home}/justbuild"),
        port.to_string(),
    );
    let start = [&loader, "--library-path", &home, &program, "execute"];
    let flags = [
        "--compatible",
        "-L",
        launcher,
        "-p",
        &port,
        "--local-build-root",
        build_root,
    ];
    start.into_iter().chain(flags).map(str::to_owned).collect()
}

/// No launcher: without it `env --` would come before each command.
pub const NO_LAUNCHER: &str = "[]";

/// Copies the executor of `base` with its libraries and dynamic loader to `home`.
pub fn install(base: &Utf8Path, home: &Utf8Path) -> Result<()> {
    install_program(base, "/usr/bin/justbuild", home)
}

/// As [`install`], for any `program` of `base`.
pub fn install_program(base: &Utf8Path, program: &str, home: &Utf8Path) -> Result<()> {
    fs::create_dir_all(home)?;
    for (name, from) in with_libraries(base, program)? {
        let to = home.join(name);
        fs::copy(base.join(from.trim_start_matches('/')), &to)
            .with_context(|| format!("cannot copy {from} to {to}"))?;
    }
    Ok(())
}

/// The dynamic loader, which is copied beside them.
pub const LOADER: &str = "ld-linux-x86-64.so.2";

/// A program, its loader and its libraries, as pairs of file name and path in `base`.
fn with_libraries(base: &Utf8Path, program: &str) -> Result<Vec<(String, String)>> {
    let listed = capture(Command::new("chroot").arg(base).args(["ldd", program]))?;
    let libraries = listed
        .lines()
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with('/'));
    Ok([program]
        .into_iter()
        .chain(libraries)
        .filter_map(|path| Some((Utf8Path::new(path).file_name()?.to_owned(), path.to_owned())))
        .collect())
}

/// A running executor; it and what it cached end when this is dropped.
#[derive(Debug)]
pub struct Executor {
    _server: Server,
    port: u16,
}

impl Executor {
    /// Runs `command`, which serves on `port`; as [`Server::start`].
    pub fn serve(
        command: &mut Command,
        log: &Utf8Path,
        port: u16,
        dir: Utf8PathBuf,
    ) -> Result<Self> {
        let _server = Server::start(command, log, port, dir)?;
        Ok(Self { _server, port })
    }

    /// The flag of Bazel's that sends actions to it.
    pub fn remote_flag(&self) -> String {
        format!("--remote_executor={}", self.address())
    }

    /// The flag that takes results from its cache and sends it nothing to run.
    pub fn cache_flag(&self) -> String {
        format!("--remote_cache={}", self.address())
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("grpc://127.0.0.1:{}", self.port)
    }

    /// Where it serves.
    pub fn port(&self) -> u16 {
        self.port
    }
}
