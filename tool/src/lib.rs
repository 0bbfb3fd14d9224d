//! Library of the helper `lre`: an environment goes in, a manifest is what we
//! know about it, files come out. `docs/architecture.md` walks along the stages.

mod address;
pub mod adopt;
pub mod agreement;
pub mod cli;
pub mod container;
pub mod doctor;
pub mod drift;
pub mod environment;
pub mod input;
pub mod manifest;
mod module_file;
pub mod oci;
pub mod parity;
pub mod presence;
pub mod probe;
pub mod program;
pub mod properties;
pub mod publish;
pub mod rc;
mod removal;
pub mod render;
pub mod report;
pub mod starlark;
pub mod system;
pub mod tree;
pub mod validate;
pub mod verify;
pub mod worker;
pub mod workspace;
pub mod write;
