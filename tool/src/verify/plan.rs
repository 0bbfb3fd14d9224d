//! Which flags the two builds get, so that the second is to find all that the first made. It decides,
//! and runs nothing.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Serialize, Serializer};

use super::options::Options;
use crate::address::shown;
use crate::rc;
use crate::render::BAZELRC;

/// What the caller named for the two builds to share.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// `--remote_executor`, as Bazel takes it.
    pub executor: Option<String>,
    /// `--remote_cache`, as Bazel takes it.
    pub cache: Option<String>,
    /// A disk cache of our own, whatever rc files say.
    pub disk_cache: bool,
}

/// What the two builds share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Shared {
    /// The first build runs on workers, and the second takes what they left in their cache.
    Executor {
        /// The address of the workers.
        #[serde(serialize_with = "as_shown")]
        executor: String,
        /// The address of their cache.
        #[serde(serialize_with = "as_shown")]
        cache: String,
        /// Whether nothing may run on this machine, so that the second build has workers as well:
        /// `--spawn_strategy=remote`, which is set where tools are in images alone.
        remote_only: bool,
    },
    /// The first build runs here and uploads.
    Cache {
        /// The address of the cache.
        #[serde(serialize_with = "as_shown")]
        cache: String,
    },
    /// The first build runs here, and nothing leaves the machine.
    DiskCache,
}

fn as_shown<S: Serializer>(address: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&shown(address))
}

/// One of the two builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The one that fills the cache.
    First,
    /// The one that finds everything there.
    Second,
}

/// How Bazel writes what it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Small and fast; from Bazel 7.2, and where its zstd is.
    Compact,
    /// Every Bazel has it.
    Binary,
}

impl Named {
    /// Flags for every command: what is in force with them is what [`Shared::choose`] looks at.
    pub fn flags(&self) -> Vec<String> {
        if self.disk_cache {
            return vec![
                "--remote_executor=".to_owned(),
                "--remote_cache=".to_owned(),
            ];
        }
        let mut flags = Vec::new();
        if let Some(executor) = &self.executor {
            flags.push(format!("--remote_executor={executor}"));
        }
        if let Some(cache) = &self.cache {
            flags.push(format!("--remote_cache={cache}"));
            // Without it, one of the rc files' would run the actions.
            if self.executor.is_none() {
                flags.push("--remote_executor=".to_owned());
            }
        }
        flags
    }
}

impl Shared {
    /// What the options in force lead to, which have those of [`Named::flags`] among them.
    pub fn choose(options: &Options) -> Shared {
        let cache = options.value("remote_cache").map(str::to_owned);
        match (options.value("remote_executor"), cache) {
            (Some(executor), cache) => Shared::Executor {
                executor: executor.to_owned(),
                // Bazel does the same: "If --remote_executor is set", its address is the cache's.
                cache: cache.unwrap_or_else(|| executor.to_owned()),
                remote_only: options.value("spawn_strategy") == Some("remote"),
            },
            (None, Some(cache)) => Shared::Cache { cache },
            (None, None) => Shared::DiskCache,
        }
    }

    /// Where others have to answer.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let addresses = match self {
            Shared::Executor {
                executor, cache, ..
            } => vec![executor.as_str(), cache.as_str()],
            Shared::Cache { cache } => vec![cache.as_str()],
            Shared::DiskCache => Vec::new(),
        };
        addresses.into_iter()
    }

    /// What a build is called in progress lines and reports.
    pub fn name(&self, step: Step) -> &'static str {
        match (step, self) {
            (Step::First, Shared::Executor { .. }) => "remote build",
            (Step::First, _) => "first build",
            (Step::Second, Shared::Executor { remote_only, .. }) if !remote_only => "local build",
            (Step::Second, _) => "second build",
        }
    }

    /// The flags that make a build the `step`, beside those of [`Named::flags`]; a disk cache is below `place`.
    ///
    /// The first takes nothing out of the cache, so that what it shows was made for it; the second adds
    /// nothing. A disk cache of the user's would answer in place of what is looked at, so there is none.
    ///
    /// What is in force anyway is not said again: others of the machine can read a command line, and an
    /// address in an rc file may have a password.
    pub fn flags(&self, step: Step, place: &Utf8Path) -> Vec<String> {
        let mut flags = Vec::new();
        if let Shared::Executor {
            executor,
            cache,
            remote_only: false,
        } = self
            && step == Step::Second
        {
            flags.push("--remote_executor=".to_owned());
            // It was the cache's too, perhaps only since it was the executor's. No web server is one.
            if cache == executor {
                flags.push(format!("--remote_cache={cache}"));
            }
        }
        let disk = match self {
            Shared::DiskCache => disk_cache(place).into_string(),
            Shared::Executor { .. } | Shared::Cache { .. } => String::new(),
        };
        flags.extend([
            format!("--disk_cache={disk}"),
            "--noremote_local_fallback".to_owned(),
        ]);
        // Our own starts empty, and is for both to read and to write.
        match (self, step) {
            (Shared::DiskCache, _) => {}
            (_, Step::Second) => flags.extend(
                ["--remote_accept_cached", "--noremote_upload_local_results"].map(str::to_owned),
            ),
            (_, Step::First) => flags.push("--noremote_accept_cached".to_owned()),
        }
        if step == Step::First && matches!(self, Shared::Cache { .. }) {
            flags.push("--remote_upload_local_results".to_owned());
        }
        flags
    }
}

