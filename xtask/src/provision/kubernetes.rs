//! kubernetes-validate, which says whether a manifest is one of Kubernetes: its wheel carries
//! the schemas, so that no cluster is asked. It must not know which manifests are checked.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::{pip, stamp};

/// The wheel as a line of pip's requirements: the version and its SHA-256.
const WHEEL: &str = "kubernetes-validate==1.37.0 \
    --hash=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9\n";

/// The program, and the schemas of that release of Kubernetes which know every field; those
/// of earlier releases stay packed. What the program imports is in the base root, but for one.
const MEMBERS: [&str; 4] = [
    "kubernetes_validate/__",
    "kubernetes_validate/utils.py",
    "kubernetes_validate/version.py",
    "kubernetes_validate/kubernetes-json-schema/v1.37.0-local-strict/",
];

/// What Debian has no package of.
const IMPORTED: &str = "importlib-resources==7.1.0 \
    --hash=sha256:1bd7b48b4088eddb2cd16382150bb515af0bd2c70128194392725f82ad2c96a1\n";

/// The folder of the lab that is to be on Python's path, filled where it is not there yet.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let parts = [&[WHEEL, IMPORTED, pip::UNPACK], &MEMBERS[..]].concat();
    stamp::folder(lab, FOLDER, &stamp::key(&parts), |dir| {
        pip::unpack(dir, WHEEL, "any", &MEMBERS)?;
        pip::unpack(dir, IMPORTED, "any", &["importlib_resources/"])
    })
}

/// Its name in the lab.
pub const FOLDER: &str = "kubernetes-validate";
