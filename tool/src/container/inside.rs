//! Makes a process see an unpacked image and nothing else: own users, mounts, processes and
//! network, and no capability that is left. It must not know what is run there.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{pivot_root, setsid};
use rustix::process::{Signal, getegid, geteuid, set_parent_process_death_signal};
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs,
};

use super::COMMAND;

/// The word by which the second process knows that it is in the namespaces.
pub const ENTERED: &str = "--entered";

const HELP: &str = "this takes a user namespace, which this machine does not let us have: allow it \
    (sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0), \
    and run outside of chroots and of containers that forbid it";

/// What programs expect below /dev; all else that is there stays out, the user's terminal too.
const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

/// Runs the helper once more, in new namespaces, for the same `root`; gives whether it succeeded.
/// A process namespace holds those that are started in it, hence the second process.
///
/// # Errors
/// The machine does not let us have namespaces.
pub fn respawn(root: &Utf8Path) -> Result<bool> {
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    unshare(
        CloneFlags::CLONE_NEWUSER
            | CloneFlags::CLONE_NEWNS
            | CloneFlags::CLONE_NEWPID
            | CloneFlags::CLONE_NEWNET
            | CloneFlags::CLONE_NEWIPC
            | CloneFlags::CLONE_NEWUTS,
    )
    .context(HELP)?;
    // user_namespaces(7): a group is mapped by who gives up setgroups(2).
    for (file, text) in [
        ("setgroups", "deny".to_owned()),
        ("uid_map", format!("0 {user} 1")),
        ("gid_map", format!("0 {group} 1")),
    ] {
        fs::write(format!("/proc/self/{file}"), text).context(HELP)?;
    }
    // Not before: the kernel forgets it when a process gets capabilities, as in a new user namespace.
    end_with_parent()?;
    // A program of the image could type into the user's terminal, if it had one.
    setsid().context("cannot leave the terminal")?;
    close_on_exec()?;
    let output = Command::new(std::env::current_exe()?)
        .args([COMMAND, root.as_str(), ENTERED])
        .stdin(Stdio::inherit())
        .output()
        .context("cannot start the helper in its namespaces")?;
    std::io::stderr().write_all(&output.stderr)?;
    std::io::stdout().write_all(&output.stdout)?;
    Ok(output.status.success())
}

/// Makes `root` this process's root, read-only but for /tmp, and gives up all capabilities. The
/// process has to be the first of [`respawn`]'s namespaces, and to have one thread.
///
/// # Errors
/// A mount fails.
pub fn enter(root: &Utf8Path) -> Result<()> {
    if std::process::id() != 1 {
        bail!("{COMMAND} is for the helper's own use; `lre probe --image` is for yours");
    }
    end_with_parent()?;
    change("/", MsFlags::MS_REC | MsFlags::MS_PRIVATE)?;
    for folder in ["proc", "dev", "tmp"] {
        real_folder(&root.join(folder))?;
    }
    let none: Option<&str> = None;
    mount(
        Some(root.as_str()),
        root.as_str(),
        none,
        MsFlags::MS_BIND | MsFlags::MS_REC,
        none,
    )
    .with_context(|| format!("{root}: cannot mount it onto itself"))?;
    // Its files belong to the machine's root, as whom a program of root's may be running here: what
    // can be written below /proc/sys changes the machine.
    filesystem("proc", &root.join("proc"), MsFlags::MS_RDONLY)?;
    devices(&root.join("dev"))?;
    let read_only = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
    let safe = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    change(root.as_str(), read_only | safe)?;
    filesystem("tmpfs", &root.join("tmp"), MsFlags::empty())?;
    std::env::set_current_dir(root).with_context(|| format!("{root}: cannot enter it"))?;
    // pivot_root(2), NOTES: the old root comes to lie over the new one, and is then taken away.
    pivot_root(".", ".").context("cannot make the image the root")?;
    umount2(".", MntFlags::MNT_DETACH).context("cannot leave the machine's root")?;
    std::env::set_current_dir("/").context("cannot enter the image's root")?;
    give_up_capabilities().context("cannot give up capabilities")
}

/// Whatever files the caller left open are for nobody else, who could find them below /proc.
fn close_on_exec() -> Result<()> {
    let open = Utf8Path::new("/proc/self/fd").read_dir_utf8()?;
    for entry in open.flatten() {
        let Ok(number) = entry.file_name().parse::<i32>() else {
            continue;
        };
        // One is the folder that is being read, and closed by now.
        if number > 2 {
            let _ = fcntl(number, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC));
        }
    }
    Ok(())
}

fn end_with_parent() -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL)).context("cannot be made to end in time")
}

/// A folder of the unpacked copy, whatever the image has there: a link would lead out of it.
fn real_folder(path: &Utf8Path) -> Result<()> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => fs::remove_file(path).with_context(|| format!("{path}: cannot replace it"))?,
        Err(_) => {}
    }
    fs::create_dir(path).with_context(|| format!("{path}: cannot make this folder"))
}

fn change(path: &str, flags: MsFlags) -> Result<()> {
    let none: Option<&str> = None;
    mount(none, path, none, flags, none).with_context(|| format!("{path}: cannot change its mount"))
}

fn filesystem(kind: &str, at: &Utf8Path, more: MsFlags) -> Result<()> {
    let none: Option<&str> = None;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | more;
    mount(Some(kind), at.as_str(), Some(kind), flags, none).with_context(|| {
        format!(
            "{at}: cannot mount {kind}, which a container around us may forbid; run outside of it"
        )
    })
}

/// A /dev with [`DEVICES`] alone: of each, the machine's own is seen there. In a folder with the
/// sticky bit, the kernel lets nobody open another's file to make it anew, as compilers do with
/// /dev/null.
fn devices(dev: &Utf8PathBuf) -> Result<()> {
    let none: Option<&str> = None;
    mount(
        Some("tmpfs"),
        dev.as_str(),
        Some("tmpfs"),
        MsFlags::MS_NOSUID,
        Some("mode=755"),
    )
    .with_context(|| format!("{dev}: cannot mount tmpfs"))?;
    for name in DEVICES {
        let (from, to) = (format!("/dev/{name}"), dev.join(name));
        if !Utf8Path::new(&from).exists() {
            continue;
        }
        File::create(&to).with_context(|| format!("{to}: cannot make it"))?;
        mount(
            Some(from.as_str()),
            to.as_str(),
            none,
            MsFlags::MS_BIND,
            none,
        )
        .with_context(|| format!("{to}: cannot mount {from}"))?;
        // It is written to all the same, and has the machine's owner and mode.
        let read_only = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY;
        change(to.as_str(), read_only | MsFlags::MS_NOSUID)?;
    }
    symlink("/proc/self/fd", dev.join("fd")).with_context(|| format!("{dev}: cannot make fd"))
}

fn give_up_capabilities() -> Result<()> {
    set_no_new_privs(true)?;
    for capability in CapabilitySet::all().iter() {
        // Those that this kernel does not know are not there to be lost.
        match remove_capability_from_bounding_set(capability) {
            Ok(()) | Err(rustix::io::Errno::INVAL) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let none = CapabilitySet::empty();
    let sets = CapabilitySets {
        effective: none,
        permitted: none,
        inheritable: none,
    };
    Ok(set_capabilities(None, sets)?)
}
