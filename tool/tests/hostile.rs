//! Input that means harm, or is merely odd: it comes through as a plain value or is
//! refused, and never becomes Starlark, an rc line, or a crash. Places that mean harm are
//! tried end to end.

use lre::environment::{PathPolicy, json, parse};
use lre::manifest::Manifest;
use lre::properties::{ExecProperties, Wanted};
use lre::render::{self, Bazelrc};
use lre::starlark::{BuildFile, rules};
use lre::{input, validate};
use proptest::prelude::*;
use serde_json::json;
use starlark::environment::{Globals, Module};
use starlark::eval::Evaluator;
use starlark::syntax::{AstModule, Dialect};

/// Text of one line: what an OCI image can carry in a variable.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\\p{Cc}]{0,40}",
        "[\\\\\"'`$(){}%#\\[\\] \\t]{0,12}".prop_map(|s| s.replace('\t', "")),
        Just("\"]) + fail(\"x".to_owned()),
        Just("{}${HOME} $(touch /tmp/owned) `id` %{name} %workspace%".to_owned()),
    ]
}

fn reference() -> Manifest {
    input::load(&[], None, &PathPolicy::default()).unwrap()
}

/// The value of the expression `text`, as the starlark crate reads it.
fn starlark_string(text: &str) -> String {
    let ast = AstModule::parse("x", text.to_owned(), &Dialect::Standard).unwrap();
    Module::with_temp_heap(|module| {
        let mut evaluator = Evaluator::new(&module);
        let value = evaluator.eval_module(ast, &Globals::standard()).unwrap();
        anyhow::Ok(value.unpack_str().unwrap().to_owned())
    })
    .unwrap()
}

/// The words of an rc line as Bazel splits it: `GetNextToken` of its
/// `src/main/cpp/util/strings.cc`, written anew.
fn bazel_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut started) = (Vec::new(), String::new(), false);
    let (mut quote, mut chars) = (None, line.chars());
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\\') => {
                word.extend(chars.next());
                started = true;
            }
            (Some(q), _) if q == c => quote = None,
            (Some(_), _) => word.push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                started = true;
            }
            (None, '#') => break,
            (None, _) if c.is_ascii_whitespace() => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
            }
            (None, _) => {
                word.push(c);
                started = true;
            }
        }
    }
    if started {
        words.push(word);
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_the_same_string_after_printing(value in line()) {
        let mut file = BuildFile::default();
        file.add(&rules::ConstraintSetting {
            name: &value,
            default_constraint_value: None,
        }).unwrap();
        let text = file.print("").unwrap();
        let literal = text.split_once("name = ").unwrap().1.strip_suffix(",\n)\n").unwrap();
        prop_assert_eq!(starlark_string(literal), value);
    }

    #[test]
    fn any_execution_property_leaves_the_repository_valid(name in line(), value in line()) {
        let extra = ExecProperties::from([(name, value)]);
        let tree = render::repository(&reference(), &Wanted::of(extra)).unwrap();
        validate::validate(&tree).unwrap();
    }

    #[test]
    fn any_path_is_one_word_of_one_rc_line(path in line()) {
        let flag = format!("--repo_env=LRE_ENV=/{path}");
        let options = Bazelrc {
            files: vec![format!("/{path}").into()],
            ..Bazelrc::default()
        };
        let rc = render::bazelrc(&reference(), &options);
        let lines: Vec<_> = rc.lines().map(bazel_words).filter(|w| w.contains(&flag)).collect();
        prop_assert_eq!(lines, vec![vec!["common".to_owned(), flag]]);
    }

    #[test]
    fn any_variable_is_kept_as_it_is_or_refused(key in "[^\\p{Cc}]{0,8}", value in ".{0,30}") {
        let document = json!([format!("{key}={value}")]);
        if let Ok(environments) = parse(&document, "env.json", &PathPolicy::default()) {
            let kept: Vec<_> = environments["cc"].env.iter().collect();
            // A key with an '=' is the beginning of the value, for every shell too.
            let (key, rest) = key.split_once('=').unwrap_or((&key, ""));
            prop_assert_eq!(kept[0].0, key);
            prop_assert!(kept[0].1.ends_with(&value) && kept[0].1.starts_with(rest));
        }
    }

    #[test]
    fn a_variable_is_shown_in_a_comment_and_nowhere_else(value in line()) {
        let mut manifest = serde_json::to_value(reference()).unwrap();
        manifest["environments"]["cc"]["env"]["NOTE"] = json!(value);
        let manifest = Manifest::read(manifest, "m", &PathPolicy::default()).unwrap();
        let options = Bazelrc { files: vec!["/e".into()], ..Bazelrc::default() };
        let with = render::bazelrc(&manifest, &options);
        let without = render::bazelrc(&reference(), &options);
        // Bazel joins a line that ends in a backslash with the next one.
        prop_assert!(!with.contains("\\\n"), "{}", with);
        let flags = |rc: &str| -> Vec<String> {
            // The digest is another, as it should be.
            let flag = |l: &&str| !l.starts_with('#') && !l.contains("LRE_DIGEST");
            rc.lines().filter(flag).map(str::to_owned).collect()
        };
        prop_assert_eq!(flags(&with), flags(&without));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}") {
        if let Ok(document) = json::read(&text, "x") {
            parse(&document, "x", &PathPolicy::default()).ok();
        }
    }
}

