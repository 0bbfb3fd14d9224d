//! Container images: what is unpacked of one stays in its folder.

use std::fs;
use std::io::Read;

use camino::Utf8Path;
use lre::oci::{self, Layout, Left, Limits};
use lre::system::Cpu;
use sha2::{Digest, Sha256};

use super::place::{Place, parts};

/// So small that a layer which unpacks to more is found.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    entries: 100,
};

/// The tar archive of a layer: no entry that is given leads out of the image.
pub fn oci_layers(data: &[u8]) -> bool {
    let mut left = Left::of(LIMITS);
    let read = oci::entries(data, &mut left, |entry, bytes| {
        let climbs = entry
            .path
            .split(|byte| *byte == b'/')
            .any(|part| part == b"..");
        assert!(!climbs && !entry.path.starts_with(b"/"), "{entry:?}");
        std::io::copy(bytes, &mut std::io::sink())?;
        Ok(())
    });
    let (bytes, entries) = left.used();
    assert!(bytes <= LIMITS.bytes && entries <= LIMITS.entries);
    read.is_ok()
}

/// An archive of `docker save`, or of an OCI layout, as a file.
pub fn oci_archive(data: &[u8]) -> bool {
    let place = Place::new();
    let archive = place.dir.join("archive");
    fs::write(&archive, data).unwrap();
    unpack(&archive, &place)
}

/// A layout whose digests are right, so that what they protect is reached: index, manifest,
/// configuration and layer, separated by lines of `---`. In each of the first three `@N` stands for
/// the digest of the part that comes N parts later, and `#N` for its size.
pub fn oci_layout(data: &[u8]) -> bool {
    let place = Place::new();
    let layout = place.dir.join("layout");
    fs::create_dir_all(layout.join("blobs/sha256")).unwrap();
    fs::write(
        layout.join("oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    )
    .unwrap();
    let mut written: Vec<(String, usize)> = Vec::new();
    for part in parts(data).into_iter().rev() {
        let mut part = part.to_vec();
        if let Ok(mut text) = String::from_utf8(part.clone()) {
            for (index, (digest, size)) in written.iter().rev().enumerate() {
                let number = index + 1;
                text = text.replace(&format!("@{number}"), &format!("sha256:{digest}"));
                text = text.replace(&format!("#{number}"), &size.to_string());
            }
            part = text.into_bytes();
        }
        let digest: String = Sha256::digest(&part)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        fs::write(layout.join("blobs/sha256").join(&digest), &part).unwrap();
        fs::write(layout.join("index.json"), &part).unwrap();
        written.push((digest, part.len()));
    }
    unpack(&layout, &place)
}

/// Unpacks the image at `path` into a folder of `place`, and gives whether that could be done.
fn unpack(path: &Utf8Path, place: &Place) -> bool {
    let unpacked = Layout::open(path).and_then(|layout| {
        let image = layout.image(None, Cpu::X86_64)?;
        let _ = (layout.tags(), image.env().len());
        for layer in image.layers() {
            let mut bytes = Vec::new();
            // A layer may unpack to more than any memory has.
            layer
                .open()?
                .take(LIMITS.bytes)
                .read_to_end(&mut bytes)
                .ok();
        }
        oci::unpack(&image, &place.dir.join("root"), LIMITS)
    });
    unpacked.is_ok()
}
