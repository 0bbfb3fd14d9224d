//! Placeholder.
#![allow(missing_docs)]
pub fn validate(_: &crate::tree::FileTree) -> anyhow::Result<()> {
    Ok(())
}
