//! Flags of workers that fetch store paths on demand; the same for all that write such workers.

use clap::Args;

use crate::worker::on_demand::Sources;

/// Where such workers fetch from.
#[derive(Args)]
pub struct FromCaches {
    /// On demand: a binary cache that workers fetch store paths from; may be repeated.
    #[arg(long = "substituter", value_name = "URL", requires = "on_demand")]
    substituters: Vec<String>,
    /// On demand: a key, NAME:BASE64, whose signatures count; may be repeated.
    #[arg(
        long = "trusted-public-key",
        value_name = "KEY",
        requires = "on_demand"
    )]
    trusted_keys: Vec<String>,
    /// On demand: an option of `lre launch` on the workers; may be repeated.
    #[arg(
        long = "launch-option",
        value_name = "WORD",
        requires = "on_demand",
        allow_hyphen_values = true
    )]
    launch_options: Vec<String>,
}

impl FromCaches {
    pub fn sources(&self) -> Sources {
        Sources {
            substituters: self.substituters.clone(),
            trusted_keys: self.trusted_keys.clone(),
            launch_options: self.launch_options.clone(),
        }
    }
}
