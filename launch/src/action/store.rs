//! Which store paths are there, and how those that are not get there: by Nix, once for all who ask.
//! It must not know why they are asked for.
//!
//! A path counts as there when it has a root of ours, a link that Nix made when it had the path and
//! all that it refers to, and that keeps collection from them. A fetch that was broken off leaves
//! files in the store and no root, and Nix begins anew.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use camino::Utf8PathBuf;
use rustix::fs::{
    AtFlags, CWD, FlockOperation, Timespec, Timestamps, UTIME_NOW, flock, statvfs, utimensat,
};
use rustix::io::Errno;

use super::Refusal;
use super::policy::Policy;
use crate::names::{Names, STORE};
use crate::nix::{Nix, Said};

/// How often a lock is tried that another fetcher has.
const WAIT: Duration = Duration::from_millis(50);

/// How exactly it is known when a path was last used.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A worker's store, with what is kept beside it.
#[derive(Clone, Debug)]
pub struct Store {
    /// Where roots and locks are.
    pub state: Utf8PathBuf,
    /// The program of Nix's, where it is not at one of its usual places.
    pub nix_store: Option<Utf8PathBuf>,
}

impl Store {
    /// Makes present what is missing of `names`, one after the other, and says nothing: it would be
    /// kept with the action's result, and shown to all who take that from the cache.
    ///
    /// # Errors
    /// One cannot be had, or not in time.
    pub fn make_present(&self, names: &Names, policy: &Policy) -> Result<(), Refusal> {
        (names.iter()).try_for_each(|name| self.one(name, policy, |_| {}))
    }

    /// As [`Store::make_present`], and says what it does, and goes on where one cannot be had.
    ///
    /// # Errors
    /// The first that could not be had.
    pub fn make_present_all(&self, names: &Names, policy: &Policy) -> Result<(), Refusal> {
        let say = |what: &str| eprintln!("lre launch: {what}");
        let each = names.iter().map(|name| self.one(name, policy, say));
        each.fold(Ok(()), Result::and)
    }

    fn one(&self, name: &str, policy: &Policy, progress: fn(&str)) -> Result<(), Refusal> {
        if self.has(name) {
            return Ok(());
        }
        let told = |error: anyhow::Error| Refusal::path(name, format_args!("{error:#}"));
        self.fetch(name, policy, progress).map_err(told)
    }

    /// Whether a path is there with its root, whose time then says that it was used within the day.
    fn has(&self, name: &str) -> bool {
        let root = self.root(name);
        let path = format!("{STORE}{name}");
        let (Ok(found), Ok(_)) = (root.symlink_metadata(), Path::new(&path).symlink_metadata())
        else {
            return false;
        };
        let used = found.modified().ok().and_then(|time| time.elapsed().ok());
        if used.is_some_and(|ago| ago > DAY) {
            let now = Timespec {
                tv_sec: 0,
                tv_nsec: UTIME_NOW,
            };
            let times = Timestamps {
                last_access: now,
                last_modification: now,
            };
            // Where it cannot be kept, the root is taken for old sooner, and no more.
            let _ = utimensat(CWD, root.as_str(), &times, AtFlags::SYMLINK_NOFOLLOW);
        }
        true
    }

    fn root(&self, name: &str) -> Utf8PathBuf {
        self.state.join("roots").join(name)
    }

