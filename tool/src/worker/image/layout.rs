//! An OCI image layout that is being written: blobs by their digest, then manifest and index. It
//! must not know what is in a layer.

use std::collections::HashMap;
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use flate2::{Compression as Level, write::GzEncoder};
use oci_spec::image::{
    Descriptor, Digest as OciDigest, ImageIndexBuilder, ImageManifestBuilder, MediaType, OciLayout,
    OciLayoutBuilder, Os, PlatformBuilder,
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::Compression;
use super::carried::Carried;
use super::config;
use super::files::Archive;
use crate::oci::{FULL_NAME, REF_NAME, architecture};
use crate::tree::Marker;

/// By which a layout is known as one of ours: the index's annotations come first.
pub const MARKER: Marker = Marker {
    file: "index.json",
    begins: r#"{"annotations":{"lre.made-by":"lre worker image""#,
};
const MADE_BY: (&str, &str) = ("lre.made-by", "lre worker image");

/// zstd's own default, and gzip's.
const ZSTD_LEVEL: i32 = 3;
const GZIP_LEVEL: u32 = 6;

/// A layer that was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// Digest, size and media type of the blob.
    pub descriptor: Descriptor,
    /// Digest of what is in it, not compressed.
    pub diff_id: String,
}

/// The blobs of a layout.
#[derive(Debug)]
pub struct Blobs {
    layout: Utf8PathBuf,
    compression: Compression,
}

impl Blobs {
    /// Starts a layout in the empty folder `layout`.
    ///
    /// # Errors
    /// It is not writable.
    pub fn new(layout: &Utf8Path, compression: Compression) -> Result<Blobs> {
        for folder in ["blobs", "blobs/sha256"] {
            let folder = layout.join(folder);
            fs::create_dir(&folder)
                .with_context(|| format!("{folder}: cannot make this folder"))?;
            fs::set_permissions(&folder, Permissions::from_mode(0o755))?;
        }
        Ok(Blobs {
            layout: layout.to_owned(),
            compression,
        })
    }

    /// Writes a layer, whose entries `fill` gives.
    ///
    /// # Errors
    /// What `fill` complains of; the disk is full.
    pub fn layer(&mut self, fill: impl FnOnce(&mut Archive) -> Result<()>) -> Result<Written> {
        let packed = Hashed::new(BufWriter::with_capacity(1 << 20, self.stage()?));
        let (packed, diff_id, media_type) = match self.compression {
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(packed, ZSTD_LEVEL)?;
                let diff_id = archive(&mut encoder, fill)?;
                (encoder.finish()?, diff_id, MediaType::ImageLayerZstd)
            }
            Compression::Gzip => {
                let mut encoder = GzEncoder::new(packed, Level::new(GZIP_LEVEL));
                let diff_id = archive(&mut encoder, fill)?;
                (encoder.finish()?, diff_id, MediaType::ImageLayerGzip)
            }
        };
        Ok(Written {
            descriptor: self.keep(packed, media_type)?,
            diff_id,
        })
    }

    /// Copies a blob from elsewhere.
    ///
    /// # Errors
    /// It cannot be read, or the disk is full.
    pub fn copy(&self, mut bytes: impl Read, media_type: MediaType) -> Result<Descriptor> {
        let mut packed = Hashed::new(BufWriter::with_capacity(1 << 20, self.stage()?));
        io::copy(&mut bytes, &mut packed)?;
        self.keep(packed, media_type)
    }

    /// Writes configuration, manifest, index and the layout's own file; gives the size of the
    /// whole image in bytes.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(self, carried: &Carried, config: &Value, layers: Vec<Written>) -> Result<u64> {
        let config = self.copy(&canonical(config)?[..], MediaType::ImageConfig)?;
        let layers: Vec<Descriptor> = layers.into_iter().map(|layer| layer.descriptor).collect();
        let size = layers.iter().map(Descriptor::size).sum::<u64>() + config.size();
        let manifest = ImageManifestBuilder::default()
            .schema_version(2_u32)
            .media_type(MediaType::ImageManifest)
            .config(config)
            .layers(layers)
            .annotations(HashMap::from(config::labels(carried)))
            .build()?;
        let manifest = canonical(&manifest)?;
        let mut manifest = self.copy(&manifest[..], MediaType::ImageManifest)?;
        let size = size + manifest.size();
        manifest.set_platform(Some(
            PlatformBuilder::default()
                .os(Os::Linux)
                .architecture(architecture(carried.system.cpu))
                .build()?,
        ));
        manifest.set_annotations(Some(HashMap::from([
            (REF_NAME.to_owned(), carried.tag.clone()),
            (FULL_NAME.to_owned(), carried.reference()),
        ])));
        let (key, value) = MADE_BY;
        let index = ImageIndexBuilder::default()
            .schema_version(2_u32)
            .media_type(MediaType::ImageIndex)
            .annotations(HashMap::from([(key.to_owned(), value.to_owned())]))
            .manifests([manifest])
            .build()?;
        self.document("index.json", &index)?;
        let layout: OciLayout = OciLayoutBuilder::default()
            .image_layout_version("1.0.0")
            .build()?;
        self.document("oci-layout", &layout)?;
        Ok(size)
    }

    fn stage(&self) -> Result<NamedTempFile> {
        NamedTempFile::new_in(&self.layout)
            .with_context(|| format!("{}: cannot write here", self.layout))
    }

    /// Puts what was written in its place, under its digest.
    fn keep(
        &self,
        packed: Hashed<BufWriter<NamedTempFile>>,
        media: MediaType,
    ) -> Result<Descriptor> {
        let (size, hash) = (packed.bytes, format!("{:x}", packed.hash.finalize()));
        let staged = packed
            .inner
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        let blob = self.layout.join("blobs/sha256").join(&hash);
        let at = || format!("{blob}: cannot write it");
        let file = staged.persist(&blob).with_context(at)?;
        file.set_permissions(Permissions::from_mode(0o644))
            .with_context(at)?;
        let digest: OciDigest = format!("sha256:{hash}").parse()?;
        Ok(Descriptor::new(media, size, digest))
    }

    fn document(&self, name: &str, document: &impl Serialize) -> Result<()> {
        let path = self.layout.join(name);
        let write = |mut file: File| -> Result<()> {
            file.write_all(&canonical(document)?)?;
            Ok(file.set_permissions(Permissions::from_mode(0o644))?)
        };
        File::create(&path)
            .map_err(Into::into)
            .and_then(write)
            .with_context(|| format!("{path}: cannot write it"))
    }
}

/// JSON without spaces and with its keys sorted: the maps of the types have no order.
fn canonical(document: &impl Serialize) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&serde_json::to_value(document)?)?)
}

/// Writes an archive; gives the digest of its bytes.
fn archive(
    packed: &mut dyn Write,
    fill: impl FnOnce(&mut Archive) -> Result<()>,
) -> Result<String> {
    let mut plain = Hashed::new(packed);
    let mut archive = Archive::new(&mut plain);
    fill(&mut archive)?;
    archive.finish()?;
    drop(archive);
    Ok(format!("sha256:{:x}", plain.hash.finalize()))
}

/// Counts and hashes what is written through it.
#[derive(Debug)]
struct Hashed<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashed<W> {
    fn new(inner: W) -> Hashed<W> {
        Hashed {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
