//! A worker's image: the closure of the environments' store paths as an OCI layout, the same to
//! the byte wherever it is made. It must not know what the tools in it do.

mod base;
mod carried;
mod check;
mod closure;
mod config;
mod files;
mod layers;
mod layout;

use anyhow::Result;
use camino::Utf8Path;
use clap::ValueEnum;

use crate::oci::Limits;
use crate::write;

pub use carried::Carried;
pub use check::check;
pub use closure::Closure;

/// How layers are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Compression {
    /// Fast and small; engines of 2021 and later read it.
    #[default]
    Zstd,
    /// What every engine reads.
    Gzip,
}

/// What a user says of an image beside what it carries.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How layers are packed.
    pub compression: Compression,
    /// The image that ours goes on top of, as `oci:PATH[:TAG]`.
    pub base: Option<String>,
    /// The image's entrypoint.
    pub entrypoint: Vec<String>,
    /// What the entrypoint gets.
    pub cmd: Vec<String>,
    /// How much the base may unpack to.
    pub limits: Limits,
}

/// Writes the image of what is `carried`, with all of `closure`, as an OCI layout at `out`.
///
/// # Errors
/// A store path is not on this machine or has what no store path has; the base cannot be read;
/// `out` is somebody else's; the disk is full. Nothing has changed then.
pub fn make(carried: &Carried, closure: &Closure, options: &Options, out: &Utf8Path) -> Result<()> {
    write::replace_with(out, layout::MARKER, |new| {
        base::with(carried, options, |base| {
            let mut blobs = layout::Blobs::new(new, options.compression)?;
            let lower = base.map(|base| base.copy(&blobs)).transpose()?;
            let mut layers = lower.unwrap_or_default();
            let groups = layers::group(closure.measured()?, layers.len());
            for (number, group) in groups.iter().enumerate() {
                let (bytes, what) = (group.bytes, group.what());
                eprintln!(
                    "lre: layer {} of {}: {what}, {}",
                    number + 1,
                    groups.len(),
                    show(bytes)
                );
                layers.push(blobs.layer(|archive| files::store_paths(archive, closure, group))?);
            }
            layers.push(blobs.layer(|archive| files::root(archive, carried, base))?);
            let config = config::document(carried, options, base, &layers, &groups)?;
            let packed = blobs.finish(carried, &config, layers)?;
            eprintln!("lre: {out}: {}, {}", carried.reference(), show(packed));
            Ok(())
        })
    })
}

/// Bytes as a person reads them.
fn show(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
