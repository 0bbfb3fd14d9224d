//! The helper `lre`.

fn main() {}
