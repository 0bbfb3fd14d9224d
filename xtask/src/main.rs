//! `cargo xtask`: everything a developer of this project runs.

fn main() {}