    fn fetch(&self, name: &str, policy: &Policy, progress: fn(&str)) -> Result<()> {
        let deadline = (Instant::now().checked_add(policy.time_limit))
            .context("--time-limit is longer than any time")?;
        let _lock = self.lock(name, deadline, policy)?;
        if self.has(name) {
            return Ok(());
        }
        let nix = Nix::find(self.nix_store.as_deref(), &self.state).context(
            "this worker does not have it, and has no Nix to fetch it with; --nix-store says where \
             Nix is",
        )?;
        let path = format!("{STORE}{name}");
        if let Some(limit) = policy.max_closure_size {
            check_size(&nix, &path, limit, deadline)?;
        }
        let root = self.root(name);
        // What a broken link says is of no use any more.
        let _ = fs::remove_file(&root);
        // Nix takes another store than this one where nobody but root has made its folder yet; where it
        // cannot be made, there is a daemon who has.
        let _ = fs::create_dir_all("/nix/var/nix");
        progress(&format!("fetching {path}"));
        let mut words = vec!["--realise", &path, "--add-root", root.as_str()];
        // Nothing is ever built here, and what cannot be fetched is not tried for ever.
        words.extend(
            OPTIONS
                .iter()
                .flat_map(|(name, value)| ["--option", name, value]),
        );
        if policy.unsigned {
            words.extend(["--option", "require-sigs", "false"]);
        }
        let realise = || nix.store(&words, left(deadline));
        let collect = || nix.store(&["--gc", "--quiet"], left(deadline));
        let mut outcome = realise();
        if is_full(&outcome) {
            progress("the disk is full; collecting garbage");
            // Of a path that could not be written whole there are files left, which count as garbage.
            collect().context("garbage could not be collected")?;
            outcome = realise();
            if is_full(&outcome) {
                let why = told(outcome);
                let _ = collect();
                bail!(
                    "this worker does not have it, and has no room for it, also after collecting \
                     garbage ({FULL}):\n{why}"
                );
            }
        }
        if !matches!(outcome, Ok(Said { success: true, .. })) {
            bail!(
                "this worker does not have it, and Nix cannot fetch it:\n{}\nIs it in the cache \
                 that workers fetch from? `lre publish` puts it there",
                told(outcome)
            );
        }
        if !self.has(name) {
            bail!(
                "Nix says that it has it now, and {root} or the path is not there; is its store \
                 another than {STORE}?\n{}",
                told(outcome)
            );
        }
        Ok(())
    }

    /// The lock of one path, which the kernel takes back from a fetcher that dies.
    fn lock(&self, name: &str, deadline: Instant, policy: &Policy) -> Result<File> {
        for folder in ["roots", "locks"] {
            let folder = self.state.join(folder);
            fs::create_dir_all(&folder)
                .with_context(|| format!("this worker cannot keep it: {folder} cannot be made"))?;
        }
        let path = self.state.join("locks").join(name);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("this worker cannot keep it: {path} cannot be written"))?;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(file),
                Err(Errno::WOULDBLOCK | Errno::INTR) if Instant::now() < deadline => {
                    thread::sleep(WAIT);
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => bail!(
                    "another action has been fetching it for {:?}, which is the limit",
                    policy.time_limit
                ),
                Err(error) => return Err(error).with_context(|| format!("{path}: no lock")),
            }
        }
    }
}

/// Settings of Nix's for fetching (`nix.conf`): seconds, and how often.
const OPTIONS: [(&str, &str); 6] = [
    ("max-jobs", "0"),
    ("builders", ""),
    ("fallback", "false"),
    ("connect-timeout", "10"),
    ("stalled-download-timeout", "30"),
    ("download-attempts", "3"),
];

/// What the C library calls a full disk.
const FULL: &str = "No space left on device";

/// Less room than this, in bytes, is none. Nix itself may crash then and not say why.
const NO_ROOM: u64 = 1 << 20;

/// Whether a fetch failed for want of room.
fn is_full(outcome: &Result<Said>) -> bool {
    let said = match outcome {
        Ok(Said { success: true, .. }) => return false,
        Ok(said) => said.stderr.contains(FULL),
        Err(_) => false,
    };
    let room = statvfs(STORE).map(|store| store.f_bavail.saturating_mul(store.f_frsize));
    said || room.is_ok_and(|room| room < NO_ROOM)
}

/// Why a fetch failed.
fn told(outcome: Result<Said>) -> String {
    match outcome {
        Ok(said) => said.tail(),
        Err(error) => format!("{error:#}"),
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// Asks each cache for the size before anything is fetched.
fn check_size(nix: &Nix, path: &str, limit: u64, deadline: Instant) -> Result<()> {
    let mut reasons = Vec::new();
    for substituter in nix.substituters(left(deadline))? {
        match nix.closure_size(&substituter, path, left(deadline)) {
            Ok(size) if size <= limit => return Ok(()),
            Ok(size) => bail!(
                "it has {size} bytes with all that it refers to, and this worker takes no more than \
                 {limit} (--max-closure-size)"
            ),
            Err(error) => reasons.push(format!("{substituter}: {error:#}")),
        }
    }
    bail!(
        "this worker does not have it, and no cache says how large it is: {}",
        reasons.join("; ")
    )
}

/// Where roots and locks are, if nothing else is said.
pub const STATE: &str = "/nix/var/lre";
