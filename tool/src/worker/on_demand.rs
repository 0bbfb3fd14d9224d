//! What workers that fetch store paths on demand are told besides their properties: where paths
//! come from, whose signatures count, and what runs before each action. It must not know what is built.

use anyhow::{Result, bail};

use super::{Origin, heading};

/// Where a worker has the launcher, unless it is said otherwise: the helper under the name by
/// which it is `lre launch`.
pub const LAUNCHER: &str = "/opt/lre/lre-launch";

/// The most that an action takes together with what it fetches, in seconds: Bazel's longest tests
/// have an hour (`--test_timeout`).
pub const LONGEST_ACTION: u64 = 7200;

/// Where store paths come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Addresses of binary caches.
    pub substituters: Vec<String>,
    /// Public keys, `NAME:BASE64`, one of which has to have signed a path.
    pub trusted_keys: Vec<String>,
    /// Options of `lre launch`.
    pub launch_options: Vec<String>,
}

impl Sources {
    /// The options of `lre launch` as one text, quoted as for a shell.
    ///
    /// # Errors
    /// One has a character that no variable can have.
    pub fn options(&self) -> Result<String> {
        Ok(shlex::try_join(
            self.launch_options.iter().map(String::as_str),
        )?)
    }

    /// `nix.conf` of a worker, under Nix's own names of settings. Nothing is built there, so no
    /// sandbox and no users for builds are needed, and a store belongs to the worker's own user.
    ///
    /// # Errors
    /// No cache or no key is named, or one that could not stand in the file.
    pub fn nix_conf(&self, command: &str) -> Result<String> {
        if self.substituters.is_empty() || self.trusted_keys.is_empty() {
            bail!(
                "workers that fetch store paths have to know from where, and whose signatures count: \
                 name a cache with --substituter and its key with --trusted-public-key"
            );
        }
        for word in self.substituters.iter().chain(&self.trusted_keys) {
            if word.is_empty() || word.contains(|c: char| c.is_whitespace() || c == '#') {
                bail!("{word:?} cannot stand in nix.conf: write it without spaces and #");
            }
        }
        let settings = [
            ("substituters", self.substituters.join(" ")),
            ("trusted-public-keys", self.trusted_keys.join(" ")),
            ("require-sigs", "true".to_owned()),
            ("max-jobs", "0".to_owned()),
            ("builders", String::new()),
            ("build-users-group", String::new()),
            ("sandbox", "false".to_owned()),
            ("connect-timeout", "10".to_owned()),
            ("stalled-download-timeout", "30".to_owned()),
            ("narinfo-cache-negative-ttl", "0".to_owned()),
        ];
        let lines = settings.map(|(name, value)| format!("{name} = {value}").trim_end().to_owned());
        Ok(heading("#", command, None, &Origin::Any) + &lines.join("\n") + "\n")
    }
}