#[test]
fn a_flag_of_the_environment_cannot_name_a_variable_of_the_build() {
    let mut manifest = serde_json::to_value(reference()).unwrap();
    manifest["environments"]["cc"]["cc"]["flags"]["cxx_flags"] = json!(["-DA=%{output_file}"]);
    let manifest = Manifest::read(manifest, "m", &PathPolicy::default()).unwrap();
    let tree = render::repository(&manifest, &Wanted::default()).unwrap();
    let build = &tree.get("generated-cc/cc/BUILD").unwrap().text;
    assert!(build.contains("\"-DA=%%{output_file}\""), "{build}");
}

#[test]
fn broken_documents_are_refused_with_their_place() {
    let read = |text: &str| {
        json::read(text, "env.json")
            .map(|_| ())
            .map_err(|e| format!("{e:#}"))
    };
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let twice = r#"{"version": 1, "environments": {"cc": {"env": []}, "cc": {"env": []}}}"#;
    let errors = [
        read("").unwrap_err(),
        read("{\"version\": 1,").unwrap_err(),
        read("[\"CC=/nix/store/1/bin/cc\"] trailing").unwrap_err(),
        read(&deep).unwrap_err(),
        read(twice).unwrap_err(),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn broken_manifests_are_refused_with_their_place() {
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut manifest = serde_json::to_value(reference()).unwrap();
        change(&mut manifest);
        let read = Manifest::read(manifest, "m.json", &PathPolicy::default());
        format!("{:#}", read.unwrap_err())
    };
    let errors = [
        broken(&|m| m["manifest_version"] = json!(99)),
        broken(&|m| m["manifest_version"] = json!("1")),
        broken(&|m| m["environments"]["cc"]["cc"]["kind"] = json!("icc")),
        broken(&|m| m["environments"]["cc"]["system"] = json!("x86_64-windows")),
        broken(&|m| m["environments"]["cc"]["cc"]["driver"] = json!("/usr/bin/cc")),
        broken(&|m| m["environments"]["cc"]["cc"]["tools"]["ar"] = json!("/nix/store/1/a b/ar")),
        broken(&|m| m["environments"]["cc"]["shell"] = json!("bash")),
        broken(&|m| m["environments"]["cc"]["env"]["X"] = json!("a\nb")),
        broken(&|m| m["environments"]["../../etc"] = m["environments"]["cc"].clone()),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}
