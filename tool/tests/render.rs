//! What is rendered from a manifest: the checked-in reference is current, and the
//! three forms of `.bazelrc.lre`.

use camino::Utf8Path;
use lre::environment::PathPolicy;
use lre::manifest::Manifest;
use lre::properties::{ExecProperties, Wanted};
use lre::render::{self, Bazelrc};
use lre::{input, validate};
use serde_json::json;

fn reference() -> Manifest {
    input::load(&[], None, &PathPolicy::default()).unwrap()
}

#[test]
fn the_checked_in_reference_output_is_current() {
    let tree = render::repository(&reference(), &Wanted::default()).unwrap();
    let top = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let rendered = tree
        .iter()
        .filter(|(path, _)| path.starts_with("generated-cc") || path.starts_with("generated-java"));
    for (path, file) in rendered {
        let there = std::fs::read_to_string(top.join(path)).unwrap_or_default();
        assert_eq!(
            there, file.text,
            "{path} is stale: run `cargo xtask reference`"
        );
    }
}

#[test]
fn the_reference_output_finds_the_constraints_of_the_repository_here() {
    let tree = render::repository(&reference(), &Wanted::default()).unwrap();
    let here = include_str!("../../BUILD.bazel");
    let rendered = tree.get("BUILD.bazel").unwrap().text.as_str();
    let names = rendered
        .lines()
        .filter(|line| line.contains(" name = \""))
        .inspect(|name| assert!(here.contains(*name), "{name}"));
    assert!(names.count() > 3, "{rendered}");
}

#[test]
fn the_embedded_reference_is_written_canonically() {
    let text = include_str!("../src/reference.json");
    assert_eq!(reference().to_json(), text);
}

#[test]
fn a_manifest_has_the_digest_of_the_file_that_it_is_written_to() {
    let json = reference().to_json();
    let again = serde_json::from_str(&json).unwrap();
    let read = Manifest::read(again, "manifest.json", &PathPolicy::default()).unwrap();
    assert_eq!(read.digest(), reference().digest());
    assert_eq!(read.digest().len(), 64);
}

#[test]
fn an_image_without_a_tag_is_called_by_what_it_carries() {
    // Given two environments of one such image, and one of another
    let mut manifest = reference();
    for name in ["cc", "java"] {
        let image = serde_json::from_value(json!({"name": "lre"})).unwrap();
        manifest.environments.get_mut(name).unwrap().image = Some(image);
    }
    let mut other = manifest.environments["cc"].clone();
    other.image = Some(serde_json::from_value(json!({"name": "other"})).unwrap());
    manifest.environments.insert("other".to_owned(), other);

    // then the two share a name, which a change in one of them changes,
    let before = manifest.references();
    assert_eq!(before["cc"], before["java"]);
    let mut changed = manifest.clone();
    changed.environments.get_mut("java").unwrap().shell = None;
    changed
        .environments
        .get_mut("cc")
        .unwrap()
        .cc
        .as_mut()
        .unwrap()
        .version = "0".to_owned();
    let after = changed.references();
    assert_eq!(after["cc"], after["java"]);
    assert_ne!(after["cc"], before["cc"]);
    // and the other keeps its own.
    assert_eq!(after["other"], before["other"]);
}

#[test]
fn the_reference_passes_validation() {
    let tree = render::repository(&reference(), &Wanted::default()).unwrap();
    validate::validate(&tree).unwrap();
}

#[test]
fn the_output_grows_as_the_number_of_environments_does() {
    let size = |count: usize, images: usize| -> usize {
        let one = &reference().environments["cc"];
        let environments = (0..count).map(|number| {
            let mut environment = one.clone();
            let image = format!("image-{:04}", number % images);
            environment.image = Some(serde_json::from_value(json!({"name": image})).unwrap());
            (format!("cc{number:04}"), environment)
        });
        let manifest = Manifest::new(environments.collect());
        let tree = render::repository(&manifest, &Wanted::default()).unwrap();
        tree.iter().map(|(_, file)| file.text.len()).sum()
    };
    for images in [1, 1000] {
        let (few, many) = (size(10, images), size(1000, images));
        assert!(many <= few * 100, "{images} images: {few} and {many} bytes");
    }
}

#[test]
fn execution_properties_of_the_user_win() {
    let extra = ExecProperties::from([
        ("Pool".to_owned(), "de\"fault".to_owned()),
        ("OSFamily".to_owned(), "linux".to_owned()),
    ]);
    let tree = render::repository(&reference(), &Wanted::of(extra)).unwrap();
    let build = &tree.get("generated-cc/config/BUILD").unwrap().text;
    assert!(build.contains("\"OSFamily\": \"linux\""), "{build}");
    assert!(build.contains("\"Pool\": \"de\\\"fault\""), "{build}");
    assert!(
        build.contains("\"container-image\": \"docker://lre-cc:"),
        "{build}"
    );
}

#[test]
fn the_rc_file_without_an_environment_warns() {
    let rc = render::bazelrc(&reference(), &Bazelrc::default());
    insta::assert_snapshot!(rc);
}

#[test]
fn the_rc_file_names_the_symbolizer_to_every_sanitizer() {
    let flag = "--test_env=TSAN_SYMBOLIZER_PATH=/nix/store/1-llvm/bin/llvm-symbolizer";
    let mut manifest = reference();
    assert!(!render::bazelrc(&manifest, &Bazelrc::default()).contains("SYMBOLIZER"));
    let cc = manifest.environments.get_mut("cc").unwrap();
    let (name, path) = ("llvm-symbolizer", "/nix/store/1-llvm/bin/llvm-symbolizer");
    cc.core_tools.insert(name.into(), path.into());
    let rc = render::bazelrc(&manifest, &Bazelrc::default());
    assert!(rc.contains(&format!("build {flag}\n")), "{rc}");
    assert_eq!(rc.matches("SAN_SYMBOLIZER_PATH=").count(), 4, "{rc}");
}

#[test]
fn the_rc_file_with_an_environment_shows_it() {
    let options = Bazelrc {
        files: vec!["/nix/store/1-manifest.json".into()],
        tool: Some("/nix/store/2-lre/bin/lre".into()),
        prefix: None,
    };
    insta::assert_snapshot!(render::bazelrc(&reference(), &options));
}

#[test]
fn the_rc_file_with_a_prefix_is_the_same_under_a_config() {
    let options = Bazelrc {
        files: vec![
            "/home/me/my env.json".into(),
            "/nix/store/1-java.json".into(),
        ],
        tool: None,
        prefix: Some("lre".to_owned()),
    };
    let rc = render::bazelrc(&reference(), &options);
    let flags: Vec<&str> = rc
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .collect();
    let commands = ["common:lre ", "build:lre ", "coverage:lre "];
    let known = |line: &&str| commands.iter().any(|command| line.starts_with(command));
    assert!(flags.iter().all(known), "{rc}");
    assert_eq!(
        flags[0],
        "common:lre \"--repo_env=LRE_ENV=/home/me/my env.json:/nix/store/1-java.json\""
    );
}
