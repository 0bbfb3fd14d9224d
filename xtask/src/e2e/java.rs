//! Stories about Java: that it is at parity, that each action goes where its tools are, and
//! which JDK is taken. They must not know how the toolchains are made.

use anyhow::Result;

use super::{Story, assert_parity};
use crate::lab::Lab;
use crate::lab::bazel::mixed_example;
use crate::story;

pub const STORIES: &[Story] = &[("java::remote_then_local_on_a_and_b", remote_then_local)];

/// Given a project in Java and C++, when A builds and tests it remotely, on a worker that has
/// a JDK in the store alone, then it and B find every action in the cache.
fn remote_then_local(lab: &Lab) -> Result<()> {
    let (a, b) = story::on_both(lab, &mixed_example())?;
    let verdict = story::remote_then_local(lab, &a, &b, &["test", "//..."])?;
    assert_parity(&verdict, 20)
}
