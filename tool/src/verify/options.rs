//! The options that are in force for a command of Bazel's, with those of all rc files: Bazel itself
//! tells them in its build events. It must not know what they are looked at for.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Options in the order in which they count: of two, the last.
#[derive(Debug, Default)]
pub struct Options(Vec<String>);

/// One build event (Bazel, `build_event_stream.proto`), of which one kind is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    options_parsed: Option<OptionsParsed>,
}

/// `message OptionsParsed`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OptionsParsed {
    /// All of them, "including explicit and implicit options".
    #[serde(default)]
    cmd_line: Vec<String>,
}

impl Options {
    /// Those that the events in `path`, of `--build_event_json_file`, tell of; none where Bazel did not
    /// come so far.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(path: &Path) -> Result<Option<Options>> {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let events = serde_json::Deserializer::from_reader(BufReader::new(file));
        // After a crash the last event may be half there.
        let events = events.into_iter::<Event>().map_while(Result::ok);
        let parsed = events.filter_map(|event| event.options_parsed).next();
        Ok(parsed.map(|parsed| Options(parsed.cmd_line)))
    }

    /// The value of `--name=VALUE`, if it has one that is not empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().rev().find_map(|option| {
            let rest = option.strip_prefix("--")?.strip_prefix(name)?;
            rest.strip_prefix('=')
        });
        value.filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(events: &str) -> Option<Options> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events");
        std::fs::write(&path, events).unwrap();
        Options::read(&path).unwrap()
    }

    #[test]
    fn of_two_values_the_last_counts_and_an_empty_one_is_none() {
        let options = options(
            r#"{"id":{"started":{}},"started":{}}
{"id":{"optionsParsed":{}},"optionsParsed":{"cmdLine":["--remote_executor=grpc://a",
 "--remote_cache=grpc://b","--remote_executor=grpc://c=d","--remote_cache=","--remote_cache_async"]}}
{"id":{"half"#,
        )
        .unwrap();
        assert_eq!(options.value("remote_executor"), Some("grpc://c=d"));
        assert_eq!(options.value("remote_cache"), None);
        assert_eq!(options.value("disk_cache"), None);
    }

    #[test]
    fn a_command_that_was_refused_has_none() {
        assert!(options(r#"{"id":{"started":{}},"started":{}}"#).is_none());
        assert!(options("").is_none());
    }
}
