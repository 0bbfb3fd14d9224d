//! Walks a JSON document and remembers where it is, so that every complaint
//! names the JSON pointer of the culprit. It must not know what the document means.

use std::fmt;

use anyhow::{Context, Result, anyhow};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads a document. `source` is what the user calls it.
///
/// # Errors
/// No JSON, or an object that has a key twice: serde_json would keep the last
/// of the two and say nothing.
pub fn read(text: &str, source: &str) -> Result<Value> {
    let Strict(value) = serde_json::from_str(text)
        .with_context(|| format!("{source}: this is no JSON document that lre can read"))?;
    Ok(value)
}

/// A value none of whose objects has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(value)) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let Strict(value) = access.next_value()?;
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key {key:?} is there twice"
                )));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// A value inside a document, with its place in it.
#[derive(Clone)]
pub struct Node<'a> {
    source: &'a str,
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    /// The whole document; `source` is what the user calls it, usually the file's path.
    pub fn root(source: &'a str, value: &'a Value) -> Self {
        Node {
            source,
            pointer: String::new(),
            value,
        }
    }

    /// The value itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// An error about this value: the file, the JSON pointer (RFC 6901) and what is wrong.
    pub fn error(&self, what: impl std::fmt::Display) -> anyhow::Error {
        if self.pointer.is_empty() {
            anyhow!("{}: {what}", self.source)
        } else {
            anyhow!("{}: at {}: {what}", self.source, self.pointer)
        }
    }

    /// The value below `key` of an object.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value.get(key)?;
        Some(self.child(&key.replace('~', "~0").replace('/', "~1"), value))
    }

    /// As [`Node::get`], where the key has to be there.
    ///
    /// # Errors
    /// The key is not there.
    pub fn need(&self, key: &str) -> Result<Node<'a>> {
        self.get(key)
            .ok_or_else(|| self.error(format_args!("the key {key:?} is missing")))
    }

    /// The members of an object, in the order of the document's keys.
    ///
    /// # Errors
    /// The value is no object.
    pub fn members(&self) -> Result<Vec<(&'a str, Node<'a>)>> {
        let object = self.object()?;
        Ok(object
            .keys()
            .filter_map(|key| Some((key.as_str(), self.get(key)?)))
            .collect())
    }

    /// The elements of an array.
    ///
    /// # Errors
    /// The value is no array.
    pub fn elements(&self) -> Result<Vec<Node<'a>>> {
        let array = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong_type("a list"))?;
        Ok(array
            .iter()
            .enumerate()
            .map(|(index, value)| self.child(&index.to_string(), value))
            .collect())
    }

    /// The text of a string.
    ///
    /// # Errors
    /// The value is no string.
    pub fn text(&self) -> Result<&'a str> {
        self.value
            .as_str()
            .ok_or_else(|| self.wrong_type("a string"))
    }

    /// Complains about the first key of an object that is not among `known`.
    ///
    /// # Errors
    /// The value is no object, or has another key.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        match self.object()?.keys().find(|k| !known.contains(&k.as_str())) {
            None => Ok(()),
            Some(key) => Err(self.error(format_args!(
                "the key {key:?} is not known here; known are {}",
                known.join(", ")
            ))),
        }
    }

    fn object(&self) -> Result<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.wrong_type("an object"))
    }

    fn child(&self, step: &str, value: &'a Value) -> Node<'a> {
        Node {
            source: self.source,
            pointer: format!("{}/{step}", self.pointer),
            value,
        }
    }

    fn wrong_type(&self, wanted: &str) -> anyhow::Error {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(format_args!("expected {wanted}, found {found}"))
    }
}
