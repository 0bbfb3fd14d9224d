//! A machine on which flakes are entered: its user may write to the store, and stand-ins are
//! there for what flakes fetch. It must not know what a flake is expected to do.

use std::fs;
use std::process::{Command, Output};

use anyhow::{Context, Result};
use camino::Utf8PathBuf;

use super::machine::{BUILDER, Machine};
use super::{Lab, mounts};
use crate::checkout;
use crate::provision::base;
use crate::shell::{progress, run};

/// A folder on such a machine, in which a project is.
#[derive(Debug)]
pub struct Project {
    /// The machine it is on.
    pub machine: Machine,
    /// Its path in the machine.
    pub dir: String,
}

impl Project {
    /// Mounts a machine called `name`, and makes an empty folder on it.
    pub fn new(lab: &Lab, name: &'static str) -> Result<Self> {
        let machine = lab.builder_with_module(name)?;
        stand_ins(&machine, &lab.store.main.helper)?;
        let dir = format!("{}/hello", BUILDER.checkouts);
        fs::create_dir_all(machine.path(&dir))?;
        let project = Self { machine, dir };
        project.lock(BUILDER.module, &["nixpkgs", "flake-parts"])?;
        Ok(project)
    }

    /// Fills the folder with the flake's template, as a user does, and locks its inputs.
    pub fn from_template(lab: &Lab, name: &'static str) -> Result<Self> {
        let project = Self::new(lab, name)?;
        let flake = format!("path:{}", BUILDER.module);
        project.run("nix", &["flake", "init", "--template", &flake])?;
        project.lock(&project.dir, &["nixpkgs", "flake-parts", "lre"])?;
        Ok(project)
    }

    /// Makes the folder a git repository in which everything is committed.
    pub fn commit(&self) -> Result<()> {
        for args in [
            &["init", "--quiet"][..],
            &["add", "."],
            &[
                "-c",
                "user.name=ada",
                "-c",
                "user.email=ada@example.com",
                "commit",
                "--quiet",
                "--message=Start",
            ],
        ] {
            self.run("git", args)?;
        }
        Ok(())
    }

    /// Enters the dev shell and runs `true` there.
    pub fn enter(&self) -> Result<Output> {
        self.run("nix", &["develop", "--command", "true"])
    }

    /// Runs `program` in the folder; it has to succeed.
    pub fn run(&self, program: &str, args: &[&str]) -> Result<Output> {
        run(self.command(program).args(args))
    }

    /// Lets nothing be written below the folder any more.
    pub fn freeze(&self) -> Result<()> {
        let dir = self.machine.path(&self.dir);
        mounts::bind_read_only(&dir, &dir)
    }

    fn command(&self, program: &str) -> Command {
        self.machine.command(&self.dir, program)
    }

    /// Locks the inputs of the flake at `dir` to what is on the machine.
    fn lock(&self, dir: &str, inputs: &[&str]) -> Result<()> {
        let flake = format!("path:{dir}");
        let mut args = vec!["flake", "lock", &flake];
        for &input in inputs {
            args.extend(["--override-input", input, location(input)]);
        }
        self.run("nix", &args).map(drop)
    }
}

/// Where an input of our flakes is on the machine.
fn location(input: &str) -> &'static str {
    match input {
        "nixpkgs" => "path:/srv/nix?dir=stand-in/nixpkgs",
        "flake-parts" => "path:/srv/nix?dir=stand-in/flake-parts",
        _ => "path:/opt/lre",
    }
}

/// Puts the stand-ins of `xtask/nix/` where [`location`] says.
fn stand_ins(machine: &Machine, helper: &str) -> Result<()> {
    let to = machine.path("/srv/nix");
    checkout::copy(&checkout::root().join("xtask/nix"), &to)?;
    fs::write(to.join("base"), base::key())?;
    let (from, to) = (machine.path(helper), to.join("lre"));
    fs::copy(&from, &to).with_context(|| format!("cannot copy {from} to {to}"))?;
    real_ones(machine)
}

/// Puts flake-parts and nixpkgs' lib themselves in place of their stand-ins, where
/// `LRE_FLAKE_PARTS` and `LRE_NIXPKGS_LIB` name checkouts of hercules-ci/flake-parts and
/// nix-community/nixpkgs.lib. Packages are stood in for in any case.
fn real_ones(machine: &Machine) -> Result<()> {
    let named = |name| std::env::var(name).map(Utf8PathBuf::from);
    let (Ok(parts), Ok(lib)) = (named("LRE_FLAKE_PARTS"), named("LRE_NIXPKGS_LIB")) else {
        return Ok(());
    };
    progress(format_args!(
        "flake-parts of {parts} and lib of {lib}, no stand-ins"
    ));
    let stand_in = machine.path("/srv/nix/stand-in");
    checkout::remove(&stand_in.join("flake-parts"))?;
    checkout::copy(&parts, &stand_in.join("flake-parts"))?;
    checkout::copy(&lib.join("lib"), &stand_in.join("nixpkgs/lib"))?;
    let import = stand_in.join("nixpkgs/lib.nix");
    fs::write(&import, "import ./lib\n").with_context(|| format!("cannot write {import}"))
}
