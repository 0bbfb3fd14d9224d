//! The index of an image layout: which images there are, and the one that is meant. It knows the
//! documents of OCI and of `docker save`, and must not know what is in a layer.

use std::collections::BTreeSet;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use oci_spec::image::{
    Arch, Descriptor, DigestAlgorithm, ImageConfiguration, ImageIndex, ImageManifest, Os,
};
use serde::Deserialize;
use serde_json::Value;

use super::blob::Verified;
use super::image::{Blob, Image};
use super::source::{Source, all};
use super::{FULL_NAME, REF_NAME, architecture};
use crate::system::Cpu;

/// How many indexes may lie in each other.
const DEPTH: usize = 4;

/// An OCI image layout, in a folder or an archive, or what `docker save` writes.
#[derive(Debug)]
pub struct Layout {
    source: Source,
    images: Images,
}

#[derive(Debug)]
enum Images {
    Oci(Vec<Descriptor>),
    Docker(Vec<Saved>),
}

/// An element of the `manifest.json` that `docker save` writes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// What may be the image that is meant.
enum Candidate {
    Oci(Box<(Descriptor, ImageManifest)>),
    Docker(Saved),
}

/// `oci:PATH`, `oci-archive:PATH` or `docker-archive:PATH`, each with `:TAG` where one is named,
/// as skopeo has them; gives path and tag.
///
/// # Errors
/// None of these.
pub fn split_reference(text: &str) -> Result<(Utf8PathBuf, Option<String>)> {
    let kinds = ["oci:", "oci-archive:", "docker-archive:"];
    let rest = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
        bail!(
            "{text:?} names no image on this disk; write oci:PATH[:TAG], or the same with oci-archive: or docker-archive:"
        )
    };
    let folder = rest.rfind('/').map_or(0, |at| at + 1);
    Ok(match rest[folder..].find(':') {
        Some(at) => {
            let (path, tag) = rest.split_at(folder + at);
            (path.into(), Some(tag[1..].to_owned()))
        }
        None => (rest.into(), None),
    })
}

impl Layout {
    /// Opens the layout at `path`; which form it has is seen from what is in it.
    ///
    /// # Errors
    /// It cannot be read, or has neither form.
    pub fn open(path: &Utf8Path) -> Result<Layout> {
        let source = Source::open(path)?;
        let images = if source.has("oci-layout") {
            let index: ImageIndex = parse(&source, "index.json", &source.document("index.json")?)?;
            Images::Oci(index.manifests().clone())
        } else if source.has("manifest.json") {
            let bytes = source.document("manifest.json")?;
            Images::Docker(parse(&source, "manifest.json", &bytes)?)
        } else {
            bail!(
                "{path}: this is no image: it has no oci-layout, as OCI layouts have, and no \
                 manifest.json, as `docker save` writes; make one with `skopeo copy … oci:PATH`"
            )
        };
        Ok(Layout { source, images })
    }