impl LogFormat {
    /// The flags by which Bazel writes such a log to `path`, and no other.
    pub fn flags(self, path: &Utf8Path) -> Vec<String> {
        // Bazel writes one log at most, and an empty path is none.
        let mut flags = vec!["--execution_log_json_file=".to_owned()];
        match self {
            LogFormat::Compact => flags.extend([
                "--execution_log_binary_file=".to_owned(),
                format!("--execution_log_compact_file={path}"),
            ]),
            LogFormat::Binary => flags.push(format!("--execution_log_binary_file={path}")),
        }
        flags
    }
}

/// The configuration that the workspace's `.bazelrc.lre` defines, where it is written for one: its flags
/// then take effect with `--config` only.
pub fn configuration(workspace: &Utf8Path) -> Option<String> {
    let text = fs::read_to_string(workspace.join(BAZELRC)).ok()?;
    rc::lines(&text).iter().find_map(|line| {
        let (_, config) = line.words[0].split_once(':')?;
        Some(config.to_owned())
    })
}

/// The last folder of the second build's PATH, below the folder of everything. It is not there.
pub const OTHERS: &str = "of-another-developer";

/// Where the first or second build's log is, below `place`.
pub fn log(place: &Utf8Path, step: Step) -> Utf8PathBuf {
    place.join(match step {
        Step::First => "first.log",
        Step::Second => "second.log",
    })
}

/// Where a disk cache of our own is, below `place`.
pub fn disk_cache(place: &Utf8Path) -> Utf8PathBuf {
    place.join("disk-cache")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executor(remote_only: bool) -> Shared {
        Shared::Executor {
            executor: "grpc://e".to_owned(),
            cache: "grpc://c".to_owned(),
            remote_only,
        }
    }

    fn flags(shared: &Shared, step: Step) -> String {
        shared.flags(step, Utf8Path::new("/place")).join(" ")
    }

    #[test]
    fn the_second_build_has_the_cache_of_the_workers_and_nobody_to_run_anything() {
        assert_eq!(
            flags(&executor(false), Step::First),
            "--disk_cache= --noremote_local_fallback --noremote_accept_cached"
        );
        assert_eq!(
            flags(&executor(false), Step::Second),
            "--remote_executor= --disk_cache= --noremote_local_fallback --remote_accept_cached \
             --noremote_upload_local_results"
        );
    }

    #[test]
    fn a_cache_alone_is_filled_by_the_first_build_and_not_by_the_second() {
        let cache = Shared::Cache {
            cache: "http://c".to_owned(),
        };
        let begins = "--disk_cache= --noremote_local_fallback";
        assert_eq!(
            flags(&cache, Step::First),
            format!("{begins} --noremote_accept_cached --remote_upload_local_results")
        );
        assert_eq!(
            flags(&cache, Step::Second),
            format!("{begins} --remote_accept_cached --noremote_upload_local_results")
        );
    }

    #[test]
    fn where_nothing_may_run_here_the_second_build_has_the_workers_too() {
        let flags = flags(&executor(true), Step::Second);
        assert!(!flags.contains("--remote_executor="), "{flags}");
    }

    #[test]
    fn without_the_workers_the_cache_that_they_were_is_named() {
        let shared = Shared::Executor {
            executor: "grpc://e".to_owned(),
            cache: "grpc://e".to_owned(),
            remote_only: false,
        };
        let flags = flags(&shared, Step::Second);
        assert!(
            flags.starts_with("--remote_executor= --remote_cache=grpc://e --disk_cache= "),
            "{flags}"
        );
    }

    #[test]
    fn a_disk_cache_of_our_own_has_no_remote_side() {
        for step in [Step::First, Step::Second] {
            assert_eq!(
                flags(&Shared::DiskCache, step),
                "--disk_cache=/place/disk-cache --noremote_local_fallback"
            );
        }
    }

    #[test]
    fn a_cache_that_is_named_means_no_workers() {
        let named = Named {
            cache: Some("http://c".to_owned()),
            ..Named::default()
        };
        assert_eq!(
            named.flags(),
            ["--remote_cache=http://c", "--remote_executor="]
        );
    }

    #[test]
    fn the_configuration_is_what_stands_behind_a_command() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Utf8Path::from_path(dir.path()).unwrap();
        assert_eq!(configuration(workspace), None);
        for (text, config) in [
            (
                "# a:b c\n\ncommon:lre --x=y:z\nbuild:lre --y\n",
                Some("lre"),
            ),
            ("# a:b c\ncommon --x=y:z\n", None),
        ] {
            fs::write(workspace.join(".bazelrc.lre"), text).unwrap();
            assert_eq!(configuration(workspace).as_deref(), config, "{text}");
        }
    }
}
