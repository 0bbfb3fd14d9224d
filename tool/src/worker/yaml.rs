//! YAML as far as our outputs need it: block mappings and lists of strings that no reader takes
//! for anything else. It must not know what the documents say.

use serde::Serialize;
use serde_json::{Map, Value};

use super::printable;

/// A document. Keys are in byte order; every string is quoted as in JSON unless it is a plain
/// word that no version of YAML gives a meaning.
pub fn print(document: &impl Serialize) -> String {
    let value = serde_json::to_value(document).expect("all keys are strings");
    let mut text = String::new();
    block(&value, 0, &mut text);
    text
}

fn block(value: &Value, indent: usize, text: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                text.push_str(&format!("{pad}{}:", scalar(key)));
                below(value, indent + 2, text);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for value in list {
                let mut item = String::new();
                block(value, indent + 2, &mut item);
                text.push_str(&format!("{pad}- {}", item.trim_start_matches(' ')));
            }
        }
        simple => text.push_str(&format!("{pad}{}\n", leaf(simple))),
    }
}

fn below(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => text.push('\n'),
        Value::Array(list) if !list.is_empty() => text.push('\n'),
        simple => return text.push_str(&format!(" {}\n", leaf(simple))),
    }
    block(value, indent, text);
}

/// A value on one line, in JSON's spelling, which YAML has as well.
fn leaf(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    printable(&Value::from(text).to_string())
}

/// Whether YAML 1.1 and 1.2 read `text` as the string that it is: it has the shape of a name,
/// with a letter and no number or truth value in it.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let name = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(name)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Reads what [`print`] printed, and nothing else.
pub fn read(text: &str) -> Option<Value> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let rest = line.trim_start_matches(' ');
        lines.push((line.len() - rest.len(), rest.to_owned()));
    }
    let (value, rest) = read_block(&mut lines.as_mut_slice())?;
    rest.is_empty().then_some(value)
}

type Lines<'l> = &'l mut [(usize, String)];

fn read_block<'l>(lines: &mut Lines<'l>) -> Option<(Value, Lines<'l>)> {
    let lines = std::mem::take(lines);
    let indent = lines.first()?.0;
    if lines[0].1.starts_with("- ") {
        read_list(lines, indent)
    } else if split_key(&lines[0].1).is_some() {
        read_map(lines, indent)
    } else {
        let value = read_leaf(&lines[0].1)?;
        Some((value, &mut lines[1..]))
    }
}

fn read_list(mut lines: Lines<'_>, indent: usize) -> Option<(Value, Lines<'_>)> {
    let mut list = Vec::new();
    while let Some((at, text)) = lines.first_mut() {
        let Some(item) = text.strip_prefix("- ").filter(|_| *at == indent) else {
            break;
        };
        (*at, *text) = (indent + 2, item.to_owned());
        let (value, rest) = read_block(&mut lines)?;
        list.push(value);
        lines = rest;
    }
    Some((Value::Array(list), lines))
}

fn read_map(mut lines: Lines<'_>, indent: usize) -> Option<(Value, Lines<'_>)> {
    let mut map = Map::new();
    while let Some((at, text)) = lines.first() {
        let Some((key, value)) = split_key(text).filter(|_| *at == indent) else {
            break;
        };
        let value = read_leaf(value).filter(|_| !value.is_empty());
        lines = &mut lines[1..];
        let value = match value {
            Some(value) => value,
            None if lines.first()?.0 > indent => {
                let (value, rest) = read_block(&mut lines)?;
                lines = rest;
                value
            }
            None => return None,
        };
        map.insert(key, value);
    }
    Some((Value::Object(map), lines))
}

/// The key of a line of a mapping, and what is behind its colon.
fn split_key(line: &str) -> Option<(String, &str)> {
    if line.starts_with('"') {
        let mut strings = serde_json::Deserializer::from_str(line).into_iter::<String>();
        let key = strings.next()?.ok()?;
        let rest = line[strings.byte_offset()..].strip_prefix(':')?;
        return Some((key, rest.trim_start_matches(' ')));
    }
    let (key, rest) = line.split_once(':')?;
    is_plain(key).then(|| (key.to_owned(), rest.trim_start_matches(' ')))
}

fn read_leaf(text: &str) -> Option<Value> {
    if is_plain(text) {
        return Some(Value::from(text));
    }
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_yaml_as_people_write_it() {
        let document = json!({
            "kind": "Deployment",
            "spec": {"list": [{"name": "a", "value": "it's \"b\""}, "on", 3, [1]], "none": {}},
            "12:30": "1_000",
        });
        let text = print(&document);
        assert_eq!(
            text,
            "\"12:30\": \"1_000\"\nkind: Deployment\nspec:\n  list:\n    - name: a\n      \
             value: \"it's \\\"b\\\"\"\n    - \"on\"\n    - 3\n    - - 1\n  none: {}\n"
        );
        assert_eq!(read(&text), Some(document));
    }

    #[test]
    fn what_it_did_not_print_is_not_read() {
        for text in [
            "",
            "a:\n",
            "a: [1",
            "a: 1\n b: 2\n",
            "- a\nb: 1\n",
            "a: 'b'\n",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
