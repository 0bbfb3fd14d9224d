//! The files of other repositories that may be loaded, and Bazel's globals, as Starlark of our own.
//! It is where a rule is made known to validation; it must not know what files we render.

use std::cell::OnceCell;
use std::collections::HashMap;

use anyhow::{Result, anyhow};
use starlark::environment::{FrozenModule, GlobalsBuilder, LibraryExtension};
use starlark::eval::ReturnFileLoader;
use starlark::values::none::NoneType;

use super::dialect::{BZL, Scope, evaluate};
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

/// Which of Starlark's builtins a file finds beside Bazel's globals.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Builtins {
    /// The constants alone, which is all that we render needs, and quickly had.
    Constants,
    /// All of them.
    All,
}

impl Builtins {
    fn globals(self) -> GlobalsBuilder {
        match self {
            Builtins::All => GlobalsBuilder::standard(),
            Builtins::Constants => GlobalsBuilder::new().with(|globals| {
                globals.set("None", NoneType);
                globals.set("True", true);
                globals.set("False", false);
            }),
        }
    }

    fn scope(self, modules: &[&FrozenModule]) -> Scope {
        Scope {
            globals: self.globals().build(),
            modules: modules.iter().map(|&module| module.clone()).collect(),
            variables: self == Builtins::Constants,
        }
    }
}

/// The stubs that every tree needs, evaluated.
pub struct Prelude {
    /// What the others are written in.
    rule: FrozenModule,
    /// The globals of BUILD files.
    native: FrozenModule,
    recorded: Vec<String>,
}

impl Prelude {
    /// Evaluates them.
    pub fn evaluate() -> Self {
        let log = Log::default();
        let text = include_str!("stubs/rule.bzl");
        let rule = evaluate_stub("rule.bzl", text, &[], &log);
        let text = include_str!("stubs/native.bzl");
        let native = evaluate_stub("native.bzl", text, &[&rule], &log);
        Prelude {
            rule,
            native,
            recorded: log.take(),
        }
    }
}

/// What each kind of file finds, made when the first such file is met.
pub struct Dialects<'a> {
    builtins: Builtins,
    prelude: &'a Prelude,
    log: &'a Log,
    stub: OnceCell<Scope>,
    build: OnceCell<Scope>,
    module: OnceCell<Scope>,
    bzl: OnceCell<Scope>,
}

impl<'a> Dialects<'a> {
    /// The rules that stubs declare go to `log`.
    pub fn new(builtins: Builtins, prelude: &'a Prelude, log: &'a Log) -> Self {
        log.borrow_mut().extend_from_slice(&prelude.recorded);
        Dialects {
            builtins,
            prelude,
            log,
            stub: OnceCell::new(),
            build: OnceCell::new(),
            module: OnceCell::new(),
            bzl: OnceCell::new(),
        }
    }

    /// Of the stubs for loads.
    pub fn stub(&self) -> &Scope {
        let Prelude { rule, native, .. } = self.prelude;
        self.stub.get_or_init(|| stub_scope(&[rule, native]))
    }

    /// Of BUILD files.
    pub fn build(&self) -> &Scope {
        let native = &self.prelude.native;
        self.build.get_or_init(|| self.builtins.scope(&[native]))
    }

    /// Of MODULE.bazel files.
    pub fn module(&self) -> &Scope {
        self.module.get_or_init(|| {
            let text = include_str!("stubs/module.bzl");
            let module = evaluate_stub("module.bzl", text, &[&self.prelude.rule], self.log);
            self.builtins.scope(&[&module])
        })
    }

    /// Of .bzl files.
    pub fn bzl(&self) -> &Scope {
        self.bzl.get_or_init(|| {
            let mut globals = self.builtins.globals();
            if self.builtins == Builtins::All {
                LibraryExtension::StructType.add(&mut globals);
            }
            Scope {
                globals: globals.build(),
                modules: Vec::new(),
                variables: false,
            }
        })
    }
}

/// Of stubs: `record`, and the public names of others.
fn stub_scope(modules: &[&FrozenModule]) -> Scope {
    Scope {
        globals: Builtins::Constants.globals().with(natives).build(),
        ..Builtins::Constants.scope(modules)
    }
}

/// A fault in such a stub is one of this module and not of the tree; any use of it shows it.
fn evaluate_stub(file: &str, text: &str, modules: &[&FrozenModule], log: &Log) -> FrozenModule {
    let no_loads = ReturnFileLoader {
        modules: &HashMap::new(),
    };
    evaluate(file, text, &BZL, &stub_scope(modules), &no_loads, log)
        .unwrap_or_else(|fault| panic!("a stub of Bazel's globals is wrong: {fault}"))
}
