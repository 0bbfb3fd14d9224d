//! Platforms, NativeLink, Kubernetes and the other servers say the same properties, whatever
//! these are. Each format is read by a parser that is not ours; NativeLink's by those of its
//! own choice.

use std::collections::{BTreeMap, BTreeSet};

use lre::environment::PathPolicy;
use lre::input;
use lre::manifest::Manifest;
use lre::properties::{ExecProperties, Wanted};
use lre::render;
use lre::tree::FileTree;
use lre::worker::on_demand::Sources;
use lre::worker::servers::{self, Server};
use lre::worker::{check, kubernetes, nativelink};
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::Value;
use starlark::environment::{Globals, Module};
use starlark::eval::Evaluator;
use starlark::syntax::{AstModule, Dialect};

/// Text of one line that some format gives a meaning.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\\p{Cc}]{1,20}",
        "[\\\\\"'`$(){}%#:*&!|>~@ -]{1,12}",
        "(yes|No|on|null|~|1_000|0x1f|1e3|12:30:45|2001-01-01|=|<<|\\.inf|- a|a: b)",
        "\\$(\\$|\\{)?[A-Z]{0,4}(:-x\\})?",
        "[\u{85}\u{a0}\u{2028}\u{feff}\u{fffe}\u{1f980}é]{1,3}",
    ]
}

fn own() -> impl Strategy<Value = ExecProperties> {
    btree_map(line(), line(), 0..4)
}

fn reference() -> Manifest {
    input::load(&[], None, &PathPolicy::default()).unwrap()
}

/// Properties by worker, which here are the environments: each has an image.
type ByWorker = BTreeMap<String, ExecProperties>;

fn text(tree: &FileTree, path: &str) -> String {
    tree.get(path).unwrap().text.clone()
}

/// What each platform asks for, as a Starlark interpreter reads the generated files.
fn platforms(wanted: &Wanted) -> ByWorker {
    let manifest = reference();
    let tree = render::repository(&manifest, wanted).unwrap();
    let names = manifest.environments.keys().cloned();
    names
        .map(|name| {
            let build = text(&tree, &format!("generated-{name}/config/BUILD"));
            let (_, dict) = build.split_once("exec_properties = {\n").unwrap();
            let (dict, _) = dict.split_once("\n    },\n").unwrap();
            let source = format!("{{{dict}}}");
            let ast = AstModule::parse("x", source, &Dialect::Standard).unwrap();
            let json = Module::with_temp_heap(|module| {
                let mut evaluator = Evaluator::new(&module);
                let value = evaluator.eval_module(ast, &Globals::standard()).unwrap();
                anyhow::Ok(value.to_json().unwrap())
            });
            (name, serde_json::from_str(&json.unwrap()).unwrap())
        })
        .collect()
}

/// What the workers of a file of NativeLink's say, read with the crates that it reads with.
fn nativelink_workers(file: &str) -> ByWorker {
    let config: Value = serde_json5::from_str(file).unwrap();
    let workers = config["workers"].as_array().unwrap();
    workers
        .iter()
        .map(|worker| {
            let local = &worker["local"];
            let properties = local["platform_properties"].as_object().unwrap();
            let properties = properties.iter().map(|(name, value)| {
                let [value] = value["values"].as_array().unwrap().as_slice() else {
                    panic!("{name} has not one value");
                };
                (name.clone(), expanded(value.as_str().unwrap()))
            });
            let name = local["name"].as_str().unwrap().to_owned();
            (name, properties.collect())
        })
        .collect()
}

/// As NativeLink expands it where every variable is set.
fn expanded(text: &str) -> String {
    let set = |_: &str| Some("a variable");
    shellexpand::env_with_context_no_errors(text, set).into_owned()
}

/// The names that the scheduler of a file of NativeLink's matches exactly; it has no others.
fn scheduled(file: &str) -> BTreeSet<String> {
    let config: Value = serde_json5::from_str(file).unwrap();
    let supported = &config["schedulers"][0]["simple"]["supported_platform_properties"];
    let supported = supported.as_object().unwrap();
    assert!(supported.values().all(|kind| kind == "exact"));
    supported.keys().cloned().collect()
}

