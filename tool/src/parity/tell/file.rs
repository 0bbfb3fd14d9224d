//! What a file is that differs and that no spawn made, and how two versions of a file differ. It must
//! not know who reads it.

use super::super::explanation::Detail;
use super::super::kind::Kind;
use super::super::reread::{Seen, What};
use crate::render::REPOSITORY;

/// The kind of a change that begins with a file; `is_tool`: a spawn calls it.
pub fn kind(path: &str, what: &What, is_tool: bool) -> Kind {
    if matches!(what, What::Symlink(_)) {
        return Kind::Symlink;
    }
    if path.starts_with("bazel-out/") {
        let name = path.rsplit('/').next().unwrap_or(path);
        return match () {
            () if is_stamp(name) => Kind::Stamp,
            () if name.ends_with(".params") => Kind::ParamsFile,
            () => Kind::WrittenFile,
        };
    }
    match path.strip_prefix("external/") {
        Some(external) if is_tool || is_toolchain(external) => Kind::ToolchainInput,
        Some(_) => Kind::ExternalFile,
        None if is_tool => Kind::ToolchainInput,
        None => Kind::SourceFile,
    }
}

/// Files with what `--stamp` and `--workspace_status_command` say: those that every rule may
/// read, and those that Bazel makes of them for C++.
fn is_stamp(name: &str) -> bool {
    ["stable-status.txt", "volatile-status.txt"].contains(&name)
        || ["build-info", "build_info", "buildinfo"]
            .iter()
            .any(|part| name.contains(part))
}

/// Whether the repository is one that toolchains are in.
fn is_toolchain(external: &str) -> bool {
    let repository = external.split('/').next().unwrap_or(external);
    [
        REPOSITORY,
        "toolchain",
        "local_config_",
        "local_jdk",
        "remotejdk",
    ]
    .iter()
    .any(|part| repository.contains(part))
}

/// The two versions of a file or folder, as far as the logs tell.
pub fn details(a: Option<&Seen>, b: Option<&Seen>) -> Vec<Detail> {
    let path = a.or(b).map_or("", |seen| seen.path.as_str());
    match (a.map(|seen| &seen.what), b.map(|seen| &seen.what)) {
        (Some(What::Directory(a)), Some(What::Directory(b))) => folder(path, a, b),
        (a, b) => vec![Detail {
            what: path.to_owned(),
            a: a.map(say),
            b: b.map(say),
        }],
    }
}

fn folder(path: &str, a: &[(String, String)], b: &[(String, String)]) -> Vec<Detail> {
    /// Of more files, more lines would say nothing new.
    const SHOWN: usize = 20;
    let of = |files: &[(String, String)], name: &str| {
        let mut found = files.iter().filter(|(path, _)| path == name);
        found.next().map(|(_, digest)| digest.clone())
    };
    let here = a.iter().map(|(name, _)| name);
    let there = b
        .iter()
        .map(|(name, _)| name)
        .filter(|name| of(a, name).is_none());
    here.chain(there)
        .map(|name| Detail {
            what: format!("{path}/{name}"),
            a: of(a, name),
            b: of(b, name),
        })
        .filter(|detail| detail.a != detail.b)
        .take(SHOWN)
        .collect()
}

fn say(what: &What) -> String {
    match what {
        What::File(digest) => digest.clone(),
        What::Symlink(target) => format!("-> {target}"),
        What::Directory(files) => format!("a folder of {} files", files.len()),
    }
}
