//! One image of a layout: its configuration, and its layers as streams that are checked. It must
//! not know how it was chosen.

use std::io::Read;

use anyhow::{Context, Result, anyhow};
use oci_spec::image::{Descriptor, ImageConfiguration, ImageManifest};
use serde_json::Value;

use super::blob::{Verified, decompressed};
use super::source::Source;

/// An image for one CPU.
#[derive(Debug)]
pub struct Image<'a> {
    pub(super) source: &'a Source,
    /// Its configuration: Env, CPU, operating system.
    pub configuration: ImageConfiguration,
    /// The same with what only Docker knows of.
    pub document: Value,
    /// What the index says of it; archives of Docker have no index.
    pub descriptor: Option<Descriptor>,
    /// Its manifest; archives of Docker have none of that form.
    pub manifest: Option<ImageManifest>,
    pub(super) layers: Vec<Blob>,
}

/// A layer's place and what it has to be.
#[derive(Clone, Debug)]
pub(super) struct Blob {
    pub file: String,
    /// Digest and size, where the layout says them.
    pub packed: Option<(String, u64)>,
    /// Digest of what it is when it is not compressed.
    pub diff_id: String,
}

/// A layer of an image.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    source: &'a Source,
    blob: &'a Blob,
}

impl Image<'_> {
    /// `config.Env` of its configuration, `KEY=value` each.
    pub fn env(&self) -> &[String] {
        let config = self.configuration.config().as_ref();
        let env = config.and_then(|config| config.env().as_deref());
        env.unwrap_or_default()
    }

    /// Its layers, lowest first.
    pub fn layers(&self) -> impl Iterator<Item = Layer<'_>> {
        self.layers.iter().map(|blob| Layer {
            source: self.source,
            blob,
        })
    }
}

impl Layer<'_> {
    /// What errors call it: the file that it is in.
    pub fn name(&self) -> String {
        format!("{}: the layer {}", self.source.path, self.blob.file)
    }

    /// Its tar archive, not compressed. Size and digests are checked by whoever reads to the end.
    ///
    /// # Errors
    /// The layer is not there.
    pub fn open(&self) -> Result<impl Read> {
        let Blob {
            file,
            packed,
            diff_id,
        } = self.blob;
        let name = self.name();
        let packed: Box<dyn Read> = match packed {
            Some((digest, size)) => {
                let bytes = self.source.read(file)?;
                Box::new(Verified::new(bytes, &name, digest, Some(*size)))
            }
            None => self.source.read(file)?,
        };
        let bytes = decompressed(packed).with_context(|| format!("{name}: cannot read it"))?;
        Ok(Verified::new(
            bytes,
            format!("{name} (unpacked)"),
            diff_id,
            None,
        ))
    }

    /// Its bytes as they are, compressed or not; checked as those of [`Layer::open`] are.
    ///
    /// # Errors
    /// The layer is not there.
    pub fn packed(&self) -> Result<impl Read> {
        let (digest, size) =
            self.blob.packed.as_ref().ok_or_else(|| {
                anyhow!("{}: an archive of Docker says no digest of it", self.name())
            })?;
        let bytes = self.source.read(&self.blob.file)?;
        Ok(Verified::new(bytes, self.name(), digest, Some(*size)))
    }
}
