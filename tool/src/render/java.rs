//! `java/BUILD` of an environment: its JDK as a runtime, and as a compiler for each language
//! version. It names what probing found; which of it Bazel takes when is in `config`.

use anyhow::Result;
use camino::Utf8Path;

use super::Rendered;
use crate::manifest::{Java, Manifest};
use crate::starlark::rules::{
    DefaultJavaToolchain, JavaRuntime, NonprebuiltToolchainConfiguration,
};
use crate::starlark::{BuildFile, Label};
use crate::tree::FileTree;

/// The name of the runtime in `java/BUILD`.
pub const RUNTIME: &str = "runtime";

/// Language versions that get a toolchain besides that of the JDK's own release: the releases
/// with long-term support, as in rules_java's `toolchains/BUILD` (`RELEASES`).
const LONG_TERM: [u32; 5] = [8, 11, 17, 21, 25];

pub fn add_to(tree: &mut FileTree, environment: &Rendered, java: &Java) -> Result<()> {
    let mut file = BuildFile::public()?;
    file.add(&JavaRuntime {
        name: RUNTIME,
        java_home: java.home.as_str(),
        version: java.feature,
    })?;
    let mut script = |name: &str| -> Result<Option<Label>> {
        let (Some(shell), Some(tool)) = (&environment.probed.shell, java.tools.get(name)) else {
            return Ok(None);
        };
        let path = environment.path(&format!("java/{name}"));
        tree.add_executable(path, call(shell, tool)?)?;
        Ok(Some(Label::here(name)))
    };
    if java.has_compiler() {
        let (ijar, singlejar) = (script("ijar")?, script("singlejar")?);
        for language in languages(java) {
            let version = language.to_string();
            file.add(&DefaultJavaToolchain {
                name: &toolchain(language),
                configuration: NonprebuiltToolchainConfiguration,
                ijar: ijar.clone(),
                java_runtime: Label::here(RUNTIME),
                javabuilder_jvm_opts: quiet(java),
                singlejar: singlejar.clone(),
                source_version: &version,
                target_version: &version,
                toolchain_definition: false,
                turbine_jvm_opts: turbine_options(java),
            })?;
        }
    }
    let text = file.print(&environment.comment(file!()))?;
    tree.add(environment.path("java/BUILD"), text)
}

/// The language versions that the JDK compiles.
pub fn languages(java: &Java) -> impl Iterator<Item = u32> {
    let earlier = LONG_TERM
        .into_iter()
        .filter(|version| *version < java.feature);
    earlier.chain([java.feature])
}

/// JavaBuilder and Turbine call methods of `sun.misc.Unsafe` that JDK 24 and later warn of, in
/// each action, unless told not to (JEP 498).
fn quiet(java: &Java) -> Vec<&'static str> {
    let warns = java.feature >= 24;
    warns
        .then_some("--sun-misc-unsafe-memory-access=allow")
        .into_iter()
        .collect()
}

/// Options for Turbine: where ours are given, that of rules_java has to be given too
/// (`default_java_toolchain.bzl`, `turbine_jvm_opts`).
fn turbine_options(java: &Java) -> Vec<&'static str> {
    let mut options = quiet(java);
    if !options.is_empty() {
        options.insert(0, "-XX:+UseParallelGC");
    }
    options
}

/// The name of the toolchain for a language version in `java/BUILD`.
pub fn toolchain(language: u32) -> String {
    format!("toolchain-{language}")
}

/// What is worth knowing about the Java of a manifest before something is missed.
pub fn warnings(manifest: &Manifest) -> Vec<String> {
    let environments = manifest.environments.iter();
    environments
        .filter_map(|(name, probed)| {
            let why = match &probed.java {
                Some(java) if java.has_compiler() => return None,
                Some(java) => format!(
                    "{} has no bin/javac, so Java programs run with it and there is no toolchain \
                     to compile them; name a JDK rather than a JRE",
                    java.home
                ),
                None if probed.env.iter().any(|(key, _)| key == "JAVA_HOME") => {
                    "it is empty, so there is no Java toolchain; name a JDK, or take it out"
                        .to_owned()
                }
                None => return None,
            };
            Some(format!(
                "warning: JAVA_HOME of the environment {name:?}: {why}"
            ))
        })
        .collect()
}

/// A program of the store under a label: Bazel's rules want a file, and a path is none.
fn call(shell: &Utf8Path, tool: &Utf8Path) -> Result<String> {
    let tool = shlex::try_quote(tool.as_str())?;
    Ok(format!("#!{shell}\nexec {tool} \"$@\"\n"))
}
