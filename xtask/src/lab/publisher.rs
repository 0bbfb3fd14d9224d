//! A machine that fills a binary cache and signs what it puts there. It must not know who fetches.

use std::fs;

use anyhow::Result;

use super::Lab;
use super::binarycache::{BinaryCache, FOLDER};
use super::machine::Machine;
use super::ondemand::OnDemand;
use super::store::Environment;
use crate::shell::{progress, run};

/// Where it keeps its secret key.
const KEY: &str = "/srv/key";

/// The machine, mounted, with an empty cache.
#[derive(Debug)]
pub struct Publisher {
    /// The machine, on which Nix knows the store.
    pub machine: Machine,
    key: String,
    helper: String,
}

impl Publisher {
    /// Mounts a machine called `name`.
    pub fn new(lab: &Lab, name: &'static str) -> Result<Self> {
        let machine = lab.builder(name)?;
        let public = format!("{KEY}.pub");
        run(machine.command("/srv", "nix-store").args([
            "--generate-binary-cache-key",
            "lab-1",
            KEY,
            &public,
        ]))?;
        fs::create_dir_all(machine.path(FOLDER))?;
        let key = machine.read(&public)?.trim().to_owned();
        let helper = lab.store.main.helper.clone();
        Ok(Self {
            machine,
            key,
            helper,
        })
    }

    /// Publishes what `environment` names, as its users do.
    pub fn publish(&self, environment: &Environment) -> Result<()> {
        progress(format_args!("lre publish --to file://{FOLDER}"));
        let to = format!("file://{FOLDER}?compression=zstd");
        let mut lre = self.machine.command("/srv", &environment.helper);
        lre.args(["publish", "--env", &environment.manifest]);
        run(lre.args(["--to", &to, "--sign-key", KEY])).map(drop)
    }

    /// Copies one store path with all that it refers to, not compressed, signed or not.
    pub fn copy(&self, path: &str, signed: bool) -> Result<()> {
        let key = if signed {
            format!("&secret-key={KEY}")
        } else {
            String::new()
        };
        let to = format!("file://{FOLDER}?compression=none{key}");
        let mut nix = self.machine.command("/srv", "nix");
        run(nix.args(["copy", "--to", &to, path])).map(drop)
    }

    /// Serves the cache, and tells `worker` of it.
    pub fn serve(&self, worker: &OnDemand) -> Result<BinaryCache> {
        let cache = BinaryCache::start(&self.machine, None, None)?;
        self.tell(worker, &cache)?;
        Ok(cache)
    }

    /// Gives `worker` the settings of Nix's that the helper writes for workers of `cache`.
    pub fn tell(&self, worker: &OnDemand, cache: &BinaryCache) -> Result<()> {
        let mut lre = self.machine.command("/srv", &self.helper);
        lre.args(["worker", "nativelink", "--on-demand", "--out", "worker"]);
        lre.args(["--substituter", &cache.address()]);
        lre.args(["--trusted-public-key", &self.key]);
        run(&mut lre)?;
        let settings = self.machine.read("/srv/worker/nix.conf")?;
        worker.write("etc/nix/nix.conf", &settings, 0o644)
    }
}
