//! What workers and their servers are told, for the reference environment: every output as a
//! whole, and the manifests of which none can be made.

use camino::Utf8Path;
use lre::environment::PathPolicy;
use lre::input;
use lre::manifest::Manifest;
use lre::properties::Wanted;
use lre::tree::FileTree;
use lre::worker::on_demand::Sources;
use lre::worker::servers::{self, Server};
use lre::worker::{kubernetes, nativelink};
use serde_json::{Value, json};

fn reference() -> Manifest {
    input::load(&[], None, &PathPolicy::default()).unwrap()
}

/// The reference with something changed in its document.
fn changed(change: impl Fn(&mut Value)) -> Manifest {
    let mut document = serde_json::to_value(reference()).unwrap();
    change(&mut document["environments"]);
    Manifest::read(document, "m.json", &PathPolicy::default()).unwrap()
}

fn own() -> Wanted {
    Wanted::of([("Pool".to_owned(), "it's \"$5\"".to_owned())].into())
}

fn on_kubernetes() -> kubernetes::Options<'static> {
    kubernetes::Options {
        replicas: 2,
        registry: Some("registry.example:5000"),
        entrypoint: Some(Utf8Path::new("/opt/launch")),
        worker_image: None,
        sources: Sources::default(),
    }
}

fn on_demand() -> Wanted {
    Wanted {
        on_demand: true,
        ..own()
    }
}

fn sources() -> Sources {
    Sources {
        substituters: vec!["https://cache.example".to_owned()],
        trusted_keys: vec!["cache-1:AAAA".to_owned()],
        launch_options: vec!["--only".to_owned(), "/etc/lre/it's".to_owned()],
    }
}

