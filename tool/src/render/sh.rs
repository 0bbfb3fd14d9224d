//! `sh/BUILD` of an environment: the shell that genrules and sh_test run in.
//! It names one path; which toolchain resolution sees is in `config`.

use anyhow::Result;
use camino::Utf8Path;

use super::Rendered;
use crate::starlark::BuildFile;
use crate::starlark::rules::ShToolchain;

pub fn build(environment: &Rendered, shell: &Utf8Path) -> Result<String> {
    let mut file = BuildFile::public()?;
    file.add(&ShToolchain {
        name: "sh",
        path: shell.as_str(),
    })?;
    file.print(&environment.comment(file!()))
}
