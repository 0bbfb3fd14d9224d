//! The files of other repositories that may be loaded, and Bazel's globals. It is where a rule is made
//! known to validation; it must not know what files we render.
//!
//! Most stubs are tables of rules, written in Starlark as Bazel's own are. To evaluate them took half of
//! validation, so that what they declare is recorded beside them (`stubs/recorded/`), and a test says
//! where that is stale.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use anyhow::{Result, anyhow};
use starlark::environment::{FrozenModule, GlobalsBuilder, LibraryExtension};
use starlark::eval::ReturnFileLoader;
use starlark::values::none::NoneType;

use super::dialect::{BZL, Scope, evaluate};
use super::record::{Log, natives};

/// A file of another repository, or of Bazel's.
#[derive(Clone, Copy)]
pub enum Stub {
    /// A table of rules: which callables there are, and a line for each thing that it records.
    Table(Table),
    /// What does more than to declare rules.
    Code {
        /// The path of the file, and its text.
        file: &'static str,
        text: &'static str,
    },
}

/// What a table of rules declares.
#[derive(Clone, Copy)]
pub struct Table {
    /// The path of the file that is recorded.
    pub file: &'static str,
    /// The callables by the rules that they call, as a JSON object, then an entry on each line.
    recorded: &'static str,
}

macro_rules! table {
    ($file:literal) => {
        Table {
            file: concat!("stubs/", $file),
            recorded: include_str!(concat!("stubs/recorded/", $file, ".jsonl")),
        }
    };
}

macro_rules! code {
    ($file:literal) => {
        Stub::Code {
            file: concat!("stubs/", $file),
            text: include_str!(concat!("stubs/", $file)),
        }
    };
}

const CC_TOOLCHAIN: Table = table!("cc_toolchain.bzl");

/// What can be loaded, by label.
const LOADS: [(&str, Stub); 7] = [
    (
        "@bazel_tools//tools/sh:sh_toolchain.bzl",
        Stub::Table(table!("sh_toolchain.bzl")),
    ),
    // It re-exports everything, of which a toolchain needs this.
    ("@rules_cc//cc:defs.bzl", Stub::Table(CC_TOOLCHAIN)),
    (
        "@rules_cc//cc/private/toolchain:unix_cc_toolchain_config.bzl",
        Stub::Table(table!("unix_cc_toolchain_config.bzl")),
    ),
    (
        "@rules_cc//cc/toolchains:cc_toolchain.bzl",
        Stub::Table(CC_TOOLCHAIN),
    ),
    (
        "@rules_java//java/toolchains:java_runtime.bzl",
        Stub::Table(table!("java_runtime.bzl")),
    ),
    (
        "@rules_java//java/toolchains:java_toolchain.bzl",
        Stub::Table(table!("java_toolchain.bzl")),
    ),
    (
        "@rules_java//toolchains:default_java_toolchain.bzl",
        code!("default_java_toolchain.bzl"),
    ),
];

/// The attributes that all rules of a kind have.
const COMMON: Table = table!("rule.bzl");

/// Bazel's rules and functions in BUILD files, but for those that do more.
const NATIVE: Table = table!("native.bzl");

/// What [`FUNCTIONS`] is made of.
const EXPORTS: Table = table!("exports.bzl");

/// The functions of BUILD files that do more.
const FUNCTIONS: Stub = code!("functions.bzl");

/// The functions of MODULE.bazel files.
const MODULE: Table = table!("module.bzl");

/// All tables, for who records them.
#[cfg(test)]
pub fn tables() -> Vec<Table> {
    let loads = LOADS.iter().filter_map(|(_, stub)| match stub {
        Stub::Table(table) => Some(*table),
        Stub::Code { .. } => None,
    });
    [COMMON, NATIVE, EXPORTS, MODULE]
        .into_iter()
        .chain(loads)
        .collect()
}

/// The stub that `label` loads.
pub fn find(label: &str) -> Result<Stub> {
    let known = LOADS.iter().find(|(l, _)| *l == label);
    known.map(|(_, stub)| *stub).ok_or_else(|| {
        let labels: Vec<&str> = LOADS.iter().map(|(label, _)| *label).collect();
        anyhow!(
            "{label:?} is no file that can be loaded; known are {}",
            labels.join(", ")
        )
    })
}

/// Calls of rules as they are recorded. In a function nothing is called but its parameters and those of
/// the functions around it: see `variables` in dialect.rs.
const CALLABLES: &str = "\
def _callables(record):
    def rule(kind):
        def call(**given):
            record({\"call\": {\"rule\": kind, \"given\": given}})

        return call

    return rule

_rule = _callables(record)
";

impl Table {
    /// Its callables as Starlark.
    fn text(&self) -> String {
        let callables = self.recorded.lines().next().unwrap_or_default();
        let callables: BTreeMap<String, String> =
            serde_json::from_str(callables).expect("a test records it");
        let mut text = CALLABLES.to_owned();
        for (name, rule) in callables {
            writeln!(text, "{name} = _rule(\"{rule}\")").expect("a String takes all");
        }
        text
    }

    /// What it records.
    fn entries(&self) -> impl Iterator<Item = String> {
        self.recorded.lines().skip(1).map(str::to_owned)
    }
}

impl Stub {
    /// The path of the file, and what is to be evaluated in its place; what it declares goes to `log`.
    pub fn open(self, log: &Log) -> (&'static str, String) {
        match self {
            Stub::Code { file, text } => (file, text.to_owned()),
            Stub::Table(table) => {
                log.borrow_mut().extend(table.entries());
                (table.file, table.text())
            }
        }
    }
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
    /// The globals of BUILD files.
    native: [FrozenModule; 2],
    recorded: Vec<String>,
}

impl Prelude {
    /// Evaluates them.
    pub fn evaluate() -> Self {
        let log = Log::default();
        log.borrow_mut().extend(COMMON.entries());
        let exports = evaluate_stub(Stub::Table(EXPORTS), &[], &log);
        let native = [
            evaluate_stub(Stub::Table(NATIVE), &[], &log),
            evaluate_stub(FUNCTIONS, &[&exports], &log),
        ];
        Prelude {
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
        let [rules, functions] = &self.prelude.native;
        self.stub.get_or_init(|| stub_scope(&[rules, functions]))
    }

    /// Of BUILD files.
    pub fn build(&self) -> &Scope {
        let [rules, functions] = &self.prelude.native;
        self.build
            .get_or_init(|| self.builtins.scope(&[rules, functions]))
    }

    /// Of MODULE.bazel files.
    pub fn module(&self) -> &Scope {
        self.module.get_or_init(|| {
            let module = evaluate_stub(Stub::Table(MODULE), &[], self.log);
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
pub fn stub_scope(modules: &[&FrozenModule]) -> Scope {
    Scope {
        globals: Builtins::Constants.globals().with(natives).build(),
        ..Builtins::Constants.scope(modules)
    }
}

/// A fault in such a stub is one of this module and not of the tree; any use of it shows it.
fn evaluate_stub(stub: Stub, modules: &[&FrozenModule], log: &Log) -> FrozenModule {
    let no_loads = ReturnFileLoader {
        modules: &HashMap::new(),
    };
    let (file, text) = stub.open(log);
    evaluate(file, &text, &BZL, &stub_scope(modules), &no_loads, log)
        .unwrap_or_else(|fault| panic!("a stub of Bazel's globals is wrong: {fault}"))
}
