//! Namespaces of mounts, processes and network in which everything that the lab
//! starts dies with it. It must not know what runs inside.

use std::process::{Child, Command};

use anyhow::{Context, Result, bail};

use crate::caller;
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

/// A command that runs this program again, with `args`, in namespaces of its own.
///
/// Two links make the end of this process, by Ctrl-C or any signal, the end of all
/// that runs inside, and with it of the mounts: `setpriv --pdeathsig` kills
/// `unshare`, which ignores the signals of the terminal while it waits, when the thread
/// that started it dies, and `--kill-child` kills the first process of the namespace when
/// `unshare` dies. That first process is a shell since it collects the servers
/// that Bazel leaves to it.
pub fn command(network: Network, args: &[String]) -> Result<Command> {
    let program = std::env::current_exe().context("cannot tell this program's own path")?;
    let mut command = isolate(network);
    command
        .args(["sh", "-c", "\"$@\"; exit $?", "sh"])
        .arg(program)
        .args(args);
    Ok(command)
}

/// What is to be done where such a command cannot be started.
pub const NEEDED: &str = "setpriv and unshare (of util-linux) are needed";

/// Starts such a command.
pub fn start(network: Network, args: &[String]) -> Result<Inside> {
    let mut command = command(network, args)?;
    Ok(Inside(command.spawn().context(NEEDED)?))
}

/// Runs such a command; gives whether it succeeded.
pub fn enter(network: Network, args: &[String]) -> Result<bool> {
    start(network, args)?.wait()
}

/// A command that runs in namespaces of its own, and ends at the latest when this is dropped.
#[derive(Debug)]
pub struct Inside(Child);

impl Inside {
    /// Waits for its end; gives whether it succeeded.
    pub fn wait(mut self) -> Result<bool> {
        Ok(self.0.wait()?.success())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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
    let mut command = caller::independent("setpriv");
    command
        .args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid"])
        .args(["--fork", "--kill-child", "--mount-proc"]);
    if network == Network::Loopback {
        command.arg("--net");
    }
    command
}
