//! The calls that Bazel made of an endpoint, by its own log of them. It knows messages of the Remote
//! Execution API, and must not know why they were sent.

use std::fmt;
use std::fs;

use camino::Utf8Path;
use prost::Message;

/// What is taken from the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// What the endpoint said it can do.
    pub capabilities: Option<Capabilities>,
    /// Whether it said of an action that a worker has it.
    pub executing: bool,
    /// Why the first call that failed did, in the words of whoever noticed.
    pub failure: Option<String>,
}

/// What an endpoint can do, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities(Vec<String>);

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

/// Reads the log at `path`, which may be cut off where Bazel was stopped (`--remote_grpc_log`: messages
/// `LogEntry` of Bazel's `src/main/protobuf/remote_execution_log.proto`, each behind its length).
pub fn read(path: &Utf8Path) -> Calls {
    parse(&fs::read(path).unwrap_or_default())
}

fn parse(mut bytes: &[u8]) -> Calls {
    let mut calls = Calls::default();
    while let Ok(entry) = LogEntry::decode_length_delimited(&mut bytes) {
        let status = entry.status.unwrap_or_default();
        if status.code != 0 && calls.failure.is_none() {
            calls.failure = status.message.lines().next().map(cause);
        }
        let details = entry.details.unwrap_or_default();
        let answer = details
            .get_capabilities
            .and_then(|details| details.response);
        calls.capabilities = calls.capabilities.or(answer.map(|answer| answer.words()));
        let operations = details
            .execute
            .into_iter()
            .flat_map(|execute| execute.responses);
        calls.executing |= operations
            .filter_map(|operation| {
                ExecuteOperationMetadata::decode(&*operation.metadata?.value).ok()
            })
            .any(|metadata| metadata.stage == EXECUTING);
    }
    calls
}

/// A message without the Java class of an exception before it.
fn cause(message: &str) -> String {
    let is_class = |text: &str| text.contains('.') && !text.contains(' ');
    let cause = message
        .split_once(": ")
        .filter(|(class, _)| is_class(class));
    cause.map_or(message, |(_, cause)| cause).to_owned()
}

/// `ExecutionStage.Value.EXECUTING` of the Remote Execution API.
const EXECUTING: i32 = 3;

/// `DigestFunction.Value` of the Remote Execution API, from 0.
const DIGEST_FUNCTIONS: [&str; 10] = [
    "unknown digests",
    "SHA256",
    "SHA1",
    "MD5",
    "VSO",
    "SHA384",
    "SHA512",
    "MURMUR3",
    "SHA256TREE",
    "BLAKE3",
];

/// `Compressor.Value`, likewise.
const COMPRESSORS: [&str; 4] = ["identity", "zstd", "deflate", "brotli"];

#[derive(Clone, PartialEq, Message)]
struct LogEntry {
    #[prost(message, optional, tag = "2")]
    status: Option<Status>,
    #[prost(message, optional, tag = "4")]
    details: Option<Details>,
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

#[derive(Clone, PartialEq, Message)]
struct Details {
    #[prost(message, optional, tag = "7")]
    execute: Option<ExecuteDetails>,
    #[prost(message, optional, tag = "12")]
    get_capabilities: Option<GetCapabilitiesDetails>,
}

#[derive(Clone, PartialEq, Message)]
struct ExecuteDetails {
    #[prost(message, repeated, tag = "2")]
    responses: Vec<Operation>,
}

#[derive(Clone, PartialEq, Message)]
struct Operation {
    #[prost(message, optional, tag = "2")]
    metadata: Option<Any>,
}

#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct ExecuteOperationMetadata {
    #[prost(int32, tag = "1")]
    stage: i32,
}

#[derive(Clone, PartialEq, Message)]
struct GetCapabilitiesDetails {
    #[prost(message, optional, tag = "2")]
    response: Option<ServerCapabilities>,
}

#[derive(Clone, PartialEq, Message)]
struct ServerCapabilities {
    #[prost(message, optional, tag = "1")]
    cache: Option<CacheCapabilities>,
    #[prost(message, optional, tag = "2")]
    execution: Option<ExecutionCapabilities>,
    #[prost(message, optional, tag = "4")]
    low: Option<SemVer>,
    #[prost(message, optional, tag = "5")]
    high: Option<SemVer>,
}

#[derive(Clone, PartialEq, Message)]
struct CacheCapabilities {
    #[prost(int32, repeated, tag = "1")]
    digest_functions: Vec<i32>,
    #[prost(message, optional, tag = "2")]
    update: Option<ActionCacheUpdateCapabilities>,
    #[prost(int32, repeated, tag = "6")]
    compressors: Vec<i32>,
}

#[derive(Clone, PartialEq, Message)]
struct ActionCacheUpdateCapabilities {
    #[prost(bool, tag = "1")]
    enabled: bool,
}

