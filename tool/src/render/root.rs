//! `BUILD.bazel` at the top of the synthesized repository: the manifest, and what tells lre's
//! platforms from others. It must not know the environments.

use anyhow::Result;

use super::header;
use crate::starlark::rules::{ConstraintSetting, ConstraintValue, ExportsFiles};
use crate::starlark::{BuildFile, Label};

const SETTING: &str = "image";
/// What lre's platforms say: their image has the environments that they name, and no other.
const KNOWN: &str = "image-known";
/// What every other platform means by saying nothing, such as the host.
const UNKNOWN: &str = "image-unknown";

pub fn build() -> Result<String> {
    let mut file = BuildFile::public()?;
    file.add(&ExportsFiles(&["manifest.json"]))?;
    file.add(&ConstraintSetting {
        name: SETTING,
        default_constraint_value: Some(Label::here(UNKNOWN)),
    })?;
    for name in [KNOWN, UNKNOWN] {
        file.add(&ConstraintValue {
            name,
            constraint_setting: Label::here(SETTING),
        })?;
    }
    file.print(&header("manifest.json", file!()))
}

pub fn known() -> Label {
    Label::of("", KNOWN)
}

pub fn unknown() -> Label {
    Label::of("", UNKNOWN)
}
