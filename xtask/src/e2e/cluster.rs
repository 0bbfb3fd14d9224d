//! Stories about what workers are told: real programs read it, and what a build asks for is in
//! it. They must not know how the helper writes it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::Story;
use crate::checkout;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::provision::{Need, kubernetes};
use crate::shell::{capture, run};
use crate::story::with;

pub const STORIES: &[Story] = &[
    ("cluster::kubernetes_takes_base_and_overlay", accepted),
    ("cluster::kubernetes_takes_workers_on_demand", on_demand),
    ("cluster::a_wrong_manifest_is_told", wrong),
    ("cluster::a_build_asks_for_what_workers_say", asked),
];

const OUT: &str = "/home/ada/cluster";
const BASE: &str = "/home/ada/cluster/base";
const OVERLAY: &str = "/home/ada/cluster/overlays/example";

/// Where kubernetes-validate is put, for Python.
const VALIDATOR: &str = "/opt/kubernetes-validate";

/// Given environments with images of their own, then Kustomize builds the base and the example
/// overlay, every object of both is one of Kubernetes', and the overlay changes images and
/// numbers of pods, and not what the workers say.
fn accepted(lab: &Lab) -> Result<()> {
    write(lab, &[])?;
    let (base, overlay) = taken(lab)?;
    let configs = |objects: &[Value]| -> Vec<Value> {
        let maps = objects
            .iter()
            .filter(|object| object["kind"] == "ConfigMap");
        maps.map(|map| map["data"].clone()).collect()
    };
    ensure!(
        configs(&base) == configs(&overlay),
        "the overlay changed a ConfigMap"
    );
    let file = lab.a.read(&format!("{BASE}/worker-cc.json5"))?;
    let carried = |data: &Value| data["worker-cc.json5"] == file.as_str();
    ensure!(
        configs(&base).iter().any(carried),
        "no ConfigMap has worker-cc.json5"
    );
    for (objects, image, replicas) in [
        (&base, "lre-cc:", 1),
        (&overlay, "registry.example/lre-cc:", 2),
    ] {
        let worker = deployment(objects, "nativelink-worker-cc")?;
        let there = &worker["spec"]["template"]["spec"]["containers"][0]["image"];
        let there = there.as_str().unwrap_or_default();
        ensure!(there.starts_with(image), "{there} is not {image}");
        ensure!(
            worker["spec"]["replicas"] == replicas,
            "{}",
            worker["spec"]["replicas"]
        );
    }
    Ok(())
}

/// Given workers that fetch on demand, then the same; the base has a set of them that knows no manifest,
/// and the overlay has what they are to have ready.
fn on_demand(lab: &Lab) -> Result<()> {
    write(
        lab,
        &[
            "--on-demand",
            "--worker-image=registry.example/worker:1",
            "--substituter=https://cache.example",
            "--trusted-public-key=cache-1:AAAA",
        ],
    )?;
    let (base, overlay) = taken(lab)?;
    let sets = base.iter().filter(|object| object["kind"] == "StatefulSet");
    ensure!(
        sets.count() == 1,
        "there is another number of sets than one"
    );
    let manifest = lab.a.read(&lab.store.separate()?.manifest)?;
    let has_it = |object: &&Value| object["data"]["manifest.json"] == manifest.as_str();
    ensure!(
        !base.iter().any(|object| has_it(&object)),
        "the base has a manifest"
    );
    let warm = overlay
        .iter()
        .find(has_it)
        .context("the overlay has no manifest")?;
    let name = &warm["metadata"]["name"];
    ensure!(
        name == "nativelink-warm",
        "another manifest has another name: {name}"
    );
    Ok(())
}

/// The objects of base and overlay, which Kustomize builds and Kubernetes takes.
fn taken(lab: &Lab) -> Result<(Vec<Value>, Vec<Value>)> {
    let base = objects(lab, &build(lab, BASE)?)?;
    let overlay = objects(lab, &build(lab, OVERLAY)?)?;
    for (name, objects) in [("the base", &base), ("the overlay", &overlay)] {
        let said = validate(lab, objects)?;
        ensure!(said.ok, "{name}: {}", said.text);
        let passed = said.text.matches(" passed for resource ").count();
        ensure!(
            passed == objects.len() && passed > 5,
            "{passed} of {} objects of {name} were looked at:\n{}",
            objects.len(),
            said.text
        );
    }
    Ok((base, overlay))
}

