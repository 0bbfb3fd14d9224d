//! What is not needed for everything that is shown in a lab. It must not know how any of it is had.

use std::collections::BTreeSet;

use clap::ValueEnum;

/// One such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Need {
    /// abseil-cpp's sources.
    Abseil,
    /// What opens pages.
    Browser,
    /// What a container image of Debian's is made of.
    Debian,
    /// What makes, reads and runs container images.
    Containers,
    /// What builds and checks the manifests of Kubernetes.
    Kubernetes,
    /// What workers run before each action, as a program of its own.
    Launcher,
    /// What many servers of Bazel start from.
    Classes,
    /// The environment of [`crate::lab::store::Store::other`].
    Other,
    /// That of [`crate::lab::store::Store::separate`].
    Separate,
    /// That of [`crate::lab::store::Store::compilers`].
    Compilers,
    /// That of [`crate::lab::store::Store::features`].
    Features,
    /// That of [`crate::lab::store::Store::generator`].
    Generator,
}

impl Need {
    /// Its name on the command line.
    fn name(self) -> String {
        let value = self.to_possible_value().expect("none is skipped");
        value.get_name().to_owned()
    }
}

/// A set of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Needs {
    #[arg(long = "need", value_enum)]
    all: Vec<Need>,
}

impl Needs {
    /// As arguments of a command that takes them.
    pub fn args(&self) -> impl Iterator<Item = String> {
        self.all
            .iter()
            .map(|need| format!("--need={}", need.name()))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Need> + use<> {
        self.all.clone().into_iter()
    }

    /// Whether this is one of them.
    pub fn has(&self, need: Need) -> bool {
        self.all.contains(&need)
    }

    /// Whether one of them is here.
    pub fn has_any(&self, needs: &[Need]) -> bool {
        needs.iter().any(|&need| self.has(need))
    }
}

impl FromIterator<Need> for Needs {
    fn from_iter<I: IntoIterator<Item = Need>>(needs: I) -> Self {
        let once: BTreeSet<Need> = needs.into_iter().collect();
        Self {
            all: once.into_iter().collect(),
        }
    }
}
