//! What is fuzzed: one function for each parser, which gives whether the bytes were taken, and
//! panics where something is taken that should not be. A test of the helper, which includes this
//! file, runs the seeds through the same functions.

use std::fs;
use std::io::{Cursor, Read};

use camino::{Utf8Path, Utf8PathBuf};
use lre::environment::{self, PathPolicy, json};
use lre::manifest::Manifest;
use lre::oci::{self, Layout, Left, Limits};
use lre::parity::log::Reader;
use lre::parity::{self, Explanation, Options};
use lre::properties::Wanted;
use lre::system::Cpu;
use lre::workspace::Workspace;
use lre::{adopt, render, validate};
use sha2::{Digest, Sha256};

/// A target: what it is called and what is fuzzed.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// All of them.
pub const TARGETS: &[Target] = &[
    ("environment", environment),
    ("manifest", manifest),
    ("oci_layers", oci_layers),
    ("oci_archive", oci_archive),
    ("oci_layout", oci_layout),
    ("adopt", adopt),
    ("log_compact", log_compact),
    ("log_binary", log_binary),
    ("log_json", log_json),
    ("explain", explain),
];

/// An environment document: what is taken has a name that is a folder's, and paths of the store.
pub fn environment(data: &[u8]) -> bool {
    let Some(document) = document(data) else {
        return false;
    };
    let policy = PathPolicy::default();
    let Ok(environments) = environment::parse(&document, "fuzz", &policy) else {
        return false;
    };
    for (name, environment) in environments {
        environment::check_name(&name).unwrap();
        environment.env.check(&policy).unwrap();
    }
    true
}

/// A manifest: what is taken comes back as it was written, and what is rendered of it is valid.
pub fn manifest(data: &[u8]) -> bool {
    let policy = PathPolicy::default();
    let read = |document| Manifest::read(document, "fuzz", &policy);
    let Some(Ok(manifest)) = document(data).map(read) else {
        return false;
    };
    let again = json::read(&manifest.to_json(), "again").unwrap();
    assert_eq!(read(again).unwrap(), manifest);
    let rc = render::bazelrc(&manifest, &render::Bazelrc::default());
    assert!(
        !rc.contains("\\\n"),
        "a line that goes on in the next:\n{rc}"
    );
    if let Ok(tree) = render::repository(&manifest, &Wanted::default()) {
        validate::validate(&tree).unwrap();
    }
    true
}

fn document(data: &[u8]) -> Option<serde_json::Value> {
    json::read(str::from_utf8(data).ok()?, "fuzz").ok()
}

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
    place.unpack(&archive)
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
    place.unpack(&layout)
}

/// MODULE.bazel, `.bazelrc` and `.gitignore` of a project, separated by lines of `---`: lines are
/// put in and none is changed, and nothing is left to do the second time.
pub fn adopt(data: &[u8]) -> bool {
    let place = Place::new();
    let names = ["MODULE.bazel", ".bazelrc", ".gitignore"];
    let mut parts = parts(data);
    parts.resize(names.len(), b"");
    for (name, part) in names.iter().zip(&parts) {
        fs::write(place.dir.join(name), part).unwrap();
    }
    let workspace = Workspace {
        root: place.dir.clone(),
        in_git: true,
    };
    let Ok(plan) = adopt::plan(&workspace) else {
        return false;
    };
    for edit in &plan.edits {
        let (mut old, mut new) = (lines(edit.file.bytes()), lines(&edit.new));
        // A last line without an end may have got that of Windows.
        let same =
            |line: &[u8], other: &[u8]| line == other || other.strip_suffix(b"\r") == Some(line);
        assert!(
            old.all(|line| line.is_empty() || new.any(|other| same(line, other))),
            "{}",
            edit.diff()
        );
    }
    adopt::put(&plan.edits).unwrap();
    let again = adopt::plan(&workspace).unwrap();
    assert!(again.edits.is_empty(), "{}", again.edits[0].diff());
    true
}

/// The lines of a text, without a byte order mark.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.split(|byte| *byte == b'\n')
}

/// What a compact execution log unpacks to; it is packed here, since next to nothing that is
/// changed in a packed one can be unpacked.
pub fn log_compact(data: &[u8]) -> bool {
    log(&packed(data))
}

