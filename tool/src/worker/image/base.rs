//! An image that ours goes on top of: its layers as they are, and what has to be known of its
//! files so that ours do not break it. It must not know what is put over it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use anyhow::{Context, Result, bail};
use oci_spec::image::{Descriptor, MediaType};
use serde_json::Value;

use super::Options;
use super::carried::Carried;
use super::layout::{Blobs, Written};
use crate::oci::{Entry, Image, Kind, Layout, Left, entries, split_reference};

/// The files that are read, and the most of them.
const READ: [&str; 3] = ["etc/passwd", "etc/group", "etc/nsswitch.conf"];
const TEXT_LIMIT: u64 = 1 << 20;

/// How many links are followed from one to the next.
const LINKS: usize = 16;

/// The image below ours.
#[derive(Debug)]
pub struct Base<'a> {
    image: Image<'a>,
    links: BTreeMap<String, String>,
    texts: BTreeMap<String, String>,
}

/// Calls `make` with the base that `options` name, read and checked; with none, it is seen to
/// that none is needed.
///
/// # Errors
/// The base is no image for the CPU of what is `carried`; or there is none, and `carried` has
/// paths outside of the store. What `make` complains of.
pub fn with<T>(
    carried: &Carried,
    options: &Options,
    make: impl FnOnce(Option<&Base>) -> Result<T>,
) -> Result<T> {
    let Some(reference) = &options.base else {
        if let Some(path) = carried.elsewhere.first() {
            bail!(
                "{path} is outside of the store, and an image without a base would not have it; \
                 name one that has it with --base"
            );
        }
        return make(None);
    };
    let (path, tag) = split_reference(reference)?;
    let layout = Layout::open(&path)?;
    let image = layout.image(tag.as_deref(), carried.system.cpu)?;
    if image.manifest.is_none() {
        bail!(
            "{path}: an archive of Docker has no digests of packed layers that could be kept; \
             make a layout of it: `skopeo copy docker-archive:{path} oci:DIR`"
        );
    }
    eprintln!("lre: reading the base {reference}");
    let mut base = Base {
        image,
        links: BTreeMap::new(),
        texts: BTreeMap::new(),
    };
    base.read(options)?;
    make(Some(&base))
}

impl Base<'_> {
    /// Its configuration.
    pub fn document(&self) -> &Value {
        &self.image.document
    }

    /// Copies its layers as they are.
    ///
    /// # Errors
    /// One cannot be read, or the disk is full.
    pub fn copy(&self, blobs: &Blobs) -> Result<Vec<Written>> {
        let manifest = self.image.manifest.as_ref().expect("it was checked");
        let layers = self.image.layers().zip(manifest.layers());
        let diff_ids = self.image.configuration.rootfs().diff_ids();
        let written = layers.zip(diff_ids).map(|((layer, said), diff_id)| {
            let descriptor = blobs.copy(layer.packed()?, media_type(said))?;
            Ok(Written {
                descriptor,
                diff_id: diff_id.clone(),
            })
        });
        written.collect()
    }

    /// Where the file at `path` is once links of folders are followed.
    pub fn resolve(&self, path: &str) -> String {
        let mut left: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let mut done = String::new();
        let mut followed = 0;
        while let Some(name) = left.pop() {
            match name.as_str() {
                "" | "." => continue,
                ".." => {
                    done.truncate(done.rfind('/').unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let next = match done.is_empty() {
                true => name,
                false => format!("{done}/{name}"),
            };
            match self.links.get(&next) {
                // The last one is replaced and not followed.
                Some(target) if !left.is_empty() && followed < LINKS => {
                    followed += 1;
                    if target.starts_with('/') {
                        done.clear();
                    }
                    left.extend(target.rsplit('/').map(str::to_owned));
                }
                _ => done = next,
            }
        }
        done
    }

    /// The text of a file; only of those that are read.
    pub fn text(&self, path: &str) -> Option<String> {
        self.texts.get(&self.resolve(path)).cloned()
    }

    /// Whether it has a file or a link at `path`, of those that are read.
    pub fn has(&self, path: &str) -> bool {
        let path = self.resolve(path);
        self.texts.contains_key(&path) || self.links.contains_key(&path)
    }

    /// Reads its layers, and with that checks all of it.
    fn read(&mut self, options: &Options) -> Result<()> {
        let mut left = Left::of(options.limits);
        let (links, texts) = (&mut self.links, &mut self.texts);
        for layer in self.image.layers() {
            let mut own = BTreeSet::new();
            let read = entries(layer.open()?, &mut left, |entry, bytes| {
                let Ok(path) = str::from_utf8(&entry.path) else {
                    return Ok(());
                };
                own.insert(path.to_owned());
                if let Some(hidden) = hidden(path) {
                    let below = format!("{hidden}/");
                    let gone = |path: &str| {
                        hidden.is_empty() || path == hidden || path.starts_with(&below)
                    };
                    let lower = |path: &str| !gone(path) || own.contains(path);
                    links.retain(|path, _| lower(path));
                    texts.retain(|path, _| lower(path));
                    return Ok(());
                }
                links.remove(path);
                texts.remove(path);
                match entry {
                    Entry {
                        kind: Kind::Symlink(target),
                        ..
                    } => {
                        let target = String::from_utf8_lossy(target).into_owned();
                        links.insert(path.to_owned(), target);
                    }
                    Entry {
                        kind: Kind::File, ..
                    } if READ.contains(&path) => {
                        let mut text = String::new();
                        bytes
                            .take(TEXT_LIMIT)
                            .read_to_string(&mut text)
                            .context("it is no text")?;
                        texts.insert(path.to_owned(), text);
                    }
                    _ => {}
                }
                Ok(())
            });
            read.with_context(|| layer.name())?;
        }
        Ok(())
    }
}

/// What a whiteout hides: a path, or what is below one.
pub fn hidden(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let hidden = name.strip_prefix(".wh.")?;
    Some(match (folder, hidden) {
        (folder, ".wh..opq") => folder.to_owned(),
        ("", name) => name.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    })
}

/// Docker's names of layers have the same meaning as OCI's (image specification,
/// media-types.md), and a manifest of OCI has OCI's.
fn media_type(layer: &Descriptor) -> MediaType {
    match layer.media_type().as_ref() {
        "application/vnd.docker.image.rootfs.diff.tar" => MediaType::ImageLayer,
        "application/vnd.docker.image.rootfs.diff.tar.gzip" => MediaType::ImageLayerGzip,
        "application/vnd.docker.image.rootfs.diff.tar.zstd" => MediaType::ImageLayerZstd,
        other => other.into(),
    }
}
