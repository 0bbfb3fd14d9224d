//! A worker whose store is empty: an executor, Nix, the launcher and a shell, and nothing of any
//! toolchain. It must not know what is sent to it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::executor::{Executor, HOME, LOADER, UID, install, install_program, words};
use super::server::free_port;
use super::{Lab, mounts};
use crate::cargo;
use crate::checkout::remove;
use crate::provision::Need;
use crate::shell::run;

/// Where the worker has the launcher.
pub const LAUNCHER: &str = "/opt/lre/lre-launch";

/// Where it has Nix with its libraries, and its shell and `env`, which need none.
const NIX: &str = "/opt/nix";
const TOOLS: &str = "/opt/tools";

/// The worker's root, mounted; its store goes when it is dropped.
#[derive(Debug)]
pub struct OnDemand {
    /// Its root, seen from outside.
    pub root: Utf8PathBuf,
    store: Utf8PathBuf,
}

impl OnDemand {
    /// Mounts a worker called `name` with an empty store; `size` is how much goes into that (as
    /// mount(8) takes it), where it is to be a small one.
    pub fn mount(lab: &Lab, name: &str, size: Option<&str>) -> Result<Self> {
        lab.takes(Need::Launcher)?;
        let base = lab.dir.join("base");
        let roots = lab.a.root.parent().context("machines are below a folder")?;
        let worker = Self {
            root: roots.join(name),
            store: lab.dir.join(format!("store-{name}")),
        };
        mounts::memory(&worker.root, "755")?;
        worker.programs(&base)?;
        worker.write(
            "etc/passwd",
            &format!("worker:x:{UID}:{UID}::/tmp:/bin/sh\n"),
            0o644,
        )?;
        let tmp = worker.path("tmp");
        fs::create_dir_all(&tmp)?;
        fs::set_permissions(&tmp, fs::Permissions::from_mode(0o1777))?;
        mounts::system(&worker.root)?;
        let nix = worker.path("nix");
        remove(&worker.store)?;
        fs::create_dir_all(&worker.store)
            .with_context(|| format!("cannot create {}", worker.store))?;
        match size {
            Some(size) => mounts::small(&nix, size)?,
            None => mounts::bind(&worker.store, &nix)?,
        }
        std::os::unix::fs::chown(&nix, Some(UID), Some(UID))?;
        Ok(worker)
    }

    fn programs(&self, base: &Utf8Path) -> Result<()> {
        install(base, &self.path(HOME))?;
        install_program(base, "/usr/bin/nix", &self.path(NIX))?;
        for name in ["nix", "nix-store", "nix-collect-garbage"] {
            // Nix does what its own name says.
            let start = format!(
                "#!/bin/sh\nexec {NIX}/{LOADER} --argv0 {name} --library-path {NIX} {NIX}/nix \"$@\"\n"
            );
            self.write(&format!("usr/bin/{name}"), &start, 0o755)?;
        }
        let launcher = cargo::launcher()?;
        for (from, to) in [
            (launcher.as_str(), LAUNCHER),
            (base.join("bin/busybox").as_str(), "/opt/tools/busybox"),
            (base.join("usr/bin/bash-static").as_str(), "/opt/tools/bash"),
        ] {
            let to = self.path(to);
            fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
            fs::copy(from, &to).with_context(|| format!("cannot copy {from} to {to}"))?;
        }
        for (link, tool) in [
            ("bin/sh", "bash"),
            ("bin/bash", "bash"),
            ("usr/bin/env", "busybox"),
        ] {
            let link = self.path(link);
            fs::create_dir_all(link.parent().context("a link is in a folder")?)?;
            symlink(format!("{TOOLS}/{tool}"), &link)?;
        }
        Ok(())
    }

    /// Writes a file of it.
    pub fn write(&self, inside: &str, text: &str, mode: u32) -> Result<()> {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(&path, text).with_context(|| format!("cannot write {path}"))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        Ok(())
    }

    /// Where a path of it is, seen from outside.
    pub fn path(&self, inside: &str) -> Utf8PathBuf {
        self.root.join(inside.trim_start_matches('/'))
    }

    /// The store paths that are there, whole or not.
    pub fn stored(&self) -> Result<Vec<String>> {
        let names = fs::read_dir(self.path("/nix/store"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        // Nix's own files are hidden, or are locks.
        let paths = names.filter(|name| !name.starts_with('.') && !name.ends_with(".lock"));
        Ok(paths.map(|name| format!("/nix/store/{name}")).collect())
    }

    /// A command that runs as its user with no more than a PATH.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("chroot");
        command
            .arg(format!("--userspec={UID}:{UID}"))
            .arg("--groups=")
            .arg(&self.root)
            .arg(program)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", "/tmp");
        command
    }

    /// Starts an executor that has cached nothing, with the launcher, and `options` of that, before
    /// each command.
    pub fn start(&self, options: &[&str]) -> Result<Executor> {
        let port = free_port()?;
        let build_root = format!("/tmp/executor-{port}");
        let launcher = [&[LAUNCHER], options, &["--"]].concat();
        let launcher = match options {
            [] => serde_json::to_string(&[LAUNCHER])?,
            _ => serde_json::to_string(&launcher)?,
        };
        let words = words(port, &build_root, &launcher);
        let mut command = self.command(&words[0]);
        command.args(&words[1..]);
        let log = self.path(&format!("tmp/executor-{port}.log"));
        let dir = self.path(&build_root);
        Executor::serve(&mut command, &log, port, dir)
    }

    /// Forgets every store path, as a new worker.
    pub fn empty(&self) -> Result<()> {
        let nix = self.path("nix");
        run(Command::new("sh")
            .args(["-c", "chmod -R u+w \"$1\" && rm -rf \"$1\"/*", "sh"])
            .arg(&nix))
        .map(drop)
    }
}

impl Drop for OnDemand {
    fn drop(&mut self) {
        // What is left is removed when the next one is made.
        let _ = self.empty();
        let _ = remove(&self.store);
    }
}
