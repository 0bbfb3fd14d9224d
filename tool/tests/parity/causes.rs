//! Every kind of first cause, each by a pair of builds that shows it and nothing else.

use std::collections::BTreeSet;

use lre::parity::{Cause, Kind};

use crate::build::{Action, Build, Content, HIT, object};
use crate::logs::{Format, compare, explain, log};

/// A build in which every kind of difference can be made.
fn before() -> Build {
    let mut build = Build::default();
    build.source("all.h", "1");
    build.action(Action::compile("one", &["all.h"]));
    build.action(Action::compile("two", &["all.h"]));
    let program = "bazel-out/k8-fastbuild/bin/program";
    let objects = [&object("one")[..], &object("two")];
    build.action(Action::new("CppLink", "//:program", &objects, program));
    let log = "bazel-out/k8-fastbuild/testlogs/test/test.log";
    build.action(Action::new("TestRunner", "//:test", &[program], log));
    build
}

/// Given a build and the same with a change, when they are compared, then there is one cause, and it
/// is of `kind` and names `subject`.
#[track_caller]
fn shows(kind: Kind, subject: &str, change: impl Fn(&mut Build)) -> Cause {
    let first = before();
    let mut second = before();
    change(&mut second);
    one_cause(kind, subject, &first, &second)
}

#[track_caller]
fn one_cause(kind: Kind, subject: &str, first: &Build, second: &Build) -> Cause {
    let explanation = compare(first, second);
    let [cause] = &explanation.causes[..] else {
        panic!("not one cause: {:#?}", explanation.causes);
    };
    assert_eq!(cause.kind, kind, "{cause:#?}");
    assert!(cause.subject.contains(subject), "{cause:#?}");
    cause.clone()
}

