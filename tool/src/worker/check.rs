//! Which values of a file are not those that it should have, one by one: a diff shows lines, a
//! person asks which property. It must not know what the values mean.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::yaml;

/// A value that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueDifference {
    /// What it is called: the last name on the way to it, such as a property's.
    pub name: String,
    /// The JSON pointer to it, in which an item of a list that has a name goes by that.
    pub at: String,
    /// What the file says, in JSON's spelling; nothing where it has no such value.
    pub there: Option<String>,
    /// What the manifest says.
    pub expected: Option<String>,
}

/// The values in which `there` and `expected`, two texts of one of our files, differ. Empty
/// where one of them cannot be read, or where they differ in nothing but comments and spaces.
pub fn values(there: &str, expected: &str) -> Vec<ValueDifference> {
    let (Some(there), Some(expected)) = (read(there), read(expected)) else {
        return Vec::new();
    };
    let (there, expected) = (leaves(&there), leaves(&expected));
    let all: BTreeMap<_, _> = there.iter().chain(&expected).collect();
    all.keys()
        .filter(|at| there.get(**at) != expected.get(**at))
        .map(|at| ValueDifference {
            name: name(at),
            at: at.iter().map(|step| format!("/{step}")).collect(),
            there: there.get(*at).cloned(),
            expected: expected.get(*at).cloned(),
        })
        .collect()
}

/// A file below its heading: JSON, or our YAML.
fn read(text: &str) -> Option<Value> {
    let comment = |line: &&str| line.starts_with("//") || line.starts_with('#');
    let head: usize = text
        .split_inclusive('\n')
        .take_while(comment)
        .map(str::len)
        .sum();
    let text = &text[head..];
    serde_json::from_str(text).ok().or_else(|| yaml::read(text))
}

type Place = Vec<String>;

fn leaves(value: &Value) -> BTreeMap<Place, String> {
    let mut leaves = BTreeMap::new();
    collect(value, &mut Vec::new(), &mut leaves);
    leaves
}

fn collect(value: &Value, at: &mut Place, leaves: &mut BTreeMap<Place, String>) {
    let mut step = |name: String, value: &Value| {
        at.push(name);
        collect(value, at, leaves);
        at.pop();
    };
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                step(key.clone(), value);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (number, value) in list.iter().enumerate() {
                let named = value.get("name").and_then(Value::as_str);
                step(named.map_or(number.to_string(), str::to_owned), value);
            }
        }
        leaf => {
            leaves.insert(at.clone(), leaf.to_string());
        }
    }
}

/// The last step that is not merely how a format says "the value of".
fn name(at: &Place) -> String {
    let steps: Vec<&str> = at.iter().map(String::as_str).collect();
    let name = match steps.as_slice() {
        [.., name, "values", "0"] | [.., name, "value" | "name"] => name,
        [.., name, number] if number.bytes().all(|c| c.is_ascii_digit()) => name,
        [.., name] => name,
        [] => "",
    };
    name.to_owned()
}
