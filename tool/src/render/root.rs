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

/// "What is built for this platform, this environment's compiler builds": one setting for
/// all environments, since a platform takes one of them.
pub const COMPILER: &str = "compiler";
/// What every platform means that asks for none, such as the host or one of the user's own.
const ANY_COMPILER: &str = "any-compiler";

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
    file.add(&ConstraintSetting {
        name: COMPILER,
        default_constraint_value: Some(Label::here(ANY_COMPILER)),
    })?;
    file.add(&ConstraintValue {
        name: ANY_COMPILER,
        constraint_setting: Label::here(COMPILER),
    })?;
    file.print(&header("manifest.json", file!()))
}

pub fn known() -> Label {
    Label::of("", KNOWN)
}

pub fn unknown() -> Label {
    Label::of("", UNKNOWN)
}

pub fn any_compiler() -> Label {
    Label::of("", ANY_COMPILER)
}
