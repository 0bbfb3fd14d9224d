//! The files of other repositories that may be loaded, and Bazel's globals, as Starlark of our own.
//! It is where a rule is made known to validation; it must not know what files we render.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow};
use starlark::environment::{FrozenModule, Globals, GlobalsBuilder, LibraryExtension};
use starlark::eval::ReturnFileLoader;

use super::dialect::{BZL, evaluate};
use super::record::{Log, natives};

macro_rules! stubs {
    ($($label:literal => $path:literal),* $(,)?) => {
        &[$(($label, concat!("stubs/", $path), include_str!(concat!("stubs/", $path)))),*]
    };
}

/// Label, file and text of what can be loaded.
const LOADS: &[(&str, &str, &str)] = stubs! {
    "@bazel_tools//tools/sh:sh_toolchain.bzl" => "bazel_tools/tools/sh/sh_toolchain.bzl",
    "@rules_cc//cc:defs.bzl" => "rules_cc/cc/defs.bzl",
    "@rules_cc//cc/private/toolchain:unix_cc_toolchain_config.bzl" =>
        "rules_cc/cc/private/toolchain/unix_cc_toolchain_config.bzl",
    "@rules_cc//cc/toolchains:cc_toolchain.bzl" => "rules_cc/cc/toolchains/cc_toolchain.bzl",
    "@rules_java//java/toolchains:java_runtime.bzl" =>
        "rules_java/java/toolchains/java_runtime.bzl",
    "@rules_java//java/toolchains:java_toolchain.bzl" =>
        "rules_java/java/toolchains/java_toolchain.bzl",
    "@rules_java//toolchains:default_java_toolchain.bzl" =>
        "rules_java/toolchains/default_java_toolchain.bzl",
};

/// Text and file of the stub that `label` loads.
pub fn find(label: &str) -> Result<(&'static str, &'static str)> {
    let known = LOADS.iter().find(|(l, ..)| *l == label);
    known.map(|(_, file, text)| (*file, *text)).ok_or_else(|| {
        let labels: Vec<&str> = LOADS.iter().map(|(label, ..)| *label).collect();
        anyhow!(
            "{label:?} is no file that can be loaded; known are {}",
            labels.join(", ")
        )
    })
}

/// The globals of each kind of file.
pub struct Dialects {
    /// Of the stubs for loads.
    pub stub: Globals,
    /// Of BUILD files.
    pub build: Globals,
    /// Of MODULE.bazel files.
    pub module: Globals,
    /// Of .bzl files.
    pub bzl: Globals,
}

impl Dialects {
    /// Evaluates the stubs for globals; the rules that they declare go to `log`.
    ///
    /// # Errors
    /// A fault in a stub, which is one of this module and not of the tree.
    pub fn new(log: &Log) -> Result<Self> {
        let structs = [LibraryExtension::StructType];
        let natives = || GlobalsBuilder::extended_by(&structs).with(natives);
        let rule = globals_stub("rule.bzl", include_str!("stubs/rule.bzl"), natives(), log)?;
        let rules = || natives().with(|g| add_public(g, &rule));
        let native = globals_stub("native.bzl", include_str!("stubs/native.bzl"), rules(), log)?;
        let module = globals_stub("module.bzl", include_str!("stubs/module.bzl"), rules(), log)?;
        Ok(Dialects {
            stub: rules().with(|g| add_public(g, &native)).build(),
            build: GlobalsBuilder::standard()
                .with(|g| add_public(g, &native))
                .build(),
            module: GlobalsBuilder::standard()
                .with(|g| add_public(g, &module))
                .build(),
            bzl: Globals::extended_by(&structs),
        })
    }
}

fn globals_stub(
    file: &str,
    text: &str,
    globals: GlobalsBuilder,
    log: &Log,
) -> Result<FrozenModule> {
    let no_loads = ReturnFileLoader {
        modules: &HashMap::new(),
    };
    evaluate(file, text, &BZL, &globals.build(), &no_loads, log)
        .map_err(starlark::Error::into_anyhow)
        .context("a stub of Bazel's globals is wrong")
}

fn add_public(globals: &mut GlobalsBuilder, module: &FrozenModule) {
    for name in module.names() {
        // Private names are not to be had.
        if let Ok(value) = module.get(name.as_str()) {
            globals.set(name.as_str(), value);
        }
    }
}
