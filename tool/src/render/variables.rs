//! `config/environment.bzl` of an environment: its variables, for toolchains that users write.
//! It must not know what any variable means.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Rendered;
use crate::starlark::constant;

pub fn file(environment: &Rendered) -> Result<String> {
    let variables: BTreeMap<&str, &str> = environment.probed.env.iter().collect();
    let what = "The variables of the environment.";
    constant(
        &environment.comment(file!()),
        what,
        "ENVIRONMENT",
        &variables,
    )
}
