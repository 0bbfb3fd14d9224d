//! One cause has everything that it reaches: nothing is a cause that only follows, and every follower
//! says through which file of which spawn it is reached.

use lre::parity::{Explanation, Kind, Options};

use crate::build::{Action, Build, Content, object};
use crate::logs::{Format, Place, compare, log};

#[test]
fn one_changed_header_is_one_cause_with_400_followers() {
    // Given 200 files that include a header which is generated out of another file, and are archived one by one.
    let build = |text: &str| {
        let mut build = Build::default();
        build.source("version.txt", text);
        let header = "bazel-out/k8-fastbuild/bin/version.h";
        build.action(Action::new(
            "Genrule",
            "//:version",
            &["version.txt"],
            header,
        ));
        for number in 0..200 {
            let name = format!("f{number}");
            build.action(Action::compile(&name, &[header]));
            let archive = format!("bazel-out/k8-fastbuild/bin/{name}.a");
            let objects = [&object(&name)[..]];
            build.action(Action::new(
                "CppArchive",
                &format!("//:{name}.a"),
                &objects,
                &archive,
            ));
        }
        build
    };
    // When that file has changed.
    let explanation = compare(&build("1"), &build("2"));
    // Then it alone is the cause, seen first where it is read.
    assert_eq!(explanation.causes.len(), 1, "{:#?}", explanation.causes);
    let cause = &explanation.causes[0];
    assert_eq!(
        (cause.kind, &cause.subject[..]),
        (Kind::SourceFile, "version.txt")
    );
    assert_eq!((cause.firsts, cause.followers), (1, 400));
    assert_eq!((explanation.misses, explanation.equal), (401, 0));
    assert!(!explanation.is_parity());
}

/// The follower of `label`: the label of the spawn through which it is reached, and the file.
#[track_caller]
fn through<'a>(explanation: &'a Explanation, label: &str) -> (&'a str, &'a str) {
    let [cause] = &explanation.causes[..] else {
        panic!("not one cause: {:#?}", explanation.causes);
    };
    let name = |number: u32| explanation.spawns[number as usize].label.as_str();
    let found = cause
        .follower
        .iter()
        .find(|follower| name(follower.spawn) == label);
    let found = found.unwrap_or_else(|| panic!("{label} does not follow: {cause:#?}"));
    let through = found.through.expect("somebody made what it reads");
    (name(through), &found.path)
}

#[test]
fn each_follower_says_through_what_it_is_reached() {
    let build = |text: &str| {
        let mut build = Build::program(3);
        build.source("f1.cc", text);
        let program = "bazel-out/k8-fastbuild/bin/program";
        let out = "bazel-out/k8-fastbuild/bin/out.txt";
        build.action(Action::new("Genrule", "//:out", &[program], out));
        let test = "bazel-out/k8-fastbuild/testlogs/t/test.log";
        build.action(Action::new("TestRunner", "//:t", &[out], test));
        build
    };
    let explanation = compare(&build("1"), &build("2"));
    assert_eq!(explanation.causes[0].firsts, 1);
    assert_eq!(explanation.causes[0].followers, 3);
    let out = "bazel-out/k8-fastbuild/bin/out.txt";
    let program = "bazel-out/k8-fastbuild/bin/program";
    assert_eq!(
        through(&explanation, "//:program"),
        ("//:f1", &object("f1")[..])
    );
    assert_eq!(through(&explanation, "//:out"), ("//:program", program));
    assert_eq!(through(&explanation, "//:t"), ("//:out", out));
}

#[test]
fn what_is_read_through_a_link_or_a_folder_follows_as_well() {
    let build = |text: &str| {
        let mut build = Build::default();
        build.source("in.txt", text);
        let tree = "bazel-out/k8-fastbuild/bin/tree";
        let mut gen_tree = Action::new("Gen", "//:tree", &["in.txt"], tree);
        gen_tree.folder = vec!["a".to_owned()];
        build.action(gen_tree);
        build.action(Action::new(
            "Use",
            "//:use",
            &[tree],
            "bazel-out/k8-fastbuild/bin/used",
        ));
        let link = "bazel-out/k8-fastbuild/bin/link";
        let to = "bazel-out/k8-fastbuild/bin/used".to_owned();
        build.links.insert(link.to_owned(), to);
        build.action(Action::new(
            "Last",
            "//:last",
            &[link],
            "bazel-out/k8-fastbuild/bin/last",
        ));
        build
    };
    let explanation = compare(&build("1"), &build("2"));
    let tree = "bazel-out/k8-fastbuild/bin/tree";
    assert_eq!(through(&explanation, "//:use"), ("//:tree", tree));
    assert_eq!(through(&explanation, "//:last").0, "//:use");
}

#[test]
fn a_spawn_with_two_causes_counts_for_both() {
    let build = |one: &str, two: &str| {
        let mut build = Build::program(2);
        build.source("f0.cc", one);
        build.source("f1.cc", two);
        build
    };
    let explanation = compare(&build("1", "1"), &build("2", "2"));
    let counts = explanation
        .causes
        .iter()
        .map(|cause| (cause.firsts, cause.followers));
    assert_eq!(counts.collect::<Vec<_>>(), [(1, 1), (1, 1)]);
    assert_eq!(explanation.misses, 3);
}

#[test]
fn only_so_many_are_named_but_all_are_counted() {
    let (first, mut second) = (Build::program(50), Build::program(50));
    second.source("all.h", "int g();");
    let options = Options {
        named: 3,
        ..Options::default()
    };
    let second = second.after(&first);
    let logs = [&first, &second].map(|build| log(build, Format::Compact));
    let explanation = Place::new().explain(&logs[0], &logs[1], &options).unwrap();
    let cause = &explanation.causes[0];
    assert_eq!((cause.firsts, cause.first.len()), (50, 3));
    assert_eq!(cause.followers, 1);
}

#[test]
fn what_was_not_built_anew_is_no_cause() {
    // A file that differs and that nobody reads any more says nothing of parity.
    let (mut first, mut second) = (Build::program(1), Build::program(1));
    for (build, text) in [(&mut first, "1"), (&mut second, "2")] {
        let content = Content::File(text.to_owned());
        build.sources.insert("unused".to_owned(), content);
    }
    let explanation = compare(&first, &second);
    assert!(explanation.is_parity() && explanation.causes.is_empty());
}
