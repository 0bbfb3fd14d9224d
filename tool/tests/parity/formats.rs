//! What is said does not depend on which of Bazel's three logs it is read from.

use lre::parity::Explanation;
use serde_json::Value;

use crate::build::{Action, Build, Content, object};
use crate::logs::{FORMATS, explain, log};

/// Differences of many kinds, in files, folders, links, words and tools.
fn builds() -> [Build; 2] {
    let build = |which: usize| {
        let text = ["1", "2"][which];
        let mut build = Build::program(4);
        build.source("f2.cc", text);
        build.of("//:f0").arg(["-DX=1", "-DX=2"][which]);
        let tree = "bazel-out/k8-fastbuild/bin/tree";
        let mut gen_tree = Action::new("Gen", "//:tree", &["in.txt"], tree);
        gen_tree.folder = vec!["a/b".to_owned(), "c".to_owned()];
        gen_tree.run.noise = text.to_owned();
        build.action(gen_tree);
        let mut use_tree = Action::new("Use", "//:use", &[tree], &object("used"));
        use_tree.tools = vec!["tools/use".to_owned()];
        build.action(use_tree);
        build.source("tools/use", text);
        let mut test = Action::new("TestRunner", "//:test", &["link"], &object("log"));
        (test.run.remote_cacheable, test.run.has_digest) = (false, false);
        let link = Content::Symlink(text.to_owned());
        build.sources.insert("link".to_owned(), link);
        build.action(test);
        if which == 1 {
            build.action(Action::compile("more", &[]));
            let input = "all.h".to_owned();
            build.of("//:use").inputs.push(input);
        }
        build
    };
    let [first, second] = [build(0), build(1)];
    let second = second.after(&first);
    [first, second]
}

/// All but where the logs are and what they are.
fn said(explanation: &Explanation) -> Value {
    let mut value = serde_json::to_value(explanation).unwrap();
    for side in ["a", "b"] {
        let side = value[side].as_object_mut().unwrap();
        side.remove("file");
        side.remove("format");
    }
    value
}

#[test]
fn all_formats_and_any_two_of_them_say_the_same() {
    let builds = builds();
    let expected = explain(&log(&builds[0], FORMATS[0]), &log(&builds[1], FORMATS[0]));
    assert!(expected.causes.len() > 5, "{:#?}", expected.causes);
    for of_a in FORMATS {
        for of_b in FORMATS {
            let found = explain(&log(&builds[0], of_a), &log(&builds[1], of_b));
            let [a, b] = [&found.a, &found.b].map(|side| format!("{:?}", side.format));
            assert_eq!((a, b), (format!("{of_a:?}"), format!("{of_b:?}")));
            let (expected, found) = (said(&expected), said(&found));
            assert_eq!(expected, found, "{of_a:?} against {of_b:?}");
        }
    }
}

#[test]
fn equal_builds_agree_in_all_formats() {
    let first = Build::program(5);
    let second = first.after(&first);
    for of_a in FORMATS {
        for of_b in FORMATS {
            let explanation = explain(&log(&first, of_a), &log(&second, of_b));
            assert!(explanation.is_parity(), "{of_a:?} against {of_b:?}");
            assert_eq!(explanation.causes.len(), 0, "{:#?}", explanation.causes);
            assert_eq!((explanation.matched, explanation.equal), (6, 6));
            assert_eq!((explanation.misses, explanation.b.hits), (0, 6));
        }
    }
}