    /// The image that is tagged `tag` (the tag alone or with the name before it), or the only
    /// one, for `cpu`.
    ///
    /// # Errors
    /// No image, or several, of that tag; none for that CPU and Linux, with those that there are.
    pub fn image(&self, tag: Option<&str>, cpu: Cpu) -> Result<Image<'_>> {
        let path = &self.source.path;
        let mut found = Vec::new();
        let mut others = BTreeSet::new();
        for candidate in self.candidates(tag)? {
            let image = self.read(candidate)?;
            let (os, arch) = (image.configuration.os(), image.configuration.architecture());
            if *os == Os::Linux && *arch == architecture(cpu) {
                found.push(image);
            } else if *arch != Arch::Other("unknown".to_owned()) {
                others.insert(format!("{os}/{arch}"));
            }
        }
        if found.len() > 1 {
            let tags: Vec<String> = self.tags().into_iter().collect();
            bail!(
                "{path}: it has several images for {cpu}; name the one that is meant, of: {}",
                tags.join(", ")
            );
        }
        found.pop().ok_or_else(|| {
            let others: Vec<String> = others.into_iter().collect();
            anyhow!(
                "{path}: it has no image for linux/{}, but for {}",
                architecture(cpu),
                if others.is_empty() {
                    "none at all".to_owned()
                } else {
                    others.join(", ")
                }
            )
        })
    }

    /// The tags of all images.
    pub fn tags(&self) -> BTreeSet<String> {
        match &self.images {
            Images::Oci(all) => all.iter().flat_map(names).map(str::to_owned).collect(),
            Images::Docker(all) => {
                let names = all.iter().filter_map(|saved| saved.repo_tags.as_ref());
                names.flatten().cloned().collect()
            }
        }
    }

    fn candidates(&self, tag: Option<&str>) -> Result<Vec<Candidate>> {
        let is_meant = |name: &str| match tag {
            None => true,
            Some(tag) => name == tag || name.strip_suffix(tag).is_some_and(|n| n.ends_with(':')),
        };
        let mut candidates = Vec::new();
        match &self.images {
            Images::Oci(all) => {
                for descriptor in all {
                    if tag.is_none() || names(descriptor).any(is_meant) {
                        self.flatten(descriptor, DEPTH, &mut candidates)?;
                    }
                }
            }
            Images::Docker(all) => {
                for saved in all {
                    let mut names = saved.repo_tags.iter().flatten();
                    if tag.is_none() || names.any(|name| is_meant(name)) {
                        candidates.push(Candidate::Docker(saved.clone()));
                    }
                }
            }
        }
        if let (Some(tag), true) = (tag, candidates.is_empty()) {
            let tags: Vec<String> = self.tags().into_iter().collect();
            bail!(
                "{}: no image in it is tagged {tag:?}; it has: {}",
                self.source.path,
                if tags.is_empty() {
                    "no tags".to_owned()
                } else {
                    tags.join(", ")
                }
            );
        }
        Ok(candidates)
    }

    /// The images of an index, or the image that it is. What an index says of CPUs is not looked
    /// at, since the configuration says it too and has to be right.
    fn flatten(&self, at: &Descriptor, depth: usize, into: &mut Vec<Candidate>) -> Result<()> {
        let (name, bytes) = self.blob(at)?;
        let document: Value = parse(&self.source, &name, &bytes)?;
        if document.get("manifests").is_none() {
            // An attestation has no image's configuration.
            let unknown = Arch::Other("unknown".to_owned());
            let platform = at.platform().as_ref();
            if platform.is_none_or(|platform| *platform.architecture() != unknown) {
                let manifest = parse(&self.source, &name, &bytes)?;
                into.push(Candidate::Oci(Box::new((at.clone(), manifest))));
            }
            return Ok(());
        }
        let deeper = depth.checked_sub(1).ok_or_else(|| {
            anyhow!(
                "{}: {name}: more than {DEPTH} indexes lie in each other",
                self.source.path
            )
        })?;
        let index: ImageIndex = parse(&self.source, &name, &bytes)?;
        let mut manifests = index.manifests().iter();
        manifests.try_for_each(|manifest| self.flatten(manifest, deeper, into))
    }

    fn read(&self, candidate: Candidate) -> Result<Image<'_>> {
        let source = &self.source;
        let (name, bytes, descriptor, manifest, files) = match candidate {
            Candidate::Oci(both) => {
                let (descriptor, manifest) = *both;
                let (name, bytes) = self.blob(manifest.config())?;
                let files: Vec<_> = manifest
                    .layers()
                    .iter()
                    .map(|layer| {
                        let packed = (layer.digest().to_string(), layer.size());
                        Ok((blob_path(source, layer)?, Some(packed)))
                    })
                    .collect::<Result<_>>()?;
                (name, bytes, Some(descriptor), Some(manifest), files)
            }
            Candidate::Docker(saved) => {
                let bytes = source.document(&saved.config)?;
                let files = saved.layers.into_iter().map(|file| (file, None)).collect();
                (saved.config, bytes, None, None, files)
            }
        };
        let configuration: ImageConfiguration = parse(source, &name, &bytes)?;
        let diff_ids = configuration.rootfs().diff_ids();
        if diff_ids.len() != files.len() {
            bail!(
                "{}: {name} has {} layers, and the manifest {}; copy the image anew",
                source.path,
                diff_ids.len(),
                files.len()
            );
        }
        let layers = files
            .into_iter()
            .zip(diff_ids)
            .map(|((file, packed), diff_id)| Blob {
                file,
                packed,
                diff_id: diff_id.clone(),
            })
            .collect();
        Ok(Image {
            source,
            document: parse(source, &name, &bytes)?,
            configuration,
            descriptor,
            manifest,
            layers,
        })
    }

    /// A document among the blobs, checked.
    fn blob(&self, descriptor: &Descriptor) -> Result<(String, Vec<u8>)> {
        let name = blob_path(&self.source, descriptor)?;
        let at = format!("{}: {name}", self.source.path);
        let digest = descriptor.digest().to_string();
        let blob = self.source.read(&name)?;
        let bytes = all(Verified::new(blob, &at, &digest, Some(descriptor.size())))?;
        Ok((name, bytes))
    }
}

/// Where a layout keeps a blob (image specification, image-layout.md).
fn blob_path(source: &Source, descriptor: &Descriptor) -> Result<String> {
    let digest = descriptor.digest();
    if *digest.algorithm() != DigestAlgorithm::Sha256 {
        bail!(
            "{}: {digest} is no SHA-256, and others are not read; copy the image anew",
            source.path
        );
    }
    Ok(format!("blobs/sha256/{}", digest.digest()))
}

/// What an index calls an image: its tag, and its whole name.
fn names(descriptor: &Descriptor) -> impl Iterator<Item = &str> {
    let annotations = descriptor.annotations().as_ref();
    [REF_NAME, FULL_NAME]
        .into_iter()
        .filter_map(move |key| Some(annotations?.get(key)?.as_str()))
}

fn parse<T: serde::de::DeserializeOwned>(source: &Source, name: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes)
        .with_context(|| format!("{}: {name} is not what an image has there", source.path))
}