/// A binary execution log.
pub fn log_binary(data: &[u8]) -> bool {
    log(data)
}

/// A JSON execution log.
pub fn log_json(data: &[u8]) -> bool {
    log(data)
}

/// All entries of a log, whatever its format: with `keep_going` no fault in it is an error, and no
/// entry that is given without is missing.
fn log(data: &[u8]) -> bool {
    let read = |keep_going| {
        let mut reader = Reader::new("log".into(), Cursor::new(data.to_vec()), keep_going).ok()?;
        let mut entries = 0_u64;
        let whole = loop {
            match reader.next_entry() {
                Ok(Some(_)) => entries += 1,
                Ok(None) => break true,
                Err(error) => {
                    assert!(!keep_going, "{error:#}");
                    assert!(error.to_string().contains("at byte "), "{error:#}");
                    break false;
                }
            }
        };
        Some((whole, entries, reader.into_warnings()))
    };
    let Some((whole, entries, _)) = read(false) else {
        return false;
    };
    let (_, more, warnings) = read(true).unwrap();
    assert!(
        more >= entries && whole == warnings.is_empty(),
        "{warnings:?}"
    );
    whole
}

/// Two execution logs, separated by a line of `---`: one that begins with a brace is JSON, and all
/// else is what a compact one unpacks to. Whatever is said of them names only spawns that are there.
pub fn explain(data: &[u8]) -> bool {
    let place = Place::new();
    let mut parts = parts(data);
    parts.resize(2, b"");
    let files = ["a", "b"].map(|name| place.dir.join(name));
    for (file, part) in files.iter().zip(&parts) {
        let is_json = part.starts_with(b"{");
        fs::write(file, if is_json { part.to_vec() } else { packed(part) }).unwrap();
    }
    let [a, b] = &files;
    let explained = |keep_going| {
        let options = Options {
            keep_going,
            ..Options::default()
        };
        parity::explain(a, b, &options)
    };
    if let Ok(explanation) = explained(true) {
        check(&explanation);
    }
    let Ok(explanation) = explained(false) else {
        return false;
    };
    check(&explanation);
    assert!(
        explanation.warnings.is_empty(),
        "{:?}",
        explanation.warnings
    );
    true
}

fn check(explanation: &Explanation) {
    assert!(explanation.equal <= explanation.matched);
    let named = |spawn: &u32| assert!((*spawn as usize) < explanation.spawns.len());
    for cause in &explanation.causes {
        cause.first.iter().for_each(named);
        assert!(cause.first.len() as u64 <= cause.firsts);
        assert!(cause.follower.len() as u64 <= cause.followers);
        for follower in &cause.follower {
            named(&follower.spawn);
            follower.through.iter().for_each(named);
        }
    }
    assert!(!parity::text(explanation).is_empty());
    serde_json::to_string(explanation).unwrap();
}

fn packed(data: &[u8]) -> Vec<u8> {
    zstd::encode_all(data, 1).unwrap()
}

/// What stands between lines of `---`.
fn parts(data: &[u8]) -> Vec<&[u8]> {
    const SEPARATOR: &[u8] = b"\n---\n";
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest
        .windows(SEPARATOR.len())
        .position(|window| window == SEPARATOR)
    {
        parts.push(&rest[..at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    parts.push(rest);
    parts
}

/// A folder, with a file in it that has to stay as it is.
struct Place {
    _temporary: tempfile::TempDir,
    dir: Utf8PathBuf,
}

impl Place {
    fn new() -> Place {
        let temporary = tempfile::tempdir().unwrap();
        let dir = Utf8PathBuf::try_from(temporary.path().to_owned()).unwrap();
        fs::write(dir.join("outside"), "untouched").unwrap();
        Place {
            _temporary: temporary,
            dir,
        }
    }

    /// Unpacks the image at `path` into a folder, and gives whether that could be done.
    fn unpack(&self, path: &Utf8Path) -> bool {
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
            oci::unpack(&image, &self.dir.join("root"), LIMITS)
        });
        assert_eq!(
            fs::read_to_string(self.dir.join("outside")).unwrap(),
            "untouched"
        );
        unpacked.is_ok()
    }
}
