//! The configuration of a worker's image: Env, user, labels and the list of layers, over that of
//! a base where there is one. It must not know where layers are.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use camino::Utf8PathBuf;
use serde_json::{Map, Value, json};

use super::Options;
use super::base::Base;
use super::carried::{Carried, folders};
use super::files::USER;
use super::layers::Group;
use super::layout::Written;
use crate::oci::architecture;

/// The time at which everything was made, as in the Nix store.
const CREATED: &str = "1970-01-01T00:00:01Z";

/// What annotations and labels say of an image (image specification, annotations.md).
pub fn labels(carried: &Carried) -> [(String, String); 4] {
    [
        ("org.opencontainers.image.title", carried.name.clone()),
        ("org.opencontainers.image.version", carried.tag.clone()),
        ("lre.environments", carried.environments.join(" ")),
        ("lre.manifest.digest", format!("sha256:{}", carried.digest)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
}

/// The configuration of the image of `layers`, of which the last ones are the `groups` and that
/// of the root. Of a base all is kept that is not said here: JSON and not oci-spec's type, which
/// would drop what only Docker knows.
///
/// # Errors
/// The base's configuration is not of the form that it has to have.
pub fn document(
    carried: &Carried,
    options: &Options,
    base: Option<&Base>,
    layers: &[Written],
    groups: &[Group],
) -> Result<Value> {
    let mut document = match base {
        Some(base) => base.document().clone(),
        None => json!({
            "architecture": architecture(carried.system.cpu),
            "config": { "User": USER, "WorkingDir": "/" },
            "created": CREATED,
            "os": "linux",
        }),
    };
    let root = object(&mut document, "/")?;
    if root.get("config").is_none_or(Value::is_null) {
        root.insert(
            "config".to_owned(),
            json!({ "User": USER, "WorkingDir": "/" }),
        );
    }
    let diff_ids: Vec<&str> = layers.iter().map(|layer| layer.diff_id.as_str()).collect();
    root.insert(
        "rootfs".to_owned(),
        json!({ "type": "layers", "diff_ids": diff_ids }),
    );
    let history = root.entry("history").or_insert_with(|| json!([]));
    let history = history
        .as_array_mut()
        .context("history of the base is no list")?;
    let what = groups
        .iter()
        .map(Group::what)
        .chain(["links, users, /tmp".to_owned()]);
    history.extend(what.map(
        |what| json!({ "created": CREATED, "created_by": "lre worker image", "comment": what }),
    ));

    let config = object(root.get_mut("config").expect("it is there"), "/config")?;
    let old = config.get("Env").and_then(Value::as_array).cloned();
    let old = old.unwrap_or_default();
    let env = merged(old.iter().filter_map(Value::as_str), &carried.env);
    config.insert("Env".to_owned(), json!(env));
    let kept = config.entry("Labels").or_insert(Value::Null);
    if kept.is_null() {
        *kept = json!({});
    }
    for (key, value) in labels(carried) {
        object(kept, "/config/Labels")?.insert(key, value.into());
    }
    if !options.entrypoint.is_empty() {
        config.insert("Entrypoint".to_owned(), json!(options.entrypoint));
        config.remove("Cmd");
    }
    if !options.cmd.is_empty() {
        config.insert("Cmd".to_owned(), json!(options.cmd));
    }
    Ok(document)
}

fn object<'a>(value: &'a mut Value, at: &str) -> Result<&'a mut Map<String, Value>> {
    value
        .as_object_mut()
        .ok_or_else(|| anyhow!("{at} of the base's configuration is no object"))
}

/// Our variables over those of a base: ours win, and PATH is ours and then the base's.
fn merged<'a>(old: impl Iterator<Item = &'a str>, ours: &BTreeMap<String, String>) -> Vec<String> {
    let mut env: BTreeMap<&str, String> = old
        .filter_map(|entry| entry.split_once('='))
        .map(|(key, value)| (key, value.to_owned()))
        .collect();
    for (key, value) in ours {
        let value = match env.get("PATH") {
            Some(old) if key == "PATH" => {
                folders(format!("{value}:{old}").split(':').map(Utf8PathBuf::from))
            }
            _ => value.clone(),
        };
        env.insert(key, value);
    }
    let entries = env.into_iter();
    entries
        .map(|(key, value)| format!("{key}={value}"))
        .collect()
}
