//! `java/BUILD` of an environment: the JDK as a Java runtime.
//! It names what probing found and chooses no flags.

use anyhow::Result;

use super::Rendered;
use crate::manifest::Java;
use crate::starlark::BuildFile;
use crate::starlark::rules::JavaRuntime;

pub fn build(environment: &Rendered, java: &Java) -> Result<String> {
    let mut file = BuildFile::public()?;
    file.add(&JavaRuntime {
        name: "runtime",
        java_home: java.home.as_str(),
        version: java.feature,
    })?;
    file.print(&environment.comment(file!()))
}
