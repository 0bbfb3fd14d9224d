//! The manifest: environments plus what probing found, one JSON document with a digest.
//! It holds facts; it must not know how they were found or what is rendered from them.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::environment::{Env, Image, PathPolicy, check_name, check_option};
use crate::system::System;

/// The schema version that this helper writes and reads. What changed before the first release
/// is not counted.
pub const MANIFEST_VERSION: u64 = 1;

/// Everything that the synthesized repository and all other outputs are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Schema version, [`MANIFEST_VERSION`].
    pub manifest_version: u64,
    /// The probed environments by name.
    pub environments: BTreeMap<String, Probed>,
}

/// One environment and what its own tools say of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probed {
    /// The image that carries the environment, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Whether its tools are in that image alone, at paths that mean other files, or none, on
    /// any other machine; else they are in a store, where a path is the same everywhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_image: bool,
    /// Where the tools run.
    pub system: System,
    /// What the tools build for.
    pub target: System,
    /// The declared variables.
    pub env: Env,
    /// The shell of actions: `BAZEL_SH`, or `bash` on `PATH`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shell: Option<Utf8PathBuf>,
    /// Programs on `PATH` that Bazel's own actions call, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub core_tools: BTreeMap<String, Utf8PathBuf>,
    /// The C and C++ compiler, where `CC` names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc: Option<Cc>,
    /// The JDK, where `JAVA_HOME` names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub java: Option<Java>,
}

/// A compiler's family, which decides Bazel features beyond what flags say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompilerKind {
    /// LLVM's clang.
    Clang,
    /// GNU's gcc.
    Gcc,
}

/// What a C and C++ compiler driver says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cc {
    /// The driver, as `CC` names it.
    pub driver: Utf8PathBuf,
    /// Its family.
    pub kind: CompilerKind,
    /// Its version: `21.1.8`.
    pub version: String,
    /// Its target triple, as it prints it: `x86_64-pc-linux-gnu`.
    pub triple: String,
    /// The C library with its version, in Bazel's spelling: `glibc_2.42`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub libc: Option<String>,
    /// Built-in include directories, normalised, in the order of the search.
    pub include_directories: Vec<Utf8PathBuf>,
    /// Binutils and the like, under the names of Bazel's `tool_paths`.
    pub tools: BTreeMap<String, Utf8PathBuf>,
    /// Flags that it was seen to accept, by the purpose that rules_cc has for them.
    pub flags: CcFlags,
    /// Whether the linker takes `-Wl,--start-lib`.
    pub start_end_lib: bool,
}

/// Flags under the attribute names of rules_cc's `cc_toolchain_config`
/// (`cc/private/toolchain/unix_cc_toolchain_config.bzl`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "rules_cc documents its own attributes")]
pub struct CcFlags {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compile_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dbg_compile_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opt_compile_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conly_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cxx_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link_libs: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opt_link_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unfiltered_compile_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage_compile_flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coverage_link_flags: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra_flags_per_feature: BTreeMap<String, Vec<String>>,
}

impl CcFlags {
    /// All flags, of every purpose.
    pub fn iter(&self) -> impl Iterator<Item = &String> {
        [
            &self.compile_flags,
            &self.dbg_compile_flags,
            &self.opt_compile_flags,
            &self.conly_flags,
            &self.cxx_flags,
            &self.link_flags,
            &self.link_libs,
            &self.opt_link_flags,
            &self.unfiltered_compile_flags,
            &self.coverage_compile_flags,
            &self.coverage_link_flags,
        ]
        .into_iter()
        .chain(self.extra_flags_per_feature.values())
        .flatten()
    }
}

/// What a JDK says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Java {
    /// `JAVA_HOME`.
    pub home: Utf8PathBuf,
    /// Its whole version: `17.0.14`.
    pub version: String,
    /// The feature release, the number that Bazel's flags take: 17.
    pub feature: u32,
    /// Who built it, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Which of jar, java, javac and jlink it has, and Bazel's ijar and singlejar where they
    /// are on PATH, by name.
    pub tools: BTreeMap<String, Utf8PathBuf>,
}

impl Java {
    /// Whether it compiles: a JRE does not.
    pub fn has_compiler(&self) -> bool {
        self.tools.contains_key("javac")
    }
}

impl Manifest {
    /// A manifest of the current schema version.
    pub fn new(environments: BTreeMap<String, Probed>) -> Manifest {
        Manifest {
            manifest_version: MANIFEST_VERSION,
            environments,
        }
    }

