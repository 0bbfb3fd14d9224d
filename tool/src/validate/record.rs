//! What the stubs say while a file is evaluated, and the package that follows from it.
//! It collects; it must not know which labels exist or where the stubs come from.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use starlark::environment::GlobalsBuilder;
use starlark::eval::Evaluator;
use starlark::starlark_module;
use starlark::values::Value;
use starlark::values::none::NoneType;

use super::schema::{Attr, Call, Schema};

/// The `extra` of every evaluator: what was recorded, each an [`Entry`] as JSON. Text, because a
/// type of our own could be an `extra` only by an `unsafe impl`, which this workspace forbids.
pub type Log = RefCell<Vec<String>>;

#[derive(Deserialize)]
struct Entry {
    /// Of the file at hand, counted from 1.
    line: usize,
    event: Event,
}

/// What `stubs/rule.bzl` and `stubs/native.bzl` give to `record`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    /// The attributes that all rules of a kind have.
    Common(HashMap<String, BTreeMap<String, Attr>>),
    /// There is a rule, with attributes beside those of the kind `common`.
    Declare {
        rule: String,
        attrs: BTreeMap<String, Attr>,
        common: String,
    },
    /// The rule was called.
    Call {
        rule: String,
        given: Map<String, Json>,
    },
    /// The files were exported.
    Export(Vec<String>),
}

/// The native function of the stubs.
#[starlark_module]
pub fn natives(builder: &mut GlobalsBuilder) {
    fn record<'v>(event: Value<'v>, eval: &mut Evaluator<'v, '_, '_>) -> anyhow::Result<NoneType> {
        // The frame above the module's own, however many macros lie between.
        let outermost = eval.call_stack_count().saturating_sub(2);
        let span = eval.call_stack_nth_location(outermost);
        let line = span.map_or(0, |span| span.resolve_span().begin.line + 1);
        let log: &Log = eval
            .extra
            .and_then(|extra| extra.downcast_ref())
            .context("there is no log to record in")?;
        let event = event.to_json()?;
        let entry = format!("{{\"line\": {line}, \"event\": {event}}}");
        log.borrow_mut().push(entry);
        Ok(NoneType)
    }
}

/// What a BUILD or MODULE.bazel file declares.
#[derive(Debug, Default)]
pub struct Package {
    /// Path of the file within the tree.
    pub file: String,
    /// Whether the evaluation ended early, so that targets may be missing.
    pub incomplete: bool,
    /// All calls of rules and functions.
    pub calls: Vec<Call>,
    /// Position in `calls` by name.
    pub targets: BTreeMap<String, usize>,
    /// Line by exported file.
    pub exports: BTreeMap<String, usize>,
}

/// The rules that were declared so far.
#[derive(Default)]
pub struct Rules {
    common: HashMap<String, BTreeMap<String, Attr>>,
    schemas: HashMap<String, Rc<Schema>>,
}

impl Rules {
    /// Makes a package of what was recorded since the last time, with line and text of everything
    /// that is wrong with a call by itself.
    ///
    /// # Errors
    /// Stubs that record what they should not.
    pub fn read(&mut self, log: &Log) -> Result<(Package, Vec<(usize, String)>)> {
        let (mut package, mut faults) = (Package::default(), Vec::new());
        for entry in log.take() {
            let Entry { line, event } = serde_json::from_str(&entry).context("a stub is wrong")?;
            match event {
                Event::Common(common) => self.common = common,
                Event::Declare {
                    rule,
                    mut attrs,
                    common,
                } => {
                    let common = self.common.get(&common).context("a stub is wrong")?;
                    for (key, attr) in common {
                        attrs.entry(key.clone()).or_insert_with(|| attr.clone());
                    }
                    let schema = Schema {
                        rule: rule.clone(),
                        attrs,
                    };
                    self.schemas.insert(rule, Rc::new(schema));
                }
                Event::Call { rule, given } => {
                    let schema = self.schemas.get(&rule).context("a stub was not declared")?;
                    let (call, found) = Call::read(schema.clone(), line, &given);
                    faults.extend(found.into_iter().map(|text| (line, text)));
                    faults.extend(package.add(call));
                }
                Event::Export(files) => {
                    faults.extend(files.into_iter().filter_map(|f| package.export(line, f)));
                }
            }
        }
        Ok((package, faults))
    }
}

impl Package {
    fn add(&mut self, call: Call) -> Option<(usize, String)> {
        let mut fault = None;
        if let Some(name) = &call.name {
            fault = self.taken(call.line, name, &call.title());
            self.targets.entry(name.clone()).or_insert(self.calls.len());
        }
        self.calls.push(call);
        fault
    }

    fn export(&mut self, line: usize, file: String) -> Option<(usize, String)> {
        let fault = self.taken(line, &file, &format!("exports_files {file:?}"));
        self.exports.entry(file).or_insert(line);
        fault
    }

    /// The fault where `name` is in use in this package.
    fn taken(&self, line: usize, name: &str, claimant: &str) -> Option<(usize, String)> {
        let first = match (self.targets.get(name), self.exports.get(name)) {
            (Some(at), _) => {
                let call = &self.calls[*at];
                format!("{} in line {}", call.title(), call.line)
            }
            (None, Some(line)) => format!("the file exported in line {line}"),
            (None, None) => return None,
        };
        Some((line, format!("{claimant}: the name is taken by {first}")))
    }
}
