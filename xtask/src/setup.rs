//! Setting up a lab: packages and toolchains in namespaces of their own, while Cargo builds the helper
//! here. It must not know what is shown in the lab.

use anyhow::{Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use crate::lab::namespace::{self, Inside, Network};
use crate::lab::store;
use crate::provision::{self, Need, Needs};
use crate::steps::Steps;
use crate::{cargo, checkout};

/// A lab that is being set up for `needs`.
#[derive(Debug)]
pub struct SetUp<'a> {
    needs: &'a Needs,
    steps: &'a Steps,
    packages: Inside,
    started: f64,
}

impl<'a> SetUp<'a> {
    /// Begins with what takes long and needs no helper.
    pub fn start(needs: &'a Needs, steps: &'a Steps) -> Result<Self> {
        Ok(Self {
            needs,
            steps,
            started: steps.elapsed(),
            packages: namespace::start(Network::Shared, &inside("provision", needs))?,
        })
    }

    /// Builds the `helper`, waits for the rest, and makes the environments of both.
    pub fn finish(self, helper: impl FnOnce() -> Result<Utf8PathBuf>) -> Result<()> {
        let Self { needs, steps, .. } = self;
        let helper = steps.take("cargo build, the helper", helper)?;
        if needs.has(Need::Launcher) {
            steps.take("cargo build, the launcher", cargo::build_launcher)?;
        }
        let lab = checkout::lab()?;
        let made = steps.take("waiting for packages and toolchains", || {
            self.packages.wait()
        })?;
        // Those of an earlier run say nothing of one that failed.
        if !made {
            bail!("the lab could not be set up");
        }
        steps.add(self.started, &provision::steps(&lab))?;
        let made = steps.take("environments and manifests", || {
            let mut words = inside("environments", needs);
            words.push(format!("--helper={helper}"));
            namespace::enter(Network::Shared, &words)
        })?;
        if !made {
            bail!("the environments could not be made");
        }
        Ok(())
    }
}

/// The part of set-up that makes environments, inside.
#[derive(Debug, clap::Args)]
pub struct Environments {
    #[command(flatten)]
    needs: Needs,
    /// What probes them, and what their `.bazelrc.lre` names.
    #[arg(long)]
    helper: Utf8PathBuf,
}

impl Environments {
    /// Makes them in `lab`.
    pub fn make(&self, lab: &Utf8Path) -> Result<()> {
        store::provision(lab, &self.needs, &self.helper)
    }
}

fn inside(command: &str, needs: &Needs) -> Vec<String> {
    let words = ["inside", command].map(str::to_owned);
    words.into_iter().chain(needs.args()).collect()
}
