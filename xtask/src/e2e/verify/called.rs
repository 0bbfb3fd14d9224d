//! How stories call `lre verify`, and read what it says. It must not know what ought to be said.

use std::fs;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use camino::Utf8Path;
use serde_json::Value;

use crate::lab::Lab;
use crate::lab::bazel::Workspace;
use crate::shell::{capture, progress};

/// `lre verify` in the workspace, whatever comes of it.
pub fn verify(lab: &Lab, a: &Workspace<'_>, words: &[&str]) -> Result<Output> {
    progress(format_args!("lre verify {}", words.join(" ")));
    command(lab, a, words)
        .output()
        .context("chroot could not be started")
}

pub fn command(lab: &Lab, a: &Workspace<'_>, words: &[&str]) -> Command {
    // What runs in the background of a shell has SIGINT ignored, and would hand that on.
    let mut command = a.machine.command(&a.dir, "env");
    command
        .args(["--default-signal=INT", &lab.store.main.helper, "verify"])
        .args(words)
        .stdin(Stdio::null());
    command
}

/// The JSON document of a run that ended with `code`.
pub fn verdict(output: &Output, code: i32) -> Result<Value> {
    let text = text(output);
    ensure!(
        output.status.code() == Some(code),
        "{}: {text}",
        output.status
    );
    serde_json::from_slice(&output.stdout).with_context(|| format!("no JSON: {text}"))
}

pub fn text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

pub fn number(verdict: &Value, pointer: &str) -> Result<u64> {
    let value = verdict.pointer(pointer).and_then(Value::as_u64);
    value.with_context(|| format!("no number at {pointer} of {verdict:#}"))
}

/// What an XML parser that is not ours finds in a report: the counts, then the cases with how they ended.
pub fn junit(path: &Utf8Path, lab: &Lab) -> Result<String> {
    let report = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    lab.a.write("/tmp/junit-to-read.xml", &report)?;
    capture(
        lab.a
            .command("/tmp", "python3")
            .args(["-c", READER, "/tmp/junit-to-read.xml"]),
    )
}

const READER: &str = r#"
import sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot()
assert suites.tag == "testsuites", suites.tag
for suite in suites.findall("testsuite"):
    print(*(f"{name}={suite.get(name)}" for name in ("tests", "failures", "errors")))
    for case in suite.findall("testcase"):
        bad = [f"{child.tag} {child.get('type')}" for child in case]
        print(f"{case.get('name')}: {' '.join(bad) or 'ok'}")
"#;
