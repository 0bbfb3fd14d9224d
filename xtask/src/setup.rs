//! Setting up a lab: packages and toolchains in namespaces of their own, while Cargo builds the helper
//! here. It must not know what is shown in the lab.

use anyhow::{Result, bail};
use camino::Utf8Path;

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

    /// Builds the helper, waits for the rest, and makes the environments of both.
    pub fn finish(self) -> Result<()> {
        let Self { needs, steps, .. } = self;
        steps.take("cargo build, the helper", cargo::helper)?;
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
            namespace::enter(Network::Shared, &inside("environments", needs))
        })?;
        if !made {
            bail!("the environments could not be made");
        }
        Ok(())
    }
}

/// The part of set-up that makes environments, inside.
pub fn environments(lab: &Utf8Path, needs: &Needs) -> Result<()> {
    store::provision(lab, needs, &cargo::helper_path()?)
}

fn inside(command: &str, needs: &Needs) -> Vec<String> {
    let words = ["inside", command].map(str::to_owned);
    words.into_iter().chain(needs.args()).collect()
}
