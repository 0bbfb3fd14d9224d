//! What is shown, once as a whole: the text for people and the JSON form for programs.

use lre::parity::{Explanation, text};

use crate::build::{Action, Build};
use crate::logs::compare;

fn explained() -> Explanation {
    let build = |content: &str, flag: &str| {
        let mut build = Build::program(6);
        build.source("all.h", content);
        build.of("//:program").arg(flag);
        let log = "bazel-out/k8-fastbuild/testlogs/test/test.log";
        let program = "bazel-out/k8-fastbuild/bin/program";
        let test = build.action(Action::new("TestRunner", "//:test", &[program], log));
        (test.run.remote_cacheable, test.run.has_digest) = (false, false);
        build
    };
    let mut explanation = compare(&build("int f();", "-O1"), &build("int g();", "-O2"));
    explanation.a.file = "a.log".to_owned();
    explanation.b.file = "b.log".to_owned();
    explanation
}

#[test]
fn an_explanation_as_text() {
    insta::assert_snapshot!(text(&explained()));
}

#[test]
fn an_explanation_as_json() {
    let json = serde_json::to_string_pretty(&explained()).unwrap();
    insta::assert_snapshot!(json);
}

#[test]
fn builds_that_agree_say_so() {
    let first = Build::program(3);
    let explanation = compare(&first, &first);
    assert!(text(&explanation).ends_with("The two builds agree.\n"));
}
