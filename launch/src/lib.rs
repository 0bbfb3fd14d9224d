//! What a worker runs before each action: it fetches the store paths that the action names. It must
//! not know who sent the action, nor Bazel.
//!
//! It is a crate of its own so that the launcher is small, and starts fast.

#[cfg(target_os = "linux")]
pub mod action;
pub mod names;
pub mod nix;
pub mod runner;
pub mod variables;
