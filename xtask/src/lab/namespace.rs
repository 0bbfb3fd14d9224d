//! Namespaces of mounts, processes and network in which everything that the lab
//! starts dies with it. It must not know what runs inside.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::run;

/// What the processes inside reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// What this machine reaches, to provision.
    Shared,
    /// A loopback interface of their own and nothing else: what builds there
    /// cannot have been downloaded meanwhile.
    Loopback,
}

/// Runs this program again, with `args`, in namespaces of its own; gives whether
/// it succeeded.
///
/// Two links make the end of this process, by Ctrl-C or any signal, the end of all
/// that runs inside, and with it of the mounts: `setpriv --pdeathsig` kills
/// `unshare`, which ignores the signals of the terminal while it waits, when this
/// process dies, and `--kill-child` kills the first process of the namespace when
/// `unshare` dies. That first process is a shell since it collects the servers
/// that Bazel leaves to it.
pub fn enter(network: Network, args: &[&str]) -> Result<bool> {
    let program = std::env::current_exe().context("cannot tell this program's own path")?;
    let mut command = isolate(network);
    command
        .args(["sh", "-c", "\"$@\"; exit $?", "sh"])
        .arg(program)
        .args(args);
    let status = command
        .status()
        .context("setpriv and unshare (of util-linux) are needed")?;
    Ok(status.success())
}

/// Says what is missing where this machine cannot have such namespaces.
pub fn check() -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!(
            "the lab mounts file systems and starts processes as other users, which takes root: \
            run it as root, in a virtual machine or a container if need be"
        );
    }
    run(isolate(Network::Loopback).args(["mount", "-t", "tmpfs", "tmpfs", "/tmp"]))
        .map(drop)
        .context(
            "this machine does not let root make mount, network and process namespaces; in a \
            container, start it with `--privileged` (or CAP_SYS_ADMIN and no seccomp profile)",
        )
}

/// Brings up the loopback interface, which a new network namespace has down.
pub fn loopback_up(base: &camino::Utf8Path) -> Result<()> {
    run(Command::new("chroot")
        .arg(base)
        .args(["busybox", "ip", "link", "set", "lo", "up"]))
    .map(drop)
    .context("the loopback interface cannot be brought up")
}

fn isolate(network: Network) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid"])
        .args(["--fork", "--kill-child", "--mount-proc"]);
    if network == Network::Loopback {
        command.arg("--net");
    }
    command
}
