//! What is fuzzed: one function for each parser, which gives whether the bytes were taken, and
//! panics where something is taken that should not be. A test of the helper, which includes this
//! file, runs the seeds through the same functions.

mod images;
mod logs;
mod place;

use std::fs;

use lre::environment::{self, PathPolicy, json};
use lre::manifest::Manifest;
use lre::properties::Wanted;
use lre::workspace::Workspace;
use lre::{adopt, render, validate};

pub use images::{oci_archive, oci_layers, oci_layout};
pub use logs::{explain, log_binary, log_compact, log_json};
use place::{Place, parts};

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