/// Given a base with a word for a number, or with a field that Kubernetes does not know, then
/// kubernetes-validate says so: what passes was really looked at.
fn wrong(lab: &Lab) -> Result<()> {
    for (right, wrong, said) in [
        ("replicas: 1", "replicas: one", "is not of type 'integer'"),
        (
            "readOnlyRootFilesystem",
            "readonlyRootFilesystem",
            "'readonlyRootFilesystem' was unexpected",
        ),
    ] {
        write(lab, &[])?;
        let path = format!("{BASE}/worker-cc.yaml");
        let text = lab.a.read(&path)?;
        ensure!(text.contains(right), "{path} has no {right}");
        lab.a.write(&path, &text.replace(right, wrong))?;

        let built = build(lab, BASE)?;
        let checked = validate(lab, &objects(lab, &built)?)?;

        ensure!(!checked.ok, "{wrong:?} passed:\n{}", checked.text);
        ensure!(
            checked.text.contains(said),
            "{said:?} is not in:\n{}",
            checked.text
        );
        ensure!(
            checked.text.contains("deployment/nativelink-worker-cc"),
            "{}",
            checked.text
        );
    }
    Ok(())
}

/// Given a build that asks an executor, then the execution properties of each of its actions
/// are those that one of the workers says, all of them and no others.
fn asked(lab: &Lab) -> Result<()> {
    write(lab, &[])?;
    let a = Workspace::set_up(lab, &lab.a, &example(), lab.store.separate()?)?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    let run = a.record("remote on A", &with(&["build", "//text/..."], &[&remote]))?;
    let worker = lab.a.read(&format!("{BASE}/worker-cc.json5"))?;
    let json: String = worker
        .lines()
        .filter(|line| !line.starts_with("//"))
        .collect();
    let config: Value = serde_json::from_str(&json)?;
    let said = config["workers"][0]["local"]["platform_properties"].as_object();
    let said: BTreeMap<&str, &str> = (said.into_iter().flatten())
        .filter_map(|(name, value)| Some((name.as_str(), value["values"][0].as_str()?)))
        .collect();
    ensure!(said.len() > 1, "the worker says {said:?}");
    let mut remote = run
        .spawns
        .values()
        .filter(|spawn| spawn.runner == "remote")
        .peekable();
    ensure!(remote.peek().is_some(), "nothing was built remotely");
    for spawn in remote {
        let asked = spawn.properties();
        ensure!(
            asked == said,
            "{} asks for {asked:?}, the worker says {said:?}",
            spawn.mnemonic
        );
    }
    Ok(())
}

/// Writes Kubernetes' objects for environments with images of their own, on A.
fn write(lab: &Lab, flags: &[&str]) -> Result<()> {
    checkout::remove(&lab.a.path(OUT))?;
    let environment = lab.store.separate()?;
    run(lab
        .a
        .command("/home/ada", &environment.helper)
        .args(["worker", "kubernetes", "--env", &environment.manifest])
        .args(["--out", OUT])
        .args(flags))
    .map(drop)
}

fn build(lab: &Lab, folder: &str) -> Result<String> {
    capture(lab.a.command("/", "kustomize").args(["build", folder]))
}

/// The objects of a YAML stream, as Python reads it.
fn objects(lab: &Lab, yaml: &str) -> Result<Vec<Value>> {
    const TO_JSON: &str = "import json, sys, yaml
print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
    let file = "/tmp/objects.yaml";
    lab.a.write(file, yaml)?;
    let json = capture(lab.a.command("/", "python3").args(["-c", TO_JSON, file]))?;
    serde_json::from_str(&json).context("Kustomize's output is no list of objects")
}

fn deployment<'v>(objects: &'v [Value], name: &str) -> Result<&'v Value> {
    let is_it = |o: &&Value| o["kind"] == "Deployment" && o["metadata"]["name"] == name;
    let found = objects.iter().find(is_it);
    found.with_context(|| format!("there is no Deployment {name}"))
}

/// What kubernetes-validate says.
struct Said {
    ok: bool,
    text: String,
}

/// Asks kubernetes-validate about every object, each as a document of its own; what it has no
/// schema of, it merely warns of.
fn validate(lab: &Lab, objects: &[Value]) -> Result<Said> {
    lab.takes(Need::Kubernetes)?;
    let there = lab.a.path(VALIDATOR);
    if !there.exists() {
        checkout::copy(&lab.dir.join(kubernetes::FOLDER), &there)?;
    }
    let file = "/tmp/checked.yaml";
    let documents = objects.iter().map(|object| format!("---\n{object}\n"));
    lab.a.write(file, &documents.collect::<String>())?;
    let output = lab
        .a
        .command("/", "env")
        .arg(format!("PYTHONPATH={VALIDATOR}"))
        .args(["python3", "-m", "kubernetes_validate", "--strict", file])
        .output()
        .context("chroot could not be started")?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(Said {
        ok: output.status.success() && !text.contains("WARN"),
        text,
    })
}