fn list(properties: &Value) -> ExecProperties {
    let properties: Vec<_> = properties.as_array().unwrap().iter().collect();
    let of = |property: &Value, key: &str| property[key].as_str().unwrap().to_owned();
    let names: Vec<_> = properties.iter().map(|p| of(p, "name")).collect();
    assert!(names.is_sorted(), "{names:?}");
    properties
        .iter()
        .map(|p| (of(p, "name"), of(p, "value")))
        .collect()
}

fn buildbarn(wanted: &Wanted) -> ByWorker {
    let tree = servers::tree(Server::Buildbarn, &reference(), wanted).unwrap();
    let file: BTreeMap<String, Value> =
        serde_json5::from_str(&text(&tree, "platforms.libsonnet")).unwrap();
    file.into_iter()
        .map(|(name, platform)| (name, list(&platform["properties"])))
        .collect()
}

/// What Buildfarm's queues and its workers say, which has to be the same.
fn buildfarm(wanted: &Wanted) -> ByWorker {
    let tree = servers::tree(Server::Buildfarm, &reference(), wanted).unwrap();
    let yaml = |path: &str| -> Value { serde_yaml_ng::from_str(&text(&tree, path)).unwrap() };
    let queues = yaml("backplane.yml");
    let queues: ByWorker = (queues["queues"].as_array().unwrap().iter())
        .map(|queue| {
            let name = queue["name"].as_str().unwrap().to_owned();
            (name, list(&queue["properties"]))
        })
        .collect();
    for (name, properties) in &queues {
        let worker = yaml(&format!("worker-{name}.yml"));
        assert_eq!(
            &list(&worker["dequeueMatchSettings"]["properties"]),
            properties
        );
    }
    queues
}

/// The images that BuildBuddy is told, and the pool.
fn buildbuddy(wanted: &Wanted) -> (Vec<String>, Option<String>) {
    let tree = servers::tree(Server::Buildbuddy, &reference(), wanted).unwrap();
    let file: Value = serde_yaml_ng::from_str(&text(&tree, "executor.yml")).unwrap();
    let executor = &file["config"]["executor"];
    let images = std::iter::once(&executor["default_image"])
        .chain(executor["warmup_additional_images"].as_array().unwrap())
        .map(|image| image.as_str().unwrap().to_owned());
    let pool = file["poolName"].as_str().map(str::to_owned);
    (images.collect(), pool)
}

fn sources() -> Sources {
    Sources {
        substituters: vec!["https://cache.example".to_owned()],
        trusted_keys: vec!["cache-1:AAAA".to_owned()],
        launch_options: Vec::new(),
    }
}

fn one_process(wanted: &Wanted) -> FileTree {
    let options = nativelink::Options {
        single_process: true,
        ..nativelink::Options::default()
    };
    nativelink::tree(&reference(), wanted, &options).unwrap()
}

fn processes(wanted: &Wanted) -> FileTree {
    nativelink::tree(&reference(), wanted, &nativelink::Options::default()).unwrap()
}

