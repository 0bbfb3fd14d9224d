//! A developer's machine: a root in which a user works, with an environment, a
//! umask and paths of its own. It must not know about Bazel's commands.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::{classes, mounts, stubs};
use crate::checkout;
use crate::shell::run;

/// How one machine differs from another.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Name in progress lines and file names.
    pub name: &'static str,
    /// User and group number; 0 is root.
    pub uid: u32,
    /// The user's home.
    pub home: &'static str,
    /// The umask under which the user's files are made.
    pub umask: &'static str,
    /// Folder that holds the user's checkouts.
    pub checkouts: &'static str,
    /// Where the checkout of this project is, for `--override_module`.
    pub module: &'static str,
    /// The rest of the user's environment.
    pub env: &'static [(&'static str, &'static str)],
}

/// The machine on which the provisioned store is made.
pub const BUILDER: Spec = Spec {
    name: "builder",
    uid: 0,
    home: "/root",
    umask: "022",
    checkouts: "/srv",
    module: "/opt/lre",
    env: &[("PATH", "/usr/bin:/bin")],
};

/// The first developer's machine.
pub const A: Spec = Spec {
    name: "A",
    uid: 1000,
    home: "/home/ada",
    umask: "022",
    checkouts: "/home/ada/src",
    module: "/opt/lre",
    env: &[
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("LANG", "C.UTF-8"),
    ],
};

/// The second developer's machine, whose environment is full of what must not
/// reach an action.
pub const B: Spec = Spec {
    name: "B",
    uid: 1234,
    home: "/srv/people/bob",
    umask: "077",
    checkouts: "/srv/people/bob/work/a-deeper",
    module: "/srv/modules/lre",
    env: &[
        (
            "PATH",
            "/srv/people/bob/bin:/usr/games:/bin:/usr/bin:/usr/sbin",
        ),
        ("LANG", "de_DE.UTF-8"),
        ("LC_ALL", "de_DE.UTF-8"),
        ("TZ", "Asia/Kathmandu"),
        ("CC", "/usr/bin/gcc"),
        ("CXX", "/usr/bin/g++"),
        ("CFLAGS", "-DHOSTILE"),
        ("CPATH", "/srv/people/bob/include"),
        ("LD_LIBRARY_PATH", "/srv/people/bob/lib"),
        ("BAZEL_SH", "/usr/bin/dash"),
        ("BAZEL_LINKOPTS", "-lhostile"),
    ],
};

/// A root that is mounted and ready.
#[derive(Debug)]
pub struct Machine {
    /// How it differs from others.
    pub spec: Spec,
    /// Its root, seen from outside.
    pub root: Utf8PathBuf,
}

impl Machine {
    /// Mounts a machine at `root`: `base` read-only, with memory wherever a machine
    /// writes or differs, the store `nix` (writable where `store_writable`).
    pub fn mount(
        spec: Spec,
        root: Utf8PathBuf,
        base: &Utf8Path,
        nix: &Utf8Path,
        store_writable: bool,
    ) -> Result<Self> {
        mounts::bind_read_only(base, &root)?;
        for folder in ["etc", "home", "root", "opt", "srv", "run", "mnt"] {
            mounts::memory(&root.join(folder), "755")?;
        }
        for folder in ["tmp", "var/tmp"] {
            mounts::memory(&root.join(folder), "1777")?;
        }
        mounts::system(&root)?;
        classes::mount(base, &root)?;
        if store_writable {
            mounts::bind(nix, &root.join("nix"))?;
        } else {
            mounts::bind_read_only(nix, &root.join("nix"))?;
        }
        run(Command::new("cp").args(["-a", &format!("{base}/etc/."), root.join("etc").as_str()]))?;
        let machine = Self { spec, root };
        machine.make_user()?;
        machine.write("etc/nix/nix.conf", NIX_CONF)?;
        for (path, text) in stubs::FILES {
            machine.write(path, text)?;
        }
        machine.write("etc/bazel.bazelrc", &stubs::bazelrc(machine.spec.module))?;
        Ok(machine)
    }

    /// A command that runs in the machine, as its user, in the folder `dir`.
    pub fn command(&self, dir: &str, program: &str) -> Command {
        let Spec {
            uid, home, umask, ..
        } = self.spec;
        let mut command = Command::new("chroot");
        command
            .arg(format!("--userspec={uid}:{uid}"))
            .arg("--groups=")
            .arg(&self.root)
            .args(["/usr/bin/env", "-i"])
            .arg(format!("HOME={home}"))
            .arg(format!("USER={}", self.user()))
            .args(
                self.spec
                    .env
                    .iter()
                    .map(|(key, value)| format!("{key}={value}")),
            )
            .args(["/bin/sh", "-c", "umask $1; cd \"$2\"; shift 2; exec \"$@\""])
            .args(["sh", umask, dir, program]);
        command
    }

    /// Copies the folder `from` to the user's checkouts as `name`; gives its path in
    /// the machine.
    pub fn check_out(&self, from: &Utf8Path, name: &str) -> Result<String> {
        let dir = format!("{}/{name}", self.spec.checkouts);
        // What an earlier story left in it must not be part of the next.
        checkout::remove(&self.path(&dir))?;
        checkout::copy(from, &self.path(&dir))?;
        self.give(self.spec.checkouts)?;
        Ok(dir)
    }

    /// Makes everything below `path` the user's own, as the umask says.
    pub fn give(&self, path: &str) -> Result<()> {
        let uid = self.spec.uid;
        let path = self.path(path);
        run(Command::new("chown").args(["-R", &format!("{uid}:{uid}"), path.as_str()]))?;
        if self.spec.umask == "077" {
            run(Command::new("chmod").args(["-R", "go=", path.as_str()]))?;
        }
        Ok(())
    }

    /// Where a path of the machine is, seen from outside.
    pub fn path(&self, inside: &str) -> Utf8PathBuf {
        self.root.join(inside.trim_start_matches('/'))
    }

    /// The text of a file of the machine.
    pub fn read(&self, inside: &str) -> Result<String> {
        let path = self.path(inside);
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
    }

    /// Writes a file of the machine, readable by everyone.
    pub fn write(&self, inside: &str, text: &str) -> Result<()> {
        let path = self.path(inside);
        let folder = path.parent().context("a file is in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot create {folder}"))?;
        fs::write(&path, text).with_context(|| format!("cannot write {path}"))
    }

    fn user(&self) -> &str {
        Utf8Path::new(self.spec.home).file_name().unwrap_or("root")
    }

    fn make_user(&self) -> Result<()> {
        let Spec { uid, home, .. } = self.spec;
        let user = self.user();
        if uid != 0 {
            let passwd = self.path("/etc/passwd");
            let mut text = fs::read_to_string(&passwd)?;
            text.push_str(&format!("{user}:x:{uid}:{uid}::{home}:/bin/sh\n"));
            fs::write(&passwd, text).with_context(|| format!("cannot write {passwd}"))?;
        }
        for folder in [home, self.spec.checkouts] {
            fs::create_dir_all(self.path(folder))?;
        }
        self.give(home)
    }
}

/// Nix builds without a sandbox (the builders copy from the root), as one user,
/// and asks nobody on the network.
const NIX_CONF: &str = "sandbox = false\n\
    build-users-group =\n\
    substituters =\n\
    flake-registry =\n\
    experimental-features = nix-command flakes\n";
