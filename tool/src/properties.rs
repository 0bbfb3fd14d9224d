//! Execution properties: what a platform asks for, and what a scheduler matches with what a
//! worker says it has. Both come from here; who writes them where is not known.

use std::collections::BTreeMap;

use crate::manifest::Manifest;

/// Execution properties by name (REAPI, `Platform.properties`).
pub type ExecProperties = BTreeMap<String, String>;

/// The execution properties of each environment. `container-image` and `OSFamily` are the
/// names that Bazel's documentation on remote execution and NativeLink's examples use; `own`
/// are the user's, and win over both.
pub fn of<'a>(manifest: &'a Manifest, own: &ExecProperties) -> BTreeMap<&'a str, ExecProperties> {
    let references = manifest.references();
    let mut all = BTreeMap::new();
    for name in manifest.environments.keys() {
        let mut properties = ExecProperties::from([("OSFamily".to_owned(), "Linux".to_owned())]);
        if let Some(reference) = references.get(name.as_str()) {
            let image = format!("docker://{reference}");
            properties.insert("container-image".to_owned(), image);
        }
        properties.extend(own.clone());
        all.insert(name.as_str(), properties);
    }
    all
}
