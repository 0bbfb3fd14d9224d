//! The verdict as JUnit XML, which CI systems show. It decides nothing: a test case for each build and
//! for each cause.

use anyhow::{Context, Error, Result};
use serde::Serialize;

use super::failure::Failure;
use super::verdict::Verdict;
use crate::parity::Cause;

/// The document as Ant's and Maven's reports have it, by the names of Jenkins' schema (`junit-10.xsd`).
#[derive(Serialize)]
#[serde(rename = "testsuites")]
struct Suites {
    testsuite: Suite,
}

#[derive(Serialize)]
struct Suite {
    #[serde(rename = "@name")]
    name: &'static str,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    #[serde(rename = "@skipped")]
    skipped: usize,
    #[serde(rename = "@time")]
    time: String,
    testcase: Vec<Case>,
}

#[derive(Default, Serialize)]
struct Case {
    #[serde(rename = "@classname")]
    class: &'static str,
    #[serde(rename = "@name")]
    name: String,
    #[serde(rename = "@time")]
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

#[derive(Serialize)]
struct Problem {
    #[serde(rename = "@type")]
    kind: String,
    #[serde(rename = "@message")]
    message: String,
    #[serde(rename = "$text")]
    text: String,
}

/// The document for a verdict, or for what stands in its way: a failure of Bazel's, or another error.
///
/// # Errors
/// It cannot be written, which no input leads to.
pub fn junit(outcome: Result<&Verdict, &Error>) -> Result<String> {
    let cases = match outcome {
        Ok(verdict) => cases(verdict),
        Err(error) => vec![no_verdict(error)],
    };
    let total = match outcome {
        Ok(verdict) => verdict.builds.iter().map(|build| build.seconds).sum(),
        Err(_) => 0.0,
    };
    let suite = Suite {
        name: CLASS,
        tests: cases.len(),
        failures: cases.iter().filter(|case| case.failure.is_some()).count(),
        errors: cases.iter().filter(|case| case.error.is_some()).count(),
        skipped: 0,
        time: seconds(total),
        testcase: cases,
    };
    let xml = quick_xml::se::to_string(&Suites { testsuite: suite });
    let xml = xml.context("JUnit XML cannot be written")?;
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n"
    ))
}

const CLASS: &str = "lre verify";

/// The case that says whether there is parity.
const PARITY: &str = "parity";

fn cases(verdict: &Verdict) -> Vec<Case> {
    let mut cases: Vec<Case> = verdict
        .builds
        .iter()
        .map(|build| Case {
            class: CLASS,
            name: build.name.to_owned(),
            time: seconds(build.seconds),
            failure: build.failed.as_ref().map(|failed| Problem {
                kind: "build".to_owned(),
                message: "it failed where the other build did not".to_owned(),
                text: clean(failed),
            }),
            ..Case::default()
        })
        .collect();
    let causes = verdict.explanation.causes.iter();
    let broken = causes.filter(|cause| cause.breaks_parity);
    cases.extend(broken.map(|cause| case(verdict, cause)));
    cases.push(Case {
        class: CLASS,
        name: PARITY.to_owned(),
        time: seconds(0.0),
        failure: (!verdict.parity).then(|| Problem {
            kind: "parity".to_owned(),
            message: verdict.line(),
            text: verdict.notes.join("\n"),
        }),
        ..Case::default()
    });
    cases
}

/// The build that failed, or else parity, which is not known.
fn no_verdict(error: &Error) -> Case {
    let (name, kind, message, text) = match error.downcast_ref::<Failure>() {
        Some(failure) => {
            let message = failure.to_string();
            let message = message.lines().last().unwrap_or_default().to_owned();
            (failure.name, "bazel", message, failure.tail.join("\n"))
        }
        None => (PARITY, "no-verdict", format!("{error:#}"), String::new()),
    };
    Case {
        class: CLASS,
        name: name.to_owned(),
        time: seconds(0.0),
        error: Some(Problem {
            kind: kind.to_owned(),
            message: clean(&message),
            text: clean(&text),
        }),
        ..Case::default()
    }
}

/// A cause, with the spawns at which it is seen first.
fn case(verdict: &Verdict, cause: &Cause) -> Case {
    let explanation = &verdict.explanation;
    let mut lines = vec![cause.subject.clone()];
    for detail in &cause.details {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        lines.push(format!(
            "{}: {} / {}",
            detail.what,
            side(&detail.a),
            side(&detail.b)
        ));
    }
    for index in &cause.first {
        if let Some(spawn) = explanation.spawns.get(*index as usize) {
            lines.push(format!(
                "{} {} {}",
                spawn.mnemonic, spawn.label, spawn.output
            ));
        }
    }
    lines.push(format!(
        "{} spawns, and {} that follow",
        cause.firsts, cause.followers
    ));
    lines.push(cause.advice.clone());
    Case {
        class: CLASS,
        name: clean(&format!("{}: {}", cause.title, cause.subject)),
        time: seconds(0.0),
        failure: Some(Problem {
            kind: cause.kind.name().to_owned(),
            message: clean(&format!("{}: {}", cause.title, cause.subject)),
            text: clean(&lines.join("\n")),
        }),
        ..Case::default()
    }
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// Without the characters that no XML 1.0 document may have, escaped or not (section 2.2, `Char`).
fn clean(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|c| if allowed(c) { c } else { '\u{fffd}' })
        .collect()
}
