//! The environment in the Nix store: built by real Nix from `xtask/nix/`, probed
//! by the helper in a derivation. It must not know which machines use it.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::machine::{BUILDER, Machine};
use super::mounts;
use crate::checkout;
use crate::provision::base;
use crate::shell::{capture, progress, show};

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
    /// Runs programs that are built for 64-bit Arm.
    pub emulator: String,
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
    /// What a developer has who did not update: another compiler.
    pub other: Environment,
    /// C++ in one image, and JDKs 17, 21 and 25 in another, as environments of their own.
    pub separate: Environment,
    /// See [`Store::compilers`].
    compilers: Option<Environment>,
    /// Clang and gcc with a JDK each, clang with LLVM's own coverage, and gcc with mold.
    pub features: Environment,
    /// A code generator beside the compiler, for a toolchain of a user's own.
    pub generator: Environment,
}

impl Store {
    /// Several compilers for C++, with images of their own: clang with lld, gcc with bfd and with
    /// mold, a cross compiler, and one for musl.
    pub fn compilers(&self) -> Result<&Environment> {
        let compilers = self.compilers.as_ref();
        compilers.context("the lab was provisioned without them: see `e2e::needs`")
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

/// Builds the helper, then the environments in `nix/` of the lab; `libcxx` has the sources
/// of a C++ library, where the compilers are needed that want them. Nix itself knows what is there already.
pub fn provision(lab: &Utf8Path, base: &Utf8Path, libcxx: Option<&Utf8Path>) -> Result<Store> {
    let helper = build_helper()?;
    build_launcher()?;
    progress("store: toolchain, environment and manifest, by Nix");
    let nix = lab.join("nix");
    fs::create_dir_all(&nix)?;
    let machine = Machine::mount(
        BUILDER,
        super::roots(lab)?.join("builder"),
        base,
        &nix,
        true,
    )?;
    checkout::copy(
        &checkout::root().join("xtask/nix"),
        &machine.path("/srv/nix"),
    )?;
    fs::copy(&helper, machine.path("/srv/lre"))
        .with_context(|| format!("cannot copy {helper} into the builder"))?;
    let compilers = libcxx.map(|sources| -> Result<Environment> {
        mounts::bind_read_only(sources, &machine.path("/srv/libcxx"))?;
        let sources = ["--arg", "libcxx", "/srv/libcxx"];
        build(
            &machine,
            &[&["--argstr", "environments", "compilers"], &sources[..]].concat(),
        )
    });
    let store = Store {
        main: build(&machine, &[])?,
        other: build(&machine, &["--argstr", "variant", "other"])?,
        separate: build(&machine, &["--argstr", "environments", "apart"])?,
        compilers: compilers.transpose()?,
        features: build(&machine, &["--argstr", "environments", "features"])?,
        generator: build(&machine, &["--argstr", "environments", "generator"])?,
    };
    fs::write(Store::record(lab), serde_json::to_string_pretty(&store)?)?;
    Ok(store)
}

fn build(machine: &Machine, variant: &[&str]) -> Result<Environment> {
    let path = capture(
        machine
            .command("/srv", "nix-build")
            .args(["/srv/nix", "--no-out-link", "--arg", "helper", "/srv/lre"])
            .args(["--argstr", "base", &base::key()])
            .args(variant),
    )
    .with_context(|| format!("Nix cannot build the environment with {variant:?}"))?;
    read(&machine.path(&path))
}

fn read<T: DeserializeOwned>(path: &Utf8Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    serde_json::from_str(&text).with_context(|| format!("{path} is not what was written"))
}

/// Builds the helper as a release does; gives the binary's path.
pub fn build_helper() -> Result<Utf8PathBuf> {
    let target = checkout::target()?;
    cargo(&target, &["--package", "lre"])?;
    Ok(target.join("release/lre"))
}

/// Builds what makes large execution logs; gives the binary's path.
pub fn build_large_log() -> Result<Utf8PathBuf> {
    let target = checkout::target()?;
    cargo(&target, &["--package", "large-log", "--offline"])?;
    Ok(target.join("release/large-log"))
}

/// Where [`build_launcher`] puts it, and what it builds for.
pub fn launcher() -> Result<(Utf8PathBuf, String)> {
    let host = capture(Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host
        .context("rustc does not say what it builds for")?
        .to_owned();
    let path = checkout::target()?.join(&host).join("release/lre-launch");
    Ok((path, host))
}

/// Builds the launcher as a release does, linked statically: a worker has no library for it.
pub fn build_launcher() -> Result<()> {
    let (_, host) = launcher()?;
    // Only with --target do the flags not go to what runs during the build.
    let flags = "-Ctarget-feature=+crt-static','-Crelocation-model=static";
    let flags = format!("target.{host}.rustflags=['{flags}']");
    let words = [
        "--package",
        "lre-launch",
        "--target",
        &host,
        "--config",
        &flags,
    ];
    cargo(&checkout::target()?, &words)
}

fn cargo(target: &Utf8Path, words: &[&str]) -> Result<()> {
    progress(format_args!(
        "cargo build --release --locked {}",
        words.join(" ")
    ));
    show(
        Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
            .args(["build", "--release", "--locked"])
            .args(words)
            .arg("--target-dir")
            .arg(target)
            .current_dir(checkout::root()),
    )
}
