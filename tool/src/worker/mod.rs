//! Consumers of the manifest on the worker's side, made from the same manifest as the platforms.
//! What Bazel is told is not known here.

pub mod image;
