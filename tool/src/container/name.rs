//! What an image is called by those who run it. It looks at what the layout and the user say, and
//! must not know what is in the image.

use anyhow::{Context, Result};
use camino::Utf8Path;

use super::Container;
use crate::environment::Image;
use crate::oci::{self, Layout, split_reference};

/// The user's name for it, or the one that it has where it lies. Where no tag is asked for and
/// there is a digest, that is the version, since a tag may mean another image tomorrow.
///
/// # Errors
/// It has no name that an engine would take, or neither tag nor digest.
pub fn of(image: &oci::Image<'_>, layout: &Layout, container: &Container) -> Result<Image> {
    let digest = image
        .descriptor
        .as_ref()
        .map(|d| format!("@{}", d.digest()));
    let (path, tag) = split_reference(&container.reference)?;
    let tag = tag.or_else(|| layout.tags().pop_first());
    let own = || {
        let tag = tag.clone().unwrap_or_default();
        // Archives of Docker have whole names, layouts mostly the tag alone.
        match tag.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name.to_owned(), tag.to_owned()),
            _ => (file(&path).to_owned(), tag),
        }
    };
    let (name, tag) = match &container.name {
        Some(name) => (name.clone(), own().1),
        None => own(),
    };
    let version = digest.unwrap_or(tag);
    let version = Some(version.as_str()).filter(|version| !version.is_empty());
    let called = Image::parse(&name, version).with_context(|| {
        let reference = &container.reference;
        format!("{reference}: say with --image-name what workers call it")
    })?;
    if called.can_move() {
        eprintln!(
            "lre: warning: {} is a tag, which may mean another image tomorrow, and then what is \
             cached is of this one; push it and name it --image-name NAME@sha256:…",
            called.reference("")
        );
    }
    Ok(called)
}

fn file(path: &Utf8Path) -> &str {
    path.file_stem().unwrap_or_default()
}
