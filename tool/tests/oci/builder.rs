//! Images made by hand, byte by byte where it matters, so that they may be as wrong as they like.
//! What is asked of them is not known here.

use std::fs;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};
use flate2::{Compression, write::GzEncoder};
use lre::oci::{Layout, Limits, Unpacked, unpack};
use lre::system::Cpu;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};
use tempfile::TempDir;

/// An entry of a layer: what it is, its name, and its content or where it points to.
pub type Entry<'a> = (EntryType, &'a str, &'a str);

pub const FILE: EntryType = EntryType::Regular;
pub const FOLDER: EntryType = EntryType::Directory;
pub const LINK: EntryType = EntryType::Symlink;
pub const HARD: EntryType = EntryType::Link;

/// A tar archive whose names are written as they are, whatever they say.
pub fn tar(entries: &[Entry]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (kind, name, text) in entries {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(if *kind == FOLDER { 0o555 } else { 0o640 });
        let is_link = matches!(*kind, LINK | HARD);
        if is_link {
            header.as_old_mut().linkname[..text.len()].copy_from_slice(text.as_bytes());
        }
        header.set_size(if is_link { 0 } else { text.len() as u64 });
        header.set_cksum();
        archive.extend(header.as_bytes());
        if !is_link {
            archive.extend(text.as_bytes());
            archive.resize(archive.len().next_multiple_of(512), 0);
        }
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

/// A folder with a layout in it, and a file beside that must stay as it is.
pub struct Place {
    _temporary: TempDir,
    pub dir: Utf8PathBuf,
}

impl Place {
    pub fn new() -> Place {
        let temporary = tempfile::tempdir().unwrap();
        let dir = Utf8PathBuf::try_from(temporary.path().canonicalize().unwrap()).unwrap();
        fs::create_dir_all(dir.join("layout/blobs/sha256")).unwrap();
        fs::write(
            dir.join("layout/oci-layout"),
            r#"{"imageLayoutVersion":"1.0.0"}"#,
        )
        .unwrap();
        fs::write(dir.join("outside"), "untouched").unwrap();
        Place {
            _temporary: temporary,
            dir,
        }
    }

    /// Puts a blob there; gives its descriptor.
    pub fn blob(&self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = digest(bytes);
        fs::write(
            self.dir.join("layout/blobs/sha256").join(&digest[7..]),
            bytes,
        )
        .unwrap();
        json!({
            "mediaType": format!("application/vnd.oci.image.{media_type}"),
            "digest": digest,
            "size": bytes.len(),
        })
    }

    /// Puts an image for `cpu` there, of layers that are not compressed; gives its descriptor.
    pub fn image(&self, cpu: &str, layers: &[Vec<u8>]) -> Value {
        let packed: Vec<Value> = layers
            .iter()
            .map(|l| self.blob("layer.v1.tar+gzip", &gzip(l)))
            .collect();
        let config = json!({
            "architecture": cpu, "os": "linux",
            "config": { "Env": [format!("CPU={cpu}")] },
            "rootfs": { "type": "layers", "diff_ids": layers.iter().map(|l| digest(l)).collect::<Vec<_>>() },
        });
        let config = self.blob("config.v1+json", config.to_string().as_bytes());
        let manifest = json!({ "schemaVersion": 2, "config": config, "layers": packed });
        self.blob("manifest.v1+json", manifest.to_string().as_bytes())
    }

    /// The index of the layout.
    pub fn index(&self, manifests: &[Value]) {
        let index = json!({ "schemaVersion": 2, "manifests": manifests });
        fs::write(self.dir.join("layout/index.json"), index.to_string()).unwrap();
    }

    pub fn layout(&self) -> Utf8PathBuf {
        self.dir.join("layout")
    }

    /// Where images are unpacked.
    pub fn root(&self) -> Utf8PathBuf {
        self.dir.join("root")
    }

    /// Unpacks an image of `layers`, one over the other; gives what went wrong.
    pub fn unpack(&self, layers: &[Vec<u8>], limits: Limits) -> Result<Unpacked, String> {
        self.index(&[self.image("amd64", layers)]);
        unpack_layout(&self.layout(), &self.root(), limits)
    }

    /// All paths below the root, with the text of files and the targets of links.
    pub fn tree(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.root(), "", &mut found);
        found.sort();
        found
    }

    /// Asserts that nothing but the layout and the file beside it is there.
    pub fn assert_untouched(&self) {
        let mut names: Vec<String> = self
            .dir
            .read_dir_utf8()
            .unwrap()
            .map(|e| e.unwrap().file_name().to_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["layout", "outside"]);
        assert_eq!(
            fs::read_to_string(self.dir.join("outside")).unwrap(),
            "untouched"
        );
    }
}

pub fn unpack_layout(
    layout: &Utf8Path,
    into: &Utf8Path,
    limits: Limits,
) -> Result<Unpacked, String> {
    let layout = Layout::open(layout).map_err(|e| format!("{e:#}"))?;
    let image = layout
        .image(None, Cpu::X86_64)
        .map_err(|e| format!("{e:#}"))?;
    unpack(&image, into, limits).map_err(|e| format!("{e:#}"))
}

fn list(root: &Utf8Path, below: &str, found: &mut Vec<String>) {
    for entry in root.join(below).read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(root).unwrap().to_string();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.push(format!("{path}/"));
            list(root, &path, found);
        } else if kind.is_symlink() {
            found.push(format!(
                "{path} -> {}",
                entry.path().read_link_utf8().unwrap()
            ));
        } else {
            found.push(format!(
                "{path}: {}",
                fs::read_to_string(entry.path()).unwrap()
            ));
        }
    }
}
