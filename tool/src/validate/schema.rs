//! What arguments a rule takes, and whether those of a call are such.
//! It judges one call by itself; it must not know what other targets there are.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::label::is_path;

/// A rule, or a function that is called like one.
#[derive(Debug)]
pub struct Schema {
    /// The name by which it is called.
    pub rule: String,
    /// All attributes that it takes.
    pub attrs: BTreeMap<String, Attr>,
}

/// One attribute, as `attr_label` and its like of `stubs/rule.bzl` make it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attr {
    /// The type of its value.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether a call must have it.
    #[serde(default)]
    pub mandatory: bool,
    /// Whether its labels may name files.
    #[serde(default)]
    pub allow_files: bool,
    /// The rules of the targets that its labels may name; empty: any.
    #[serde(default)]
    pub allow_rules: Vec<String>,
}

/// The types of Bazel's `attr` module that we use, and two of ours.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Bool,
    Int,
    String,
    StringDict,
    StringList,
    StringListDict,
    Label,
    LabelList,
    LabelKeyedStringDict,
    ConstraintList,
    Visibility,
}

impl Kind {
    /// How Bazel would call such a value.
    fn describe(self) -> &'static str {
        match self {
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::String => "string",
            Kind::StringDict => "dict of strings by string",
            Kind::StringList => "list of strings",
            Kind::StringListDict => "dict of lists of strings by string",
            Kind::Label => "label",
            Kind::LabelList | Kind::ConstraintList | Kind::Visibility => "list of labels",
            Kind::LabelKeyedStringDict => "dict of strings by label",
        }
    }

    fn has_labels(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Label | LabelList | LabelKeyedStringDict | ConstraintList | Visibility
        )
    }

    /// The labels of `value`, which are all its strings where the type holds labels at all; `None`
    /// where the value is not of this type.
    fn read(self, value: &Value) -> Option<Vec<String>> {
        let strings = match self {
            Kind::Bool => value.as_bool().map(|_| Vec::new()),
            Kind::Int => value.as_i64().map(|_| Vec::new()),
            Kind::String | Kind::Label => string(value).map(|s| vec![s]),
            Kind::StringList | Kind::LabelList | Kind::ConstraintList | Kind::Visibility => {
                string_list(value)
            }
            Kind::StringDict | Kind::LabelKeyedStringDict => dict_keys(value, string),
            Kind::StringListDict => dict_keys(value, string_list),
        }?;
        Some(if self.has_labels() {
            strings
        } else {
            Vec::new()
        })
    }
}

fn string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn string_list(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(string).collect()
}

fn dict_keys<T>(value: &Value, read: fn(&Value) -> Option<T>) -> Option<Vec<String>> {
    let entries = value.as_object()?.iter();
    entries
        .map(|(key, value)| read(value).map(|_| key.clone()))
        .collect()
}

/// The branches of a `select`, which is `{"select": {condition: value}}` and like no value of
/// another type, or the value itself.
fn branches(value: &Value) -> Vec<&Value> {
    match value.get("select").and_then(Value::as_object) {
        Some(branches) => branches.values().collect(),
        None => vec![value],
    }
}

/// A call that was checked: a target, or what a function such as `package` was told.
#[derive(Debug)]
pub struct Call {
    /// What was called.
    pub schema: Rc<Schema>,
    /// Of the target; functions have none.
    pub name: Option<String>,
    /// Counted from 1, in the BUILD file.
    pub line: usize,
    /// The labels by the attribute that they stand in.
    pub labels: Vec<(String, Vec<String>)>,
}

impl Call {
    /// Reads the arguments `given`, with everything that is wrong with them.
    pub fn read(
        schema: Rc<Schema>,
        line: usize,
        given: &Map<String, Value>,
    ) -> (Call, Vec<String>) {
        let (mut labels, mut name, mut faults) = (Vec::new(), None, Vec::new());
        let mut missing: BTreeMap<&str, &Attr> =
            schema.attrs.iter().map(|(k, v)| (k.as_str(), v)).collect();
        missing.retain(|_, attr| attr.mandatory);
        for (key, value) in given {
            let Some(attr) = schema.attrs.get(key) else {
                faults.push(format!("there is no attribute {key}"));
                continue;
            };
            // None stands for the default, as in Bazel.
            if value.is_null() {
                continue;
            }
            missing.remove(key.as_str());
            for value in branches(value) {
                match attr.kind.read(value) {
                    Some(read) if !read.is_empty() => labels.push((key.clone(), read)),
                    Some(_) => {}
                    None => faults.push(format!(
                        "attribute {key} must be a {}, not {value}",
                        attr.kind.describe()
                    )),
                }
            }
            if key == "name" {
                name = string(value);
            }
        }
        faults.extend(
            missing
                .keys()
                .map(|key| format!("attribute {key} is missing")),
        );
        if let Some(name) = name.as_deref().filter(|name| !is_path(name)) {
            faults.push(format!("{name:?} cannot be the name of a target"));
        }
        let call = Call {
            schema: schema.clone(),
            name,
            line,
            labels,
        };
        let faults = faults.iter().map(|f| format!("{}: {f}", call.title()));
        let faults = faults.collect();
        (call, faults)
    }

    /// How faults call it: `filegroup "all"`, or `package`.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("{} {name:?}", self.schema.rule),
            None => self.schema.rule.clone(),
        }
    }

    /// The first label in the attribute `attr`.
    pub fn label(&self, attr: &str) -> Option<&str> {
        let (_, labels) = self.labels.iter().find(|(key, _)| key == attr)?;
        labels.first().map(String::as_str)
    }
}
