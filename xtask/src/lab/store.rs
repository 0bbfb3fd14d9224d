//! The environment in the Nix store: built by real Nix from `xtask/nix/`, probed
//! by the helper in a derivation. It must not know which machines use it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::machine::{BUILDER, Machine};
use super::mounts;
use crate::checkout;
use crate::provision::{Need, Needs, base, libcxx};
use crate::shell::{capture, progress, run};

/// What has to be known of one environment, or of several that go together.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Environment {
    /// The helper `lre`, in the store.
    pub helper: String,
    /// bash and the core tools: a folder with `bin/`.
    pub core_tools: String,
    /// The compiler driver, which is the environment's CC.
    pub compiler: String,
    /// JDK 25, which is the environment's JAVA_HOME or one of them.
    pub java_home: String,
    /// Runs programs that are built for 64-bit Arm, where there is a compiler for it.
    pub emulator: Option<String>,
    /// The environment's JSON document, not yet probed.
    pub environment: String,
    /// The manifest: what `LRE_ENV` names.
    pub manifest: String,
}

/// The environments that stories are told in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Store {
    /// What both developers normally have: C++ and Java in one environment.
    pub main: Environment,
    /// The others that were wanted, by name.
    more: BTreeMap<String, Environment>,
}

/// An environment beside the main one.
struct More {
    need: Need,
    name: &'static str,
    /// What Nix is told.
    args: &'static [&'static str],
    /// Packages of `toolchain.nix` that no other has.
    packages: &'static [&'static str],
}

const MORE: [More; 5] = [
    More {
        need: Need::Other,
        name: "other",
        args: &["--argstr", "variant", "other"],
        packages: &[],
    },
    More {
        need: Need::Separate,
        name: "separate",
        args: &["--argstr", "environments", "apart"],
        packages: &["jdk17", "jdk21"],
    },
    More {
        need: Need::Compilers,
        name: "compilers",
        args: &["--argstr", "environments", "compilers"],
        packages: &["gcc", "gccAarch64", "mold", "musl", "qemu"],
    },
    More {
        need: Need::Features,
        name: "features",
        args: &["--argstr", "environments", "features"],
        packages: &["gcc", "mold"],
    },
    More {
        need: Need::Generator,
        name: "generator",
        args: &["--argstr", "environments", "generator"],
        packages: &["re2c"],
    },
];

/// Packages of the main environment.
const MAIN: [&str; 4] = ["coreTools", "cc", "javaTools", "jdk25"];

impl Store {
    /// What a developer has who did not update: another compiler.
    pub fn other(&self) -> Result<&Environment> {
        self.named("other")
    }

    /// C++ in one image, and JDKs 17, 21 and 25 in another, as environments of their own.
    pub fn separate(&self) -> Result<&Environment> {
        self.named("separate")
    }

    /// Several compilers for C++, with images of their own: clang with lld, gcc with bfd and with
    /// mold, a cross compiler, and one for musl.
    pub fn compilers(&self) -> Result<&Environment> {
        self.named("compilers")
    }

    /// Clang and gcc with a JDK each, clang with LLVM's own coverage, and gcc with mold.
    pub fn features(&self) -> Result<&Environment> {
        self.named("features")
    }

    /// A code generator beside the compiler, for a toolchain of a user's own.
    pub fn generator(&self) -> Result<&Environment> {
        self.named("generator")
    }

    fn named(&self, name: &str) -> Result<&Environment> {
        let found = self.more.get(name);
        found.with_context(|| format!("nobody said that {name} is needed: see e2e/needs.rs"))
    }

    /// As if only the environments among `needs` had been wanted.
    pub fn limited(&self, needs: &Needs) -> Self {
        let mut store = self.clone();
        let wanted = |name: &str| MORE.iter().any(|m| m.name == name && needs.has(m.need));
        store.more.retain(|name, _| wanted(name));
        store
    }

