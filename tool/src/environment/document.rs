//! The three shapes of an environment document, told apart by their form alone.
//! It turns JSON into checked environments and knows nothing of manifests or tools.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use super::image::{Image, Unchecked};
use super::{Env, Environment, PathPolicy, check_name, json::Node};
use crate::system::System;

/// The version of our own document form.
const VERSION: u64 = 1;

/// Reads one environment document. `source` is how errors call it.
///
/// 1. A list of `KEY=value` strings, as `nix eval --json` prints `meta.Env`.
/// 2. An OCI image configuration, alone (`skopeo inspect --config`) or as
///    `docker inspect` prints it, in a list.
/// 3. Ours, with a `version` and several named `environments`.
///
/// The first two name no environment: they become `cc`, or `java` where there
/// is a `JAVA_HOME` and no `CC`.
///
/// # Errors
/// None of the shapes, or a value that the shape does not allow, with
/// the JSON pointer of the culprit.
pub fn parse(
    value: &Value,
    source: &str,
    policy: &PathPolicy,
) -> Result<BTreeMap<String, Environment>> {
    let root = Node::root(source, value);
    match value {
        Value::Array(list) if list.iter().all(Value::is_object) && list.len() == 1 => {
            image_configuration(&root.elements()?[0], policy)
        }
        Value::Array(_) => Ok(unnamed(Env::parse(&root, policy)?, None)),
        Value::Object(map) if map.contains_key("environments") => ours(&root, policy),
        Value::Object(map) if map.contains_key("config") || map.contains_key("Config") => {
            image_configuration(&root, policy)
        }
        _ => Err(root.error(
            "this is no environment: expected a list of \"KEY=value\" strings, an OCI image \
             configuration with config.Env, or an object with \"version\" and \"environments\"",
        )),
    }
}

fn unnamed(env: Env, system: Option<System>) -> BTreeMap<String, Environment> {
    let java_only = env.get("JAVA_HOME").is_some() && env.get("CC").is_none();
    let name = if java_only { "java" } else { "cc" };
    let environment = Environment {
        image: None,
        system,
        target: None,
        env,
    };
    BTreeMap::from([(name.to_owned(), environment)])
}

/// `config`, `os` and `architecture` are the names of the OCI image
/// specification's config.md; `docker inspect` writes them with a capital.
fn image_configuration(root: &Node, policy: &PathPolicy) -> Result<BTreeMap<String, Environment>> {
    let either = |small: &str, capital: &str| root.get(small).or_else(|| root.get(capital));
    let config = either("config", "Config")
        .ok_or_else(|| root.error("an image configuration needs the key \"config\""))?;
    let env = Env::parse(&config.need("Env")?, policy)?;
    let os = either("os", "Os");
    let cpu = either("architecture", "Architecture");
    let system = match (os, cpu) {
        (Some(os), Some(cpu)) => Some(system_of_image(&os, &cpu)?),
        _ => None,
    };
    Ok(unnamed(env, system))
}

fn system_of_image(os: &Node, cpu: &Node) -> Result<System> {
    let cpu_name = match cpu.text()? {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => {
            return Err(cpu.error(format_args!(
                "the architecture {other:?} is not supported; amd64 and arm64 are"
            )));
        }
    };
    match os.text()? {
        "linux" => format!("{cpu_name}-linux").parse(),
        other => Err(os.error(format_args!(
            "the operating system {other:?} is not supported; linux is"
        ))),
    }
}

fn ours(root: &Node, policy: &PathPolicy) -> Result<BTreeMap<String, Environment>> {
    root.only(&["version", "system", "environments"])?;
    let version = root.need("version")?;
    if version.value().as_u64() != Some(VERSION) {
        return Err(version.error(format_args!(
            "the version {} is not known: this helper reads version {VERSION}",
            version.value()
        )));
    }
    let default_system = optional_system(root, "system")?;
    let environments = root.need("environments")?;
    let members = environments.members()?;
    if members.is_empty() {
        return Err(environments.error("no environment is named here; name at least one"));
    }
    let mut named = BTreeMap::new();
    for (name, node) in members {
        check_name(name).map_err(|e| node.error(e))?;
        node.only(&["image", "system", "target", "env"])?;
        let environment = Environment {
            image: node
                .get("image")
                .map(|image| parse_image(&image))
                .transpose()?,
            system: optional_system(&node, "system")?.or(default_system),
            target: optional_system(&node, "target")?,
            env: Env::parse(&node.need("env")?, policy)?,
        };
        named.insert(name.to_owned(), environment);
    }
    Ok(named)
}

fn parse_image(node: &Node) -> Result<Image> {
    node.only(&["name", "tag", "digest"])?;
    let optional = |key| -> Result<Option<String>> {
        node.get(key)
            .map(|value| Ok(value.text()?.to_owned()))
            .transpose()
    };
    let image = Unchecked {
        name: node.need("name")?.text()?.to_owned(),
        tag: optional("tag")?,
        digest: optional("digest")?,
    };
    image.try_into().map_err(|e| node.error(e))
}

fn optional_system(node: &Node, key: &str) -> Result<Option<System>> {
    node.get(key)
        .map(|value| value.text()?.parse().map_err(|e| value.error(e)))
        .transpose()
}
