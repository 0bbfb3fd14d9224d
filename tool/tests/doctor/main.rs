//! `lre doctor` as a user calls it, with Bazel and Nix that are scripts: what is found in files, and what is
//! made of what Bazel says. That Bazel says so is told end to end.

mod agree;
mod endpoint;
mod fix;
#[expect(dead_code, reason = "the tests of other commands use more of it")]
#[path = "../cli/place.rs"]
mod place;
mod rc;
mod rcfile;
mod setup;
mod stray;
