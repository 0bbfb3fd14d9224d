//! What is asked of the package manager of the machine that xtask runs on: where
//! its mirror is, and packages. It must not know about the lab.

use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8Path;

use crate::checkout::{self, remove};
use crate::lab::mounts;
use crate::shell::{capture, on_path, progress, run};

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The address of the Debian mirror that this machine's own sources name. apt tells
/// it once it has lists from there.
pub fn mirror() -> Result<String> {
    if let Some(mirror) = listed_mirror()? {
        return Ok(mirror);
    }
    progress("apt-get update");
    apt_get(&["update"])?;
    listed_mirror()?.context(
        "there is no package mirror: `apt-get update` brought nothing. Debian's packages come \
        from the mirror that apt's sources name; check that a `deb` line names one that is reached",
    )
}

fn listed_mirror() -> Result<Option<String>> {
    let uris = capture(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]))
        .context("apt-get is needed: run this on Debian")?;
    let mirror = uris.lines().find(|uri| !uri.contains("security"));
    Ok(mirror.map(str::to_owned))
}

/// A line of sources for Debian sid, `kind` being `deb` or `deb-src`.
pub fn source_line(kind: &str, mirror: &str) -> String {
    format!("{kind} [signed-by={KEYRING}] {mirror} sid main")
}

/// Makes a root of Debian sid with `packages` at `to`; `flags` are mmdebstrap's.
pub fn bootstrap(packages: &str, flags: &[&str], to: &Utf8Path) -> Result<()> {
    install("mmdebstrap", "mmdebstrap")?;
    let mirror = mirror()?;
    progress(format_args!(
        "a root of Debian sid from {mirror} (about a minute)"
    ));
    run(Command::new("mmdebstrap")
        .args(["--variant=minbase", "--mode=root"])
        // A mirror may be a frozen snapshot, whose Release file has expired.
        .arg("--aptopt=Acquire::Check-Valid-Until \"false\"")
        // Nobody reads there, and a root that is cut off is made anew.
        .args(UNREAD.map(|path| format!("--dpkgopt=path-exclude={path}")))
        .arg("--dpkgopt=force-unsafe-io")
        .arg(format!("--include={packages}"))
        .args(flags)
        .args(["sid", to.as_str()])
        .arg(source_line("deb", &mirror)))
    .map(drop)
    .with_context(|| mirror_help(&mirror))
}

/// What no program of a root needs.
const UNREAD: [&str; 3] = [
    "/usr/share/doc/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
];

/// Installs more `packages` in a root that [`bootstrap`] made; for a process in namespaces of its
/// own, since mounts are left.
pub fn extend(packages: &str, root: &Utf8Path) -> Result<()> {
    let mirror = mirror()?;
    progress(format_args!("more of Debian sid from {mirror}"));
    mounts::system(root)?;
    let install = ["install", "--yes", "--no-install-recommends"];
    let packages: Vec<&str> = packages.split(',').collect();
    for args in [
        &["update"][..],
        &[&install, &*packages].concat(),
        &["clean"],
    ] {
        run(Command::new("chroot")
            .args([root.as_str(), "apt-get"])
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
        .with_context(|| mirror_help(&mirror))?;
    }
    remove(&root.join("var/lib/apt/lists"))
}

/// What to do where the mirror does not give what is needed.
pub fn mirror_help(mirror: &str) -> String {
    format!(
        "Debian sid cannot be had from {mirror}: check that it is reached (`apt-get update`) \
        and that it serves dists/sid, or name another mirror in apt's sources"
    )
}

/// Installs `package` on this machine, unless `program` is there.
pub fn install(program: &str, package: &str) -> Result<()> {
    if on_path(program) {
        return Ok(());
    }
    progress(format_args!("apt-get install {package}"));
    // A page of a manual would have the index of all of them made anew.
    let no_manual = "-oDPkg::Options::=--path-exclude=/usr/share/man/*";
    let install = [
        no_manual,
        "install",
        "--yes",
        "--no-install-recommends",
        package,
    ];
    apt_get(&["update"])
        .and_then(|()| apt_get(&install))
        .with_context(|| format!("{program} is needed and {package} cannot be installed"))
}

/// One at a time: apt waits for no other one, and set-up and checks run at once.
fn apt_get(args: &[&str]) -> Result<()> {
    let _turn = checkout::turn("apt")?;
    run(Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive"))
    .map(drop)
}
