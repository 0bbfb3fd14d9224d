//! Library of the helper `lre`: an environment goes in, a manifest is what we
//! know about it, files come out. `docs/architecture.md` walks along the stages.

pub mod tree;
pub mod validate;