    /// Whether a document claims to be a manifest, of whatever version.
    pub fn is_manifest(document: &Value) -> bool {
        document.get("manifest_version").is_some()
    }

    /// Reads a manifest; `source` is how errors call it.
    ///
    /// # Errors
    /// Another schema version, a shape that it does not have, or a path that
    /// `policy` does not admit.
    pub fn read(document: Value, source: &str, policy: &PathPolicy) -> Result<Manifest> {
        let version = &document["manifest_version"];
        if version.as_u64() != Some(MANIFEST_VERSION) {
            bail!(
                "{source}: at /manifest_version: the version {version} is not known: this helper \
                 reads version {MANIFEST_VERSION}; write the manifest anew with `lre probe`"
            );
        }
        let manifest: Manifest = serde_path_to_error::deserialize(document).map_err(|e| {
            let pointer = e.path().to_string().replace('.', "/");
            anyhow!("{source}: at /{pointer}: {}", e.into_inner())
        })?;
        if manifest.environments.is_empty() {
            bail!("{source}: at /environments: no environment is named here; name at least one");
        }
        for (name, probed) in &manifest.environments {
            let place = || format!("{source}: at /environments/{name}");
            check_name(name).map_err(|e| anyhow!("{}: {e}", place()))?;
            let policy = &match (probed.in_image, &probed.image) {
                (false, _) => policy.clone(),
                (true, Some(image)) if image.is_made_elsewhere() => PathPolicy::of_image(),
                (true, _) => bail!(
                    "{}/image: its tools are in an image alone, so a tag or a digest has to say \
                     in which; make the manifest anew with `lre probe --image`",
                    place()
                ),
            };
            probed
                .env
                .check(policy)
                .map_err(|e| anyhow!("{}/env: {e}", place()))?;
            for flag in probed.cc.iter().flat_map(|cc| cc.flags.iter()) {
                check_option(flag, policy).map_err(|e| anyhow!("{}/cc/flags: {e}", place()))?;
            }
            for path in probed.paths() {
                policy
                    .check(path)
                    .map_err(|e| anyhow!("{}: {e}", place()))?;
            }
        }
        Ok(manifest)
    }

    /// The canonical serialisation: two spaces of indentation, a fixed order of
    /// keys, a newline at the end. [`Manifest::digest`] is the digest of these bytes.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("all keys are strings");
        text.push('\n');
        text
    }

    /// SHA-256 of [`Manifest::to_json`] in hexadecimal, so that `sha256sum` of
    /// the written file prints the same.
    pub fn digest(&self) -> String {
        hex_digest(self.to_json().as_bytes())
    }

    /// The environments that each image carries; those without an image are left out.
    pub fn images(&self) -> BTreeMap<&Image, BTreeMap<&str, &Probed>> {
        let mut images: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (name, probed) in &self.environments {
            if let Some(image) = &probed.image {
                images
                    .entry(image)
                    .or_default()
                    .insert(name.as_str(), probed);
            }
        }
        images
    }

    /// What engines call each image, by environment. An image without tag and digest is tagged
    /// with the digest of the part of this manifest that it carries, so that its name changes
    /// with its content and not with that of another image.
    pub fn references(&self) -> BTreeMap<&str, String> {
        let mut references = BTreeMap::new();
        for (image, carried) in self.images() {
            let content = serde_json::to_vec(&carried).expect("all keys are strings");
            let tag = &hex_digest(&content)[..TAG_LENGTH];
            let reference = image.reference(tag);
            references.extend(carried.keys().map(|name| (*name, reference.clone())));
        }
        references
    }
}

/// As long as the hash of a store path, which is what other tags are made of.
const TAG_LENGTH: usize = 32;

fn hex_digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Probed {
    /// Every path that probing found.
    pub fn paths(&self) -> impl Iterator<Item = &Utf8Path> {
        let cc = self.cc.iter().flat_map(|cc| {
            std::iter::once(&cc.driver)
                .chain(&cc.include_directories)
                .chain(cc.tools.values())
        });
        let java = self
            .java
            .iter()
            .flat_map(|java| std::iter::once(&java.home).chain(java.tools.values()));
        let shell = self.shell.iter().chain(self.core_tools.values());
        cc.chain(java).chain(shell).map(Utf8PathBuf::as_path)
    }
}
