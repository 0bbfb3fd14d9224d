//! Variables that an executor sets for the launcher, and that the action does not see. Who sets them
//! is not known here.

/// The variable in which NativeLink hands on the action's time-out, in milliseconds; the name is
/// ours, by `additional_environment` with `timeout_millis` (`cas_server.rs` of NativeLink 1.6).
pub const TIMEOUT: &str = "LRE_LAUNCH_TIMEOUT_MS";

/// The same for the file in which NativeLink reads that the time was up, `side_channel_file`.
pub const SIDE_CHANNEL: &str = "LRE_LAUNCH_SIDE_CHANNEL";

/// Options of `lre launch` for where an executor can name a program and no words: the helper under
/// the name `lre-launch` reads them here, quoted as for a shell.
pub const OPTIONS: &str = "LRE_LAUNCH_OPTIONS";

/// All of them.
pub const HIDDEN: [&str; 3] = [OPTIONS, TIMEOUT, SIDE_CHANNEL];