#[derive(Clone, PartialEq, Message)]
struct ExecutionCapabilities {
    #[prost(bool, tag = "2")]
    enabled: bool,
}

#[derive(Clone, PartialEq, Message)]
struct SemVer {
    #[prost(int32, tag = "1")]
    major: i32,
    #[prost(int32, tag = "2")]
    minor: i32,
}

impl ServerCapabilities {
    fn words(&self) -> Capabilities {
        let cache = self.cache.clone().unwrap_or_default();
        let names = |values: &[i32], names: &[&'static str]| -> Vec<&'static str> {
            let index = values
                .iter()
                .filter_map(|value| usize::try_from(*value).ok());
            index
                .filter_map(|value| names.get(value).copied())
                .collect()
        };
        let executes = self
            .execution
            .as_ref()
            .is_some_and(|execution| execution.enabled);
        let mut words = vec![
            if executes {
                "executes"
            } else {
                "does not execute"
            }
            .to_owned(),
        ];
        words.extend(
            names(&cache.digest_functions, &DIGEST_FUNCTIONS)
                .into_iter()
                .map(str::to_owned),
        );
        let compressors = names(&cache.compressors, &COMPRESSORS);
        let compressors = compressors
            .into_iter()
            .filter(|name| *name != COMPRESSORS[0]);
        words.extend(compressors.map(|name| format!("{name} blobs")));
        let update = cache.update.is_some_and(|update| update.enabled);
        words.push(
            if update {
                "takes results"
            } else {
                "takes no results of clients"
            }
            .to_owned(),
        );
        if let (Some(low), Some(high)) = (&self.low, &self.high) {
            words.push(format!(
                "API {}.{} to {}.{}",
                low.major, low.minor, high.major, high.minor
            ));
        }
        Capabilities(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(entries: &[LogEntry]) -> Vec<u8> {
        entries
            .iter()
            .flat_map(|entry| entry.encode_length_delimited_to_vec())
            .collect()
    }

    fn capabilities() -> LogEntry {
        let response = ServerCapabilities {
            cache: Some(CacheCapabilities {
                digest_functions: vec![1, 9, 77],
                update: None,
                compressors: vec![0, 1],
            }),
            execution: Some(ExecutionCapabilities { enabled: true }),
            low: Some(SemVer { major: 2, minor: 0 }),
            high: Some(SemVer { major: 2, minor: 3 }),
        };
        let details = GetCapabilitiesDetails {
            response: Some(response),
        };
        LogEntry {
            status: None,
            details: Some(Details {
                execute: None,
                get_capabilities: Some(details),
            }),
        }
    }

    fn execution(stages: &[i32]) -> LogEntry {
        let operation = |stage: &i32| Operation {
            metadata: Some(Any {
                value: ExecuteOperationMetadata { stage: *stage }.encode_to_vec(),
            }),
        };
        LogEntry {
            status: None,
            details: Some(Details {
                execute: Some(ExecuteDetails {
                    responses: stages.iter().map(operation).collect(),
                }),
                get_capabilities: None,
            }),
        }
    }

    #[test]
    fn what_an_endpoint_can_do_is_said_in_words() {
        let calls = parse(&log(&[LogEntry::default(), capabilities()]));
        assert_eq!(
            calls.capabilities.unwrap().to_string(),
            "executes, SHA256, BLAKE3, zstd blobs, takes no results of clients, API 2.0 to 2.3"
        );
    }

    #[test]
    fn an_action_that_waits_is_told_from_one_that_a_worker_has() {
        assert!(!parse(&log(&[execution(&[2])])).executing);
        assert!(parse(&log(&[execution(&[2, 3])])).executing);
    }

    #[test]
    fn the_cause_of_a_failure_is_told_without_the_class_of_an_exception() {
        let failed = |message: &str| LogEntry {
            status: Some(Status {
                code: 14,
                message: message.to_owned(),
            }),
            details: None,
        };
        for (message, cause) in [
            (
                "io.netty.X$Y: Connection refused: /::1:1\n at",
                "Connection refused: /::1:1",
            ),
            ("no such host: example", "no such host: example"),
        ] {
            let calls = parse(&log(&[
                LogEntry::default(),
                failed(message),
                failed("later"),
            ]));
            assert_eq!(calls.failure.as_deref(), Some(cause));
        }
    }

    #[test]
    fn a_log_that_is_cut_off_or_none_gives_what_is_there() {
        let whole = log(&[capabilities(), execution(&[3])]);
        for length in 0..whole.len() {
            assert!(!parse(&whole[..length]).executing);
        }
        assert!(parse(&whole[..whole.len() - 1]).capabilities.is_some());
        assert_eq!(parse(b"no log at all"), Calls::default());
    }
}
