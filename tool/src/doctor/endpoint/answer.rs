//! What Bazel says where an endpoint does not do what it should: which fault it is, and its own words in
//! one line. It must not know how Bazel was started.

use super::super::check::{Check, one_line};

/// What an endpoint that takes no actions answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nobody listens there, or nobody by that name is known.
    Unreachable,
    /// It does not know who we are, or does not let us.
    Refused,
    /// It keeps results and runs nothing.
    CacheOnly,
    /// It does not speak the protocol.
    Foreign,
}

/// What each is told by, in this order: words of `RemoteModule.java` of Bazel, the names of gRPC's status
/// codes, and words of its Java library.
const SIGNS: [(&str, Answer); 12] = [
    (
        "Remote execution is not supported by the remote server",
        Answer::CacheOnly,
    ),
    ("UNAUTHENTICATED", Answer::Refused),
    ("PERMISSION_DENIED", Answer::Refused),
    ("redential", Answer::Refused),
    ("HTTP status code 401", Answer::Refused),
    ("HTTP status code 403", Answer::Refused),
    ("UNIMPLEMENTED", Answer::Foreign),
    ("http2 exception", Answer::Foreign),
    ("HTTP status code", Answer::Foreign),
    ("support", Answer::Foreign),
    ("UNAVAILABLE", Answer::Unreachable),
    ("DEADLINE_EXCEEDED", Answer::Unreachable),
];

/// What an error about the endpoint itself has in it, rather than one about an action.
const ABOUT_ENDPOINT: [&str; 3] = [
    "remote execution capabilities",
    "Remote execution is not",
    "redential",
];

impl Answer {
    /// What Bazel's first error is about, if about the endpoint.
    pub fn of(lines: &[String]) -> Option<Answer> {
        let said = error(lines)?;
        let is_about_it = ABOUT_ENDPOINT.iter().any(|words| said.contains(words));
        let mut signs = SIGNS
            .iter()
            .filter(|(sign, _)| is_about_it && said.contains(sign));
        signs.next().map(|(_, answer)| *answer)
    }

    /// The check `name` of an endpoint with this answer, in Bazel's `words`.
    pub fn check(self, name: &'static str, executor: &str, words: &str) -> Check {
        let (what, mend) = match self {
            Answer::Unreachable => (
                "does not answer",
                "start the server, or name another; is the address right, and the network up?",
            ),
            Answer::Refused => (
                "does not let you in",
                "log in, or give Bazel its credentials: --remote_header, --credential_helper, \
                 --google_default_credentials or --tls_client_certificate, as the server wants it",
            ),
            Answer::CacheOnly => (
                "runs no actions: it is a cache, or you may not",
                "name it with --remote_cache, and a server that executes with --remote_executor",
            ),
            Answer::Foreign => (
                "does not speak the Remote Execution API as Bazel does",
                "is it the address of another service, or grpcs:// in place of grpc://?",
            ),
        };
        Check::wrong(name, format!("{executor} {what}: {words}"), mend)
    }
}

/// Bazel's own words: its first error, else its last line.
pub fn said(lines: &[String]) -> String {
    let last = || lines.iter().rfind(|line| !line.trim().is_empty()).cloned();
    let words = error(lines).or_else(last);
    one_line(&words.unwrap_or_else(|| "it said nothing".to_owned()))
}

/// The first error, which may go on for some lines.
fn error(lines: &[String]) -> Option<String> {
    const SHOWN: usize = 4;
    let begins = |line: &String| line.starts_with("ERROR:") || line.starts_with("FATAL:");
    let start = lines.iter().position(begins)?;
    let ends = [
        // What a web server's page begins with, as gRPC's Java library shows it.
        "headers:",
        "trailers:",
        "DATA--",
        "INFO:",
        "WARNING:",
        "ERROR:",
        "FATAL:",
        "[",
        "Target ",
        "Use --verbose_failures",
        "SUBCOMMAND:",
    ];
    let rest = lines[start + 1..].iter();
    let rest =
        rest.take_while(|line| !line.is_empty() && !ends.iter().any(|end| line.starts_with(end)));
    let first = lines[start].split_once(": ")?.1;
    let all: Vec<&str> = std::iter::once(first)
        .chain(rest.map(String::as_str))
        .take(SHOWN)
        .collect();
    Some(all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn each_fault_of_an_endpoint_is_told_by_what_bazel_says() {
        for (text, expected) in [
            (
                "INFO: Invocation ID: 1\nERROR: Failed to query remote execution capabilities: UNAVAILABLE: io exception\nConnection refused: /127.0.0.1:1\n",
                Some(Answer::Unreachable),
            ),
            (
                "ERROR: Failed to query remote execution capabilities: UNAUTHENTICATED: no token\n",
                Some(Answer::Refused),
            ),
            (
                "ERROR: Remote execution is not supported by the remote server, or the current account is not authorized to use remote execution.\n",
                Some(Answer::CacheOnly),
            ),
            (
                "ERROR: Failed to query remote execution capabilities: UNIMPLEMENTED: no such service\n",
                Some(Answer::Foreign),
            ),
            (
                "ERROR: Failed to query remote execution capabilities: UNKNOWN: HTTP status code 200\ninvalid content-type: text/plain\nDATA--\nUNAVAILABLE\n",
                Some(Answer::Foreign),
            ),
            (
                "ERROR: /w/BUILD.bazel:2:6: Probing //:probe_0 failed: (Exit 34): UNAVAILABLE: remote worker died\n",
                None,
            ),
            (
                "ERROR: Error computing the main repository mapping: UNAVAILABLE\n",
                None,
            ),
            ("INFO: Build completed\n", None),
        ] {
            assert_eq!(Answer::of(&lines(text)), expected, "{text}");
        }
    }

    #[test]
    fn an_error_is_one_line_without_what_comes_after() {
        let text = "INFO: a\nERROR: Failed: UNAVAILABLE: io exception\nConnection refused: /127.0.0.1:1\nINFO: Elapsed\nERROR: Build did NOT complete\n";
        assert_eq!(
            said(&lines(text)),
            "Failed: UNAVAILABLE: io exception Connection refused: /127.0.0.1:1"
        );
        assert_eq!(said(&lines("Starting\n\n")), "Starting");
        assert_eq!(said(&[]), "it said nothing");
    }
}
