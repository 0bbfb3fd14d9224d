//! A machine with container tools: images are made on it, looked at, and run by podman and crun. It
//! must not know what is in an image, nor what it is expected to do.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8PathBuf;
use serde_json::Value;

use super::executor::{Executor, HOME, NO_LAUNCHER, install, words};
use super::machine::Machine;
use super::server::free_port;
use super::store::Environment;
use super::{Lab, mounts};
use crate::checkout::remove;
use crate::provision::Need;
use crate::shell::{capture, progress, run};

/// Where images and containers are, in the machine.
pub const IMAGES: &str = "/srv/images";

/// Enters a root ($1) as a container's runtime needs it, and runs the rest: crun asks that the root
/// is one of mounts, which a chroot is not, and podman for a hierarchy of control groups.
const ENTER: &str = r#"set -e
mount --rbind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs sysfs sys
mkdir -p mnt/old
pivot_root . mnt/old
cd /
umount -l /mnt/old
mount -t tmpfs tmpfs /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
shift
exec "$@""#;

/// The machine, mounted; what it keeps on the disk goes when it is dropped.
#[derive(Debug)]
pub struct Engine {
    /// The machine, on which Nix knows the store.
    pub machine: Machine,
    images: Utf8PathBuf,
}

impl Engine {
    /// Mounts a machine called `name`, with an empty folder for images.
    pub fn new(lab: &Lab, name: &'static str) -> Result<Self> {
        lab.takes(Need::Containers)?;
        let machine = lab.builder(name)?;
        let images = lab.dir.join(format!("images-{name}"));
        remove(&images)?;
        fs::create_dir_all(&images).with_context(|| format!("cannot create {images}"))?;
        mounts::bind(&images, &machine.path(IMAGES))?;
        install(&lab.dir.join("base"), &machine.path(HOME))?;
        Ok(Self { machine, images })
    }

    /// The command that makes the image of `environment` in the folder `name`.
    pub fn lre(&self, environment: &Environment, name: &str, more: &[&str]) -> Command {
        let mut command = self.machine.command(IMAGES, &environment.helper);
        command.args([
            "worker",
            "image",
            "--env",
            &environment.manifest,
            "--out",
            name,
        ]);
        command.args(more);
        command
    }

    /// Makes that image; gives its tag.
    pub fn make(&self, environment: &Environment, name: &str, more: &[&str]) -> Result<String> {
        progress(format_args!(
            "lre worker image --out {name} {}",
            more.join(" ")
        ));
        run(&mut self.lre(environment, name, more))?;
        self.tag(name)
    }

    /// The tag of the image in the folder `name`.
    pub fn tag(&self, name: &str) -> Result<String> {
        let index = self.machine.read(&format!("{IMAGES}/{name}/index.json"))?;
        let index: Value = serde_json::from_str(&index)?;
        let tag = &index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"];
        Ok(tag.as_str().context("the index has no tag")?.to_owned())
    }

    /// The layers of the image in the folder `name`: their sizes in bytes by digest.
    pub fn layers(&self, name: &str) -> Result<BTreeMap<String, u64>> {
        let read = |path: &str| -> Result<Value> {
            let text = self.machine.read(&format!("{IMAGES}/{name}/{path}"))?;
            Ok(serde_json::from_str(&text)?)
        };
        let index = read("index.json")?;
        let digest = index["manifests"][0]["digest"].as_str();
        let digest = digest.context("the index has no digest")?;
        let manifest = read(&format!("blobs/{}", digest.replace(':', "/")))?;
        let layers = manifest["layers"].as_array().context("no layers")?;
        let each = layers.iter().map(|layer| {
            let digest = layer["digest"].as_str().context("a layer has no digest")?;
            let size = layer["size"].as_u64().context("a layer has no size")?;
            Ok((digest.to_owned(), size))
        });
        each.collect()
    }

    /// A program of the machine, in the folder with the images, where containers can be run.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("unshare");
        command
            .args([
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                ENTER,
                "sh",
            ])
            .arg(&self.machine.root)
            .args(["env", "-i", "--chdir", IMAGES, "HOME=/root"])
            .args(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", program]);
        command
    }

    /// A command of podman's.
    pub fn podman(&self, words: &[&str]) -> Command {
        let mut command = self.command("podman");
        command
            .args([
                "--cgroup-manager=cgroupfs",
                "--runtime=crun",
                "--storage-driver=overlay",
            ])
            .args([
                "--root",
                &format!("{IMAGES}/containers"),
                "--runroot",
                "/run/containers",
            ])
            .args(words);
        command
    }

    /// Makes podman know an image (`oci:FOLDER:TAG`); gives its id.
    pub fn pull(&self, image: &str) -> Result<String> {
        progress(format_args!("podman pull {image}"));
        capture(&mut self.podman(&["pull", "--quiet", image]))
    }

    /// Starts an executor that has cached nothing, in a container of the image `id`; of the machine
    /// it sees the executor's own folder alone.
    pub fn start(&self, id: &str) -> Result<Executor> {
        let port = free_port()?;
        let build_root = format!("/tmp/executor-{port}");
        let folder = format!("/{HOME}:/{HOME}:ro");
        // With the network of the lab, which is a loopback interface.
        let mut podman = self.podman(&["run", "--rm", "--pull=never", "--network=host"]);
        podman.args([
            "--cgroups=disabled",
            "--read-only",
            "--tmpfs=/tmp:mode=1777",
        ]);
        podman
            .args(["--volume", &folder, id])
            .args(words(port, &build_root, NO_LAUNCHER));
        let log = self.machine.path(&format!("/tmp/executor-{port}.log"));
        let gone = self.images.join("executor");
        Executor::serve(&mut podman, &log, port, gone)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // What is left is removed when the next one is made.
        let _ = remove(&self.images);
    }
}
