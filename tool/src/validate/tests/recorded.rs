//! What tables of rules declare, evaluated as Starlark, is what is recorded of them. It must not know
//! what becomes of it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use starlark::environment::FrozenModule;
use starlark::eval::ReturnFileLoader;

use crate::validate::dialect::{BZL, evaluate};
use crate::validate::record::Log;
use crate::validate::stubs::{stub_scope, tables};

/// With this variable the test writes what it would otherwise compare.
const WRITE: &str = "LRE_RECORD";

#[test]
fn stubs_are_recorded_as_they_are() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/validate");
    let evaluate = |file: &str, modules: &[&FrozenModule]| {
        let text = fs::read_to_string(here.join(file)).unwrap();
        let none = HashMap::new();
        let no_loads = ReturnFileLoader { modules: &none };
        let log = Log::default();
        let scope = stub_scope(modules);
        let module = evaluate(file, &text, &BZL, &scope, &no_loads, &log).unwrap();
        let callables = serde_json::to_string(&callables(&text)).unwrap();
        let lines = [vec![callables], log.take()].concat();
        (module, lines.join("\n") + "\n")
    };
    let (rule, _) = evaluate("stubs/rule.bzl", &[]);
    for table in tables() {
        // What all others are written in is written in nothing.
        let modules = [&rule];
        let written_in = if table.file == "stubs/rule.bzl" {
            &[]
        } else {
            &modules[..]
        };
        let (_, recorded) = evaluate(table.file, written_in);
        let name = table.file.replace("stubs/", "stubs/recorded/") + ".jsonl";
        let file = here.join(&name);
        if std::env::var_os(WRITE).is_some() {
            fs::write(&file, &recorded).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&file).unwrap_or_default(),
            recorded,
            "{name} is stale: run `{WRITE}=1 cargo test --package lre recorded`"
        );
    }
}

/// The names that a table gives to rules, with what these are called: `name = rule("kind", {`.
fn callables(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .filter_map(|line| {
            let (name, made) = line.split_once(" = ")?;
            let (by, kind) = made.split_once("(\"")?;
            let (kind, _) = kind.split_once('"')?;
            ["rule", "function", "platform_rule"]
                .contains(&by)
                .then_some((name, kind))
        })
        .collect()
}