/// A change of [`before`] that shows a kind, with what its subject names.
type Case = (Kind, &'static str, fn(&mut Build));

const CASES: &[Case] = &[
    (Kind::Variable, "PATH: /bin in A, /usr/bin in B", |build| {
        build.of("//:one").set("PATH", "/usr/bin");
    }),
    (Kind::TestEnv, "USER", |build| {
        build.of("//:test").set("USER", "ada")
    }),
    (Kind::Compiler, "clang: version 21 in A, 22 in B", |build| {
        build.of("//:one").args[0] = b"/nix/store/bbb-clang-22/bin/cc".to_vec();
    }),
    (Kind::Flag, "-DX=1", |build| build.of("//:one").arg("-DX=1")),
    (Kind::AbsolutePath, "/home/ada/include", |build| {
        build.of("//:one").arg("-I/home/ada/include");
    }),
    (Kind::Property, "lre: 1 in A, 2 in B", |build| {
        build.of("//:one").properties[0].1 = "2".to_owned();
    }),
    (Kind::Timeout, "none in A, 60 s in B", |build| {
        build.of("//:test").timeout = 60_000
    }),
    (Kind::Outputs, "1 outputs in A, 2 in B", |build| {
        build.of("//:one").outputs.push(object("one.dwo"));
    }),
    (Kind::SourceFile, "all.h", |build| {
        build.source("all.h", "2")
    }),
    (Kind::Input, "more.h in B alone", |build| {
        build.source("more.h", "1");
        build.of("//:one").inputs.push("more.h".to_owned());
    }),
    (Kind::NotReproducible, "CppCompile of //:one", |build| {
        build.of("//:one").run.noise = "12:34".to_owned();
    }),
    (Kind::Unknown, "action digest", |build| {
        build.of("//:one").run.salt = "1".to_owned()
    }),
    (Kind::OnlyB, "not in A", |build| {
        build.action(Action::compile("three", &["all.h"]));
    }),
    (Kind::OnlyA, "not in B", |build| {
        build.actions.pop();
    }),
];

#[test]
fn each_change_is_one_cause_of_its_kind() {
    for (kind, subject, change) in CASES {
        let cause = shows(*kind, subject, change);
        assert!(cause.breaks_parity, "{cause:#?}");
    }
}

#[test]
fn a_cause_in_the_first_spawn_reaches_all_that_follow() {
    // The link and the test read, in the end, what the first spawn made; the other compilation does not.
    let cause = shows(Kind::Flag, "-DX=1", |build| build.of("//:one").arg("-DX=1"));
    assert_eq!((cause.firsts, cause.followers), (1, 2), "{cause:#?}");
    let cause = shows(Kind::SourceFile, "all.h", |build| {
        build.source("all.h", "2")
    });
    assert_eq!((cause.firsts, cause.followers), (2, 2), "{cause:#?}");
}

#[test]
fn another_store_path_is_one_cause_wherever_it_is_named() {
    let first = with_all(|action| action.arg("-L/nix/store/aaa-zlib-1.3/lib"));
    let second = with_all(|action| {
        action.arg("-L/nix/store/bbb-zlib-1.3/lib");
    });
    let cause = one_cause(Kind::StorePath, "zlib-1.3", &first, &second);
    assert_eq!(cause.firsts, 4);
}

/// A build with a change in each action.
fn with_all(change: impl Fn(&mut Action)) -> Build {
    let mut build = before();
    build.actions.iter_mut().for_each(change);
    build
}

#[test]
fn a_flag_that_all_have_is_one_cause() {
    let second = with_all(|action| action.arg("-DX=1"));
    let cause = one_cause(Kind::Flag, "-DX=1", &before(), &second);
    assert_eq!(cause.firsts, 4);
}

#[test]
fn files_that_nobody_made_are_told_apart_by_where_they_are() {
    let cases = [
        (Kind::ExternalFile, "external/zlib~/zlib.h", false),
        (Kind::ToolchainInput, "external/zlib~/gen", true),
        (
            Kind::ToolchainInput,
            "external/lre~~lre~local-remote-execution/cc.sh",
            false,
        ),
        (Kind::ToolchainInput, "tools/gen", true),
        (Kind::Stamp, "bazel-out/stable-status.txt", false),
        (
            Kind::ParamsFile,
            "bazel-out/k8-fastbuild/bin/one.params",
            false,
        ),
        (
            Kind::WrittenFile,
            "bazel-out/k8-fastbuild/bin/config.h",
            false,
        ),
    ];
    for (kind, path, is_tool) in cases {
        let with = |text: &str| {
            let mut build = before();
            build.source(path, text);
            let one = build.of("//:one");
            let read = if is_tool {
                &mut one.tools
            } else {
                &mut one.inputs
            };
            read.push(path.to_owned());
            build
        };
        let cause = one_cause(kind, path, &with("1"), &with("2"));
        assert_eq!((cause.firsts, cause.followers), (1, 2), "{cause:#?}");
    }
}

#[test]
fn a_file_that_bazel_wrote_is_the_cause_also_where_a_spawn_makes_a_copy_of_it() {
    let written = "bazel-out/k8-fastbuild/bin/written";
    let with = |text: &str| {
        let mut build = Build::default();
        build.source(written, text);
        let copy = Action::new(
            "Copy",
            "//:copy",
            &[written],
            "bazel-out/k8-fastbuild/bin/copy",
        );
        build.action(copy).copies = true;
        build
    };
    let cause = one_cause(Kind::WrittenFile, written, &with("1"), &with("2"));
    assert_eq!((cause.firsts, cause.followers), (1, 0), "{cause:#?}");
}

#[test]
fn a_link_that_no_log_tells_of_leads_back_to_what_it_has_the_content_of() {
    // Given a library, and a link to it of which there is no entry, as Bazel makes them below _solib_k8.
    let with = |text: &str| {
        let (library, link) = (object("library"), object("_solib_k8/library"));
        let mut build = Build::default();
        build.source("library.cc", text);
        build
            .action(Action::new(
                "CppLink",
                "//:library",
                &["library.cc"],
                &library,
            ))
            .copies = true;
        build.source(&link, text);
        build.action(Action::new(
            "CppLink",
            "//:program",
            &[&link],
            &object("program"),
        ));
        build
    };
    let cause = one_cause(Kind::SourceFile, "library.cc", &with("1"), &with("2"));
    assert_eq!((cause.firsts, cause.followers), (1, 1), "{cause:#?}");
}

#[test]
fn a_path_of_one_output_base_is_one_of_one_machine() {
    let with = |hash: &str| with_all(|action| action.arg(&format!("/home/ada/.cache/{hash}/x")));
    let cause = one_cause(Kind::AbsolutePath, ".cache", &with("1"), &with("2"));
    assert_eq!(cause.firsts, 4);
}

#[test]
fn a_symlink_is_compared_by_its_target() {
    let with = |target: &str| {
        let mut build = before();
        let link = Content::Symlink(target.to_owned());
        build.sources.insert("link".to_owned(), link);
        build.of("//:one").inputs.push("link".to_owned());
        build
    };
    one_cause(Kind::Symlink, "-> b", &with("a"), &with("b"));
}

#[test]
fn a_folder_that_is_never_the_same_is_named_with_its_files() {
    let with = |noise: &str| {
        let mut build = before();
        let mut action = Action::new("Gen", "//:gen", &[], "bazel-out/k8-fastbuild/bin/tree");
        action.folder = vec!["a".to_owned(), "b".to_owned()];
        action.run.noise = noise.to_owned();
        build.actions.insert(0, action);
        let tree = "bazel-out/k8-fastbuild/bin/tree".to_owned();
        build.of("//:one").inputs.push(tree);
        build
    };
    let cause = one_cause(Kind::Tree, "Gen of //:gen", &with("1"), &with("2"));
    assert_eq!(cause.details.len(), 2, "{cause:#?}");
    assert_eq!((cause.firsts, cause.followers), (1, 3));
}

#[test]
fn another_configuration_is_one_cause_with_all_that_it_moves() {
    let mut second = before();
    for action in &mut second.actions {
        let moved = |path: &mut String| *path = path.replace("k8-fastbuild", "k8-opt");
        action.inputs.iter_mut().for_each(moved);
        action.outputs.iter_mut().for_each(moved);
        action.args[2] = action.outputs[0].clone().into();
    }
    let cause = one_cause(
        Kind::Configuration,
        "k8-fastbuild in A, k8-opt in B",
        &before(),
        &second,
    );
    assert_eq!(cause.firsts + cause.followers, 4, "{cause:#?}");
}

#[test]
fn what_differs_in_tools_alone_is_of_tools() {
    let with = |flag: &str| {
        let mut build = before();
        let tool = "bazel-out/k8-opt-exec-ST-1/bin/gen";
        let mut action = Action::new("CppLink", "//:gen", &["gen.cc"], tool);
        action.arg(flag);
        build.actions.insert(0, action);
        build.source("gen.cc", "1");
        build.of("//:one").tools.push(tool.to_owned());
        build
    };
    let cause = one_cause(Kind::Tool, "-O1 in A, -O2 in B", &with("-O1"), &with("-O2"));
    assert_eq!((cause.firsts, cause.followers), (1, 3));
}

#[test]
fn another_hash_function_is_the_only_cause() {
    let mut second = before();
    second.hash_function = "BLAKE3";
    let cause = one_cause(
        Kind::HashFunction,
        "SHA-256 in A, BLAKE3 in B",
        &before(),
        &second,
    );
    assert_eq!((cause.firsts, cause.followers), (4, 0));
}

#[test]
fn what_may_not_be_shared_is_good_to_know() {
    let with = || {
        let mut build = before();
        let run = &mut build.of("//:test").run;
        (run.remote_cacheable, run.has_digest) = (false, false);
        build
    };
    let cause = one_cause(
        Kind::Uncacheable,
        "may not be cached remotely",
        &with(),
        &with(),
    );
    assert!(!cause.breaks_parity, "{cause:#?}");
}

#[test]
fn equal_spawns_that_were_no_hits_are_told_apart_by_how_they_ran_before() {
    for (kind, runner, subject) in [
        (
            Kind::LocalStrategy,
            "linux-sandbox",
            "linux-sandbox in A, then remote in B",
        ),
        (Kind::CacheLost, "remote", "remote in A, then remote in B"),
        (
            Kind::CacheLost,
            HIT,
            "remote cache hit in A, then remote in B",
        ),
    ] {
        let mut first = before();
        first.of("//:one").run.runner = runner;
        let mut second = before().after(&first);
        let run = &mut second.of("//:one").run;
        (run.hit, run.runner) = (false, "remote");
        let logs = [&first, &second].map(|build| log(build, Format::Compact));
        let explanation = explain(&logs[0], &logs[1]);
        let [cause] = &explanation.causes[..] else {
            panic!("not one cause: {:#?}", explanation.causes);
        };
        assert_eq!((cause.kind, cause.firsts), (kind, 1), "{cause:#?}");
        assert_eq!(cause.subject, subject);
        assert_eq!(explanation.misses, 1);
    }
}

#[test]
fn what_failed_is_no_hit_and_that_is_the_cause() {
    let mut first = before();
    first.of("//:test").run.status = "NON_ZERO_EXIT";
    let mut second = first.after(&first);
    let run = &mut second.of("//:test").run;
    (run.hit, run.runner) = (false, "remote");
    let logs = [&first, &second].map(|build| log(build, Format::Compact));
    let explanation = explain(&logs[0], &logs[1]);
    let kinds: Vec<_> = explanation.causes.iter().map(|cause| cause.kind).collect();
    assert_eq!(kinds, [Kind::Failed]);
}

#[test]
fn a_flaky_test_that_was_run_again_is_no_cause() {
    // Given an attempt that failed and one that did not in the first build, and a hit in the second.
    let mut first = before();
    let passed = first.of("//:test").clone();
    first.of("//:test").run.status = "NON_ZERO_EXIT";
    let last = first.action(passed);
    last.run.status = "";
    let second = before().after(&first);
    let explanation = compare(&first, &second);
    assert!(explanation.causes.is_empty(), "{:#?}", explanation.causes);
    // And the other way round: what misses is said, and not that there is an attempt more.
    let explanation = compare(&before(), &first.after(&Build::default()));
    let kinds: Vec<_> = explanation.causes.iter().map(|cause| cause.kind).collect();
    assert!(!kinds.contains(&Kind::OnlyB), "{kinds:?}");
}

#[test]
fn the_xml_file_of_a_test_is_a_cause_of_its_own() {
    let with = |seconds: &str| {
        let mut build = before();
        let (log, xml) = (
            "testlogs/test.log",
            "bazel-out/k8-fastbuild/testlogs/test/test.xml",
        );
        build.source(log, seconds);
        let make = build.action(Action::new("TestRunner", "//:test", &[log], xml));
        make.args = [
            "external/bazel_tools/tools/test/generate-xml.sh",
            log,
            xml,
            seconds,
            "0",
        ]
        .map(|word| word.as_bytes().to_vec())
        .to_vec();
        build
    };
    let cause = one_cause(Kind::TestXml, "the time", &with("3"), &with("4"));
    assert_eq!((cause.firsts, cause.followers), (1, 0), "{cause:#?}");
}

#[test]
fn what_may_be_shared_in_one_build_alone_breaks_parity() {
    for in_a in [true, false] {
        let (mut first, mut second) = (before(), before());
        let unshared = if in_a { &mut second } else { &mut first };
        unshared.of("//:test").run.remote_cacheable = false;
        let mut second = second.after(&first);
        second.of("//:test").run.hit = false;
        let logs = [&first, &second].map(|build| log(build, Format::Compact));
        let explanation = explain(&logs[0], &logs[1]);
        assert!(!explanation.is_parity(), "{:#?}", explanation.causes);
        let subject = &explanation.causes[0].subject;
        assert!(subject.starts_with("may be shared: "), "{subject}");
    }
}

#[test]
fn an_argument_that_names_an_input_of_one_side_is_no_cause_beside_it() {
    let mut second = before();
    second.source("more.o", "1");
    second.of("//:program").inputs.push("more.o".to_owned());
    second.of("//:program").arg("more.o");
    one_cause(Kind::Input, "more.o in B alone", &before(), &second);
}

#[test]
fn arguments_are_paired_by_name_before_they_are_by_place() {
    let first = with_all(|action| ["-g1", "-DX=1"].iter().for_each(|word| action.arg(word)));
    let second = with_all(|action| ["-DX=2", "-g2"].iter().for_each(|word| action.arg(word)));
    let explanation = compare(&first, &second);
    let subjects: Vec<_> = explanation
        .causes
        .iter()
        .map(|cause| &cause.subject[..])
        .collect();
    assert_eq!(
        subjects,
        [
            "argument: -DX=1 in A, -DX=2 in B",
            "argument: -g1 in A, -g2 in B"
        ]
    );
}

#[test]
fn every_kind_is_shown_by_a_test() {
    let of_table = CASES.iter().map(|(kind, ..)| *kind);
    // Those of the tests of their own above.
    let others = [
        Kind::StorePath,
        Kind::ExternalFile,
        Kind::ToolchainInput,
        Kind::Stamp,
        Kind::ParamsFile,
        Kind::WrittenFile,
        Kind::Symlink,
        Kind::Tree,
        Kind::Configuration,
        Kind::Tool,
        Kind::HashFunction,
        Kind::Uncacheable,
        Kind::LocalStrategy,
        Kind::CacheLost,
        Kind::Failed,
        Kind::TestXml,
    ];
    let shown: BTreeSet<_> = of_table.chain(others).collect();
    let all: BTreeSet<_> = Kind::ALL.iter().copied().collect();
    assert_eq!(shown, all);
}