fn cluster(wanted: &Wanted) -> FileTree {
    let options = kubernetes::Options {
        replicas: 1,
        registry: None,
        entrypoint: None,
        worker_image: Some("worker:1"),
        sources: sources(),
    };
    kubernetes::tree(&reference(), wanted, &options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_say_what_the_platforms_ask_for(own in own()) {
        prop_assume!(!own.iter().any(|(name, value)| name == "*" || value == "*"));
        let own = Wanted::of(own);
        let platforms = platforms(&own);
        let names: BTreeSet<_> = platforms.values().flat_map(|p| p.keys().cloned()).collect();

        let one = text(&one_process(&own), "nativelink.json5");
        prop_assert_eq!(&nativelink_workers(&one), &platforms);
        prop_assert_eq!(&scheduled(&one), &names);
        for (tree, folder) in [(processes(&own), ""), (cluster(&own), "base/")] {
            let server = text(&tree, &format!("{folder}nativelink.json5"));
            prop_assert_eq!(&scheduled(&server), &names);
            let workers: ByWorker = platforms.keys().flat_map(|name| {
                nativelink_workers(&text(&tree, &format!("{folder}worker-{name}.json5")))
            }).collect();
            prop_assert_eq!(&workers, &platforms);
        }
        prop_assert_eq!(&buildbarn(&own), &platforms);
        prop_assert_eq!(&buildfarm(&own), &platforms);
        let (images, _) = buildbuddy(&own);
        let images: Vec<_> = images.iter().map(|image| format!("docker://{image}")).collect();
        let asked: Vec<_> = platforms.values().map(|p| p["container-image"].clone()).collect();
        prop_assert_eq!(images, asked);
    }

    #[test]
    fn one_pool_has_what_every_platform_asks_for_on_demand(own in own()) {
        prop_assume!(!own.iter().any(|(name, value)| name == "*" || value == "*"));
        let wanted = Wanted { own, on_demand: true };
        let platforms = platforms(&wanted);
        let first = platforms.values().next().unwrap();
        prop_assert!(platforms.values().all(|asked| asked == first));
        let expected = ByWorker::from([("x86-64".to_owned(), first.clone())]);
        let options = nativelink::Options { sources: sources(), ..nativelink::Options::default() };
        let split = nativelink::tree(&reference(), &wanted, &options).unwrap();
        for (tree, folder) in [(split, ""), (cluster(&wanted), "base/")] {
            let server = text(&tree, &format!("{folder}nativelink.json5"));
            prop_assert_eq!(&scheduled(&server), &first.keys().cloned().collect());
            let worker = text(&tree, &format!("{folder}worker-x86-64.json5"));
            prop_assert_eq!(&nativelink_workers(&worker), &expected);
        }
        prop_assert_eq!(&buildbarn(&wanted), &expected);
        prop_assert_eq!(&buildfarm(&wanted), &expected);
    }

    #[test]
    fn buildbuddy_is_told_the_pool(pool in line()) {
        let wanted = Wanted::of([("Pool".to_owned(), pool.clone())].into());
        prop_assert_eq!(buildbuddy(&wanted).1, Some(pool));
    }

    #[test]
    fn one_changed_character_of_a_property_is_named_in_every_file(
        name in line(), value in line(), other in proptest::char::any(),
    ) {
        prop_assume!(value != "*" && name != "*");
        let with = |value: String| Wanted::of([(name.clone(), value)].into());
        let mut changed: Vec<char> = value.chars().collect();
        prop_assume!(changed[0] != other && other != '*');
        changed[0] = other;
        let (right, wrong) = (with(value.clone()), with(changed.into_iter().collect()));
        let farm = |wanted: &_| servers::tree(Server::Buildfarm, &reference(), wanted).unwrap();
        let barn = |wanted: &_| servers::tree(Server::Buildbarn, &reference(), wanted).unwrap();
        let of: [&dyn Fn(&Wanted) -> FileTree; 5] =
            [&one_process, &processes, &cluster, &farm, &barn];
        for tree in of {
            let (right, wrong) = (tree(&right), tree(&wrong));
            for (path, expected) in right.iter() {
                let there = &wrong.get(path).unwrap().text;
                let differences = check::values(there, &expected.text);
                prop_assert_eq!(there == &expected.text, differences.is_empty(), "{}", path);
                for difference in differences {
                    prop_assert_eq!(&difference.name, &name);
                    prop_assert!(difference.there.is_some() && difference.expected.is_some());
                    prop_assert_ne!(difference.there, difference.expected);
                }
            }
        }
    }
}

#[test]
fn variables_have_defaults_that_nativelink_understands() {
    let unset = |_: &str| -> Option<&str> { None };
    let text = shellexpand::env_with_context_no_errors("${LRE_HEALTH:-127.0.0.1:0}", unset);
    assert_eq!(text, "127.0.0.1:0");
    let tree = processes(&Wanted::default());
    for (_, file) in tree.iter() {
        let text = shellexpand::env_with_context_no_errors(&file.text, unset);
        assert!(!text.contains('$'), "{text}");
    }
}
