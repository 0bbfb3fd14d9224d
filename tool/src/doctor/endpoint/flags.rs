//! Which of the user's flags an empty workspace needs to reach the same endpoint: who we are, where it is,
//! and where Bazel's own modules are from. It must not know what is done there.

use std::collections::BTreeSet;

use camino::Utf8Path;

use super::super::place::Place;
use crate::rc::{Flag, Origin, effective, quote};

/// Beginnings of names: about the endpoint, and how one gets there.
const CARRIED: [&str; 18] = [
    "remote_",
    "experimental_remote_",
    "incompatible_remote_",
    "tls_",
    "google_",
    "credential_helper",
    "experimental_credential_helper",
    "grpc_",
    "registry",
    "module_mirrors",
    "override_module",
    "override_repository",
    "repository_cache",
    "distdir",
    "downloader_config",
    "experimental_downloader_config",
    "http_",
    "enable_workspace",
];

/// Of those, what would change the probe: what it is, where results go, and what is logged.
const LEFT_OUT: [&str; 5] = [
    "remote_default_exec_properties",
    "remote_default_platform_properties",
    "remote_download_",
    "remote_grpc_log",
    "experimental_remote_grpc_log",
];

/// Startup options that matter: how Bazel's Java runs, and how digests are made.
const STARTUP: [&str; 5] = [
    "digest_function",
    "host_jvm_args",
    "install_base",
    "output_user_root",
    "server_javabase",
];

/// Flags whose value is a path that may be relative to the workspace.
const PATHS: [&str; 5] = [
    "tls_certificate",
    "tls_client_certificate",
    "tls_client_key",
    "google_credentials",
    "distdir",
];

/// The lines of an rc file for an empty workspace. What stands in the system's files is read there too.
pub fn carried(rc: &[Flag], place: &Place) -> String {
    let root = &place.workspace.root;
    let startup = effective(&place.rc, "startup", &[]);
    let startup = startup
        .iter()
        .filter(|flag| STARTUP.contains(&flag.name.as_str()));
    let build = rc.iter().filter(|flag| is_carried(&flag.name));
    let lines = startup
        .map(|flag| ("startup", flag))
        .chain(build.map(|flag| ("build", flag)));
    let own = lines.filter(|(_, flag)| flag.at.origin != Origin::System || flag.config.is_some());
    own.map(|(command, flag)| format!("{command} {}\n", quote(&moved(flag, root))))
        .collect()
}

/// The modules that flags override, which have to be dependencies: Bazel refuses overrides of others.
pub fn overridden(rc: &[Flag]) -> BTreeSet<String> {
    let overrides = rc.iter().filter(|flag| flag.name == "override_module");
    let named = overrides.filter_map(|flag| flag.value.as_ref()?.split_once('='));
    named.map(|(module, _)| module.to_owned()).collect()
}

fn is_carried(name: &str) -> bool {
    let begins = |all: &[&str]| {
        let names = [name, name.strip_prefix("no").unwrap_or(name)];
        names
            .iter()
            .any(|name| all.iter().any(|begin| name.starts_with(begin)))
    };
    begins(&CARRIED) && !begins(&LEFT_OUT)
}

/// The flag as it has to be in another folder.
fn moved(flag: &Flag, root: &Utf8Path) -> String {
    let mut flag = flag.clone();
    if let Some(value) = &mut flag.value {
        *value = value.replace("%workspace%", root.as_str());
        if PATHS.contains(&flag.name.as_str()) {
            *value = root.join(&*value).into_string();
        }
        // NAME=PATH
        if flag.name.starts_with("override_")
            && let Some((name, path)) = value.split_once('=')
        {
            *value = format!("{name}={}", root.join(path));
        }
    }
    flag.word()
}
