//! Environment documents: the three shapes are read, and a fault is named by its place. No
//! file is read and no program is run.

use lre::environment::{PathPolicy, parse};
use serde_json::{Value, json};

const CC: &str = "CC=/nix/store/1-clang/bin/clang";

fn policy() -> PathPolicy {
    PathPolicy::new(vec!["/opt/tools".into()]).unwrap()
}

fn names(document: &Value) -> Vec<String> {
    let environments = parse(document, "env.json", &policy()).unwrap();
    environments.into_keys().collect()
}

fn error(document: &Value) -> String {
    parse(document, "env.json", &policy())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_list_of_variables_is_the_environment_called_cc() {
    let environments = parse(&json!([CC, "LANG=C"]), "env.json", &policy()).unwrap();
    let cc = &environments["cc"];
    assert_eq!(cc.env.get("CC"), Some("/nix/store/1-clang/bin/clang"));
    assert_eq!(cc.env.get("LANG"), Some("C"), "unknown variables are kept");
    assert_eq!((&cc.image, cc.system), (&None, None));
}

#[test]
fn a_list_with_a_jdk_and_no_compiler_is_called_java() {
    assert_eq!(names(&json!(["JAVA_HOME=/nix/store/1-jdk"])), ["java"]);
    assert_eq!(names(&json!(["JAVA_HOME=/nix/store/1-jdk", CC])), ["cc"]);
}

#[test]
fn an_image_configuration_is_read_as_skopeo_and_as_docker_print_it() {
    let skopeo = json!({"os": "linux", "architecture": "arm64", "config": {"Env": [CC]}});
    let environments = parse(&skopeo, "env.json", &policy()).unwrap();
    assert_eq!(
        environments["cc"].system.unwrap().to_string(),
        "aarch64-linux"
    );
    let docker = json!([{"Os": "linux", "Architecture": "amd64", "Config": {"Env": [CC]}}]);
    assert_eq!(names(&docker), ["cc"]);
}

#[test]
fn our_own_form_names_several_environments_with_image_and_system() {
    let document = json!({"version": 1, "system": "x86_64-linux", "environments": {
        "cc": {"image": {"name": "lre-cc", "tag": "nz62"}, "env": [CC]},
        "arm": {"system": "aarch64-linux", "target": "x86_64-linux-musl", "env": [CC]},
    }});
    let environments = parse(&document, "env.json", &policy()).unwrap();
    let reference = environments["cc"]
        .image
        .as_ref()
        .unwrap()
        .reference("content");
    assert_eq!(reference, "lre-cc:nz62");
    assert_eq!(
        environments["cc"].system.unwrap().to_string(),
        "x86_64-linux"
    );
    assert_eq!(
        environments["arm"].system.unwrap().to_string(),
        "aarch64-linux"
    );
    assert!(environments["arm"].target.unwrap().musl);
}

#[test]
fn every_fault_names_its_json_pointer_and_what_to_do() {
    let ours =
        |environment: Value| error(&json!({"version": 1, "environments": {"cc": environment}}));
    let faults = [
        error(&json!(["PATH"])),
        error(&json!(["=x"])),
        error(&json!([CC, "CC=/nix/store/2/bin/gcc"])),
        error(&json!(["A=1\n2"])),
        error(&json!([7])),
        error(&json!(["CC=bin/clang"])),
        error(&json!(["CC=/usr/bin/clang"])),
        error(&json!(["CC=/nix/store/../../usr/bin/clang"])),
        error(&json!(["PATH=/nix/store/1/bin::/nix/store/2/bin"])),
        error(&json!(["BAZEL_LINKOPTS=-lm:-L/usr/lib"])),
        error(&json!({"some": "thing"})),
        error(&json!({"version": 2, "environments": {}})),
        error(&json!({"version": 1, "environments": {}})),
        error(&json!({"version": 1, "environments": {"a/b": {"env": []}}})),
        ours(json!({"env": [], "tag": "x"})),
        ours(json!({"env": [], "system": "pdp11-unix"})),
        ours(json!({"env": [], "image": {"name": "a b", "tag": "x"}})),
    ];
    insta::assert_snapshot!(faults.join("\n"));
}

#[test]
fn an_allowed_prefix_is_admitted_beside_the_store() {
    assert_eq!(names(&json!(["CC=/opt/tools/bin/clang"])), ["cc"]);
    assert!(PathPolicy::new(vec!["opt".into()]).is_err());
}
