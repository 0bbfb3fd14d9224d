//! Which of the three formats a file has, by how it begins. It must not know its name, nor read more.

use std::io::{Error, Read};

use serde::Serialize;

/// What to do about a file that is none.
pub const MEND: &str = "have Bazel write one with --execution_log_compact_file=FILE";

/// The formats of execution logs, by the words of Bazel's flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// `--execution_log_compact_file`: entries that refer to others, compressed with zstd.
    Compact,
    /// `--execution_log_binary_file`: length-delimited messages.
    Binary,
    /// `--execution_log_json_file`: JSON objects one behind the other.
    Json,
}

/// Reads how a file begins into `start`; as much as is there of what tells the formats apart.
pub fn peek(input: &mut impl Read, start: &mut Vec<u8>) -> Result<(), Error> {
    /// A tar archive says what it is 257 bytes behind its start.
    const ENOUGH: u64 = 512;
    input.take(ENOUGH).read_to_end(start).map(drop)
}

impl Format {
    /// The format of what begins with `start`; else what that is.
    pub fn of(start: &[u8]) -> Result<Self, String> {
        match start {
            [] => Err("it is empty, as after a Bazel that was killed".to_owned()),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Ok(Self::Compact),
            [0x1f, 0x8b, ..] => {
                Err("it is compressed with gzip, as profiles of --profile are".to_owned())
            }
            [0x7f, b'E', b'L', b'F', ..] => Err("it is a program".to_owned()),
            [b'P', b'K', 3, 4, ..] => Err("it is a zip archive".to_owned()),
            _ if is_tar(start) => Err("it is a tar archive".to_owned()),
            _ if starts_events(start) => {
                Err("these are build events (--build_event_binary_file)".to_owned())
            }
            _ => match first_name(start) {
                Some(name) => Self::json(name),
                None if start.first() == Some(&b'{') && start.get(1) != Some(&b'\n') => {
                    Err("it is JSON, but not of spawns".to_owned())
                }
                // A message of that many bytes which begins with the field of arguments or
                // of variables, of the execution properties: text does not.
                None if looks_like_spawn(start) => Ok(Self::Binary),
                None => Err(
                    "it is neither compressed with zstd nor JSON nor messages of spawns".to_owned(),
                ),
            },
        }
    }

    /// What is wrong with a compressed file that unpacks to what begins with `start`, if that can be told.
    pub fn fault_inside(start: &[u8]) -> Option<String> {
        match start {
            _ if is_tar(start) => Some("it is a tar archive, compressed with zstd".to_owned()),
            _ => match first_name(start).map(Self::json)? {
                Ok(_) => Some("it is a JSON log, compressed; unpack it first (zstd -d)".to_owned()),
                Err(what) => Some(what),
            },
        }
    }

    fn json(name: &[u8]) -> Result<Self, String> {
        match name {
            b"id" => Err("these are build events (--build_event_json_file)".to_owned()),
            b"otherData" | b"traceEvents" => Err("this is a profile (--profile)".to_owned()),
            _ => Ok(Self::Json),
        }
    }
}

/// The first name of a JSON object, or an empty one where it has none.
fn first_name(start: &[u8]) -> Option<&[u8]> {
    let inner = start
        .trim_ascii_start()
        .strip_prefix(b"{")?
        .trim_ascii_start();
    if inner.starts_with(b"}") {
        return Some(b"");
    }
    let quoted = inner.strip_prefix(b"\"")?;
    let end = quoted
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric())?;
    let behind = quoted[end..].strip_prefix(b"\"")?.trim_ascii_start();
    behind.starts_with(b":").then_some(&quoted[..end])
}

/// Whether a tar archive begins like this (POSIX: magic of the header).
fn is_tar(start: &[u8]) -> bool {
    start.get(257..262) == Some(b"ustar")
}

/// Whether build events begin like this: behind its length, the first one has the identifier `started`
/// (`build_event_stream.proto`: field 1 of the event, field 3 of its identifier, empty).
fn starts_events(start: &[u8]) -> bool {
    let length = start.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    start
        .get(length..)
        .is_some_and(|event| event.starts_with(b"\x0a\x02\x1a\x00"))
}

/// Whether this is a length and then one of the first fields of a spawn.
fn looks_like_spawn(start: &[u8]) -> bool {
    let length = start.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    // Numbers of fields 1 to 20, shifted by three, and the wire types that they have.
    matches!(
        start.get(length),
        Some(0x0a | 0x12 | 0x1a | 0x22 | 0x2a | 0x30 | 0x38 | 0x40 | 0x52)
    ) && length <= 5
}