/// All files one below the other. The digest is that of the manifest, whatever it says.
fn shown(tree: &FileTree) -> String {
    let digest = reference().digest();
    let files = tree.iter();
    files
        .map(|(path, file)| format!("==> {path}\n{}", file.text.replace(&digest, "DIGEST")))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn nativelink_in_processes_of_their_own() {
    let options = nativelink::Options {
        single_process: false,
        entrypoint: Some(Utf8Path::new("/opt/launch$er")),
        ..nativelink::Options::default()
    };
    let tree = nativelink::tree(&reference(), &own(), &options).unwrap();
    insta::assert_snapshot!(shown(&tree));
}

#[test]
fn nativelink_in_one_process() {
    let options = nativelink::Options {
        single_process: true,
        ..nativelink::Options::default()
    };
    let tree = nativelink::tree(&reference(), &own(), &options).unwrap();
    insta::assert_snapshot!(shown(&tree));
}

#[test]
fn workers_that_fetch_on_demand_are_told_from_where_and_nothing_of_a_manifest() {
    let nativelink = nativelink::Options {
        sources: sources(),
        ..nativelink::Options::default()
    };
    let kubernetes = kubernetes::Options {
        worker_image: Some("registry.example/worker:1"),
        entrypoint: None,
        sources: sources(),
        ..on_kubernetes()
    };
    let of = |manifest: &Manifest| {
        let split = nativelink::tree(manifest, &on_demand(), &nativelink).unwrap();
        let cluster = kubernetes::tree(manifest, &on_demand(), &kubernetes).unwrap();
        (split, cluster)
    };
    let (split, cluster) = of(&reference());
    insta::assert_snapshot!("on_demand_nativelink", shown(&split));
    let manifest = cluster.get("overlays/example/manifest.json").unwrap();
    assert_eq!(manifest.text, reference().to_json());
    // The overlay alone knows of it: another manifest leaves the base as it was.
    let other = changed(|environments| {
        let name = environments["cc"].take();
        environments.as_object_mut().unwrap().remove("cc");
        environments["other"] = name;
    });
    let (other_split, other_cluster) = of(&other);
    let base = |tree: &FileTree| {
        let files = tree.iter().filter(|(path, _)| path.starts_with("base"));
        files
            .map(|(path, file)| (path.to_string(), file.text.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&split), shown(&other_split));
    assert_eq!(base(&cluster), base(&other_cluster));
    let worker = cluster.get("base/worker-x86-64.yaml").unwrap();
    insta::assert_snapshot!("on_demand_kubernetes", worker.text);
}

#[test]
fn buildbarn_buildfarm_and_buildbuddy() {
    for server in [Server::Buildbarn, Server::Buildfarm, Server::Buildbuddy] {
        let tree = servers::tree(server, &reference(), &own()).unwrap();
        insta::assert_snapshot!(format!("{server:?}"), shown(&tree));
    }
}

#[test]
fn kubernetes_base_and_overlay() {
    let tree = kubernetes::tree(&reference(), &own(), &on_kubernetes()).unwrap();
    insta::assert_snapshot!(shown(&tree));
}

#[test]
fn a_registry_is_where_an_image_is_kept_and_not_what_a_property_says() {
    let manifest = changed(|environments| {
        environments["cc"]["image"] = json!({"name": "lre-cc", "tag": "1"});
        environments["java"]["image"] = json!({"name": "other.example/lre-java", "tag": "2"});
    });
    let tree = kubernetes::tree(&manifest, &own(), &on_kubernetes()).unwrap();
    let text = |path: &str| tree.get(path).unwrap().text.as_str();
    let image = text("base/worker-cc.yaml");
    assert!(
        image.contains("image: \"registry.example:5000/lre-cc:1\""),
        "{image}"
    );
    let elsewhere = text("base/worker-java.yaml");
    assert!(
        elsewhere.contains("image: \"other.example/lre-java:2\""),
        "{elsewhere}"
    );
    let config = text("base/worker-cc.json5");
    assert!(config.contains("\"docker://lre-cc:1\""), "{config}");
}

#[test]
fn environments_of_one_image_have_one_worker() {
    let manifest = changed(|environments| {
        environments["java"]["image"] = environments["cc"]["image"].clone();
    });
    let options = nativelink::Options::default();
    let tree = nativelink::tree(&manifest, &own(), &options).unwrap();
    let files: Vec<_> = tree.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(files, ["nativelink.json5", "worker-cc.json5"]);
}

#[test]
fn what_no_worker_can_be_made_of_is_refused_with_what_to_do() {
    let remove = |names: &'static [&'static str]| {
        changed(|environments| {
            for name in names {
                environments[name].as_object_mut().unwrap().remove("image");
            }
        })
    };
    let property =
        |name: &str, value: &str| Wanted::of([(name.to_owned(), value.to_owned())].into());
    let one_image = property("container-image", "docker://mine");
    let none = Wanted::default();
    let long = changed(|environments| {
        let cc = environments["cc"].take();
        environments.as_object_mut().unwrap().remove("cc");
        environments["c".repeat(46)] = cc;
    });
    let split = nativelink::Options::default();
    let cluster = on_kubernetes();
    let errors = [
        nativelink::tree(&remove(&["java"]), &none, &split),
        nativelink::tree(&reference(), &one_image, &split),
        kubernetes::tree(&remove(&["cc", "java"]), &none, &cluster),
        kubernetes::tree(&long, &none, &cluster),
        servers::tree(Server::Buildfarm, &reference(), &property("Pool", "*")),
        servers::tree(Server::Buildbuddy, &remove(&["cc", "java"]), &none),
        servers::tree(Server::Buildbuddy, &reference(), &on_demand()),
        nativelink::tree(&reference(), &on_demand(), &split),
        kubernetes::tree(
            &reference(),
            &on_demand(),
            &kubernetes::Options {
                sources: sources(),
                ..on_kubernetes()
            },
        ),
    ];
    let errors = errors.map(|tree| format!("{:#}", tree.unwrap_err()));
    insta::assert_snapshot!(errors.join("\n"));
}