    /// Where the result of [`provision`] is kept for the namespaces that use it.
    fn record(lab: &Utf8Path) -> Utf8PathBuf {
        lab.join("store.json")
    }

    /// What [`provision`] built last.
    pub fn load(lab: &Utf8Path) -> Result<Self> {
        read(&Self::record(lab))
    }
}

/// Builds the programs that the environments among `needs` are made of.
pub fn toolchains(lab: &Utf8Path, base: &Utf8Path, needs: &Needs) -> Result<()> {
    if needs.has(Need::Compilers) {
        libcxx::provision(lab)?;
    }
    progress("store: toolchains, by Nix");
    let machine = builder(lab, base, needs)?;
    let more = MORE.iter().filter(|more| needs.has(more.need));
    let packages = MAIN
        .into_iter()
        .chain(more.flat_map(|more| more.packages.iter().copied()));
    let mut command = machine.command("/srv", "nix-build");
    command.args(["/srv/nix/toolchain.nix", "--no-out-link", "--max-jobs", "2"]);
    command.args(packages.flat_map(|package| ["-A", package]));
    run(command.args(arguments(needs)))
        .map(drop)
        .context("Nix cannot build the toolchains")
}

/// Builds the environments among `needs` and their manifests, with this `helper`. Nix itself knows
/// what is there already.
pub fn provision(lab: &Utf8Path, needs: &Needs, helper: &Utf8Path) -> Result<()> {
    progress("store: environments and manifests, by Nix");
    let machine = builder(lab, &lab.join("base"), needs)?;
    fs::copy(helper, machine.path("/srv/lre"))
        .with_context(|| format!("cannot copy {helper} into the builder"))?;
    let build = |args: &[&str]| build(&machine, needs, args);
    let more = MORE.iter().filter(|more| needs.has(more.need));
    let store = Store {
        main: build(&[])?,
        more: more
            .map(|more| Ok((more.name.to_owned(), build(more.args)?)))
            .collect::<Result<_>>()?,
    };
    fs::write(Store::record(lab), serde_json::to_string_pretty(&store)?)?;
    Ok(())
}

/// A machine on which Nix builds what is in `xtask/nix/`.
fn builder(lab: &Utf8Path, base: &Utf8Path, needs: &Needs) -> Result<Machine> {
    let nix = lab.join("nix");
    fs::create_dir_all(&nix)?;
    let root = super::roots(lab)?.join("builder");
    let machine = Machine::mount(BUILDER, root, base, &nix, true)?;
    checkout::copy(
        &checkout::root().join("xtask/nix"),
        &machine.path("/srv/nix"),
    )?;
    if needs.has(Need::Compilers) {
        mounts::bind_read_only(&lab.join(libcxx::FOLDER), &machine.path(LIBCXX))?;
    }
    Ok(machine)
}

/// Where the builder has the sources of a C++ library.
const LIBCXX: &str = "/srv/libcxx";

/// What every file in `xtask/nix/` is told.
fn arguments(needs: &Needs) -> Vec<String> {
    let words = [
        "--argstr",
        "base",
        &base::key(),
        "--argstr",
        "rest",
        &base::key_with_rest(),
    ];
    let mut words = words.map(str::to_owned).to_vec();
    if needs.has(Need::Compilers) {
        words.extend(["--arg", "libcxx", LIBCXX].map(str::to_owned));
    }
    words
}

fn build(machine: &Machine, needs: &Needs, args: &[&str]) -> Result<Environment> {
    let path = capture(
        machine
            .command("/srv", "nix-build")
            .args(["/srv/nix", "--no-out-link", "--arg", "helper", "/srv/lre"])
            .args(arguments(needs))
            .args(args),
    )
    .with_context(|| format!("Nix cannot build the environment with {args:?}"))?;
    read(&machine.path(&path))
}

fn read<T: DeserializeOwned>(path: &Utf8Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    serde_json::from_str(&text).with_context(|| format!("{path} is not what was written"))
}
