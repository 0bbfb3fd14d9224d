//! Asks the tools of an environment what they are: the only stage that runs programs.
//! It fills a manifest with facts; it must not know what Bazel makes of them.

mod accepted;
mod cc;
mod driver;
mod flags;
mod include;
mod java;
mod linker;
mod options;
mod tools;

use anyhow::{Context, Result, anyhow};
use camino::Utf8PathBuf;

use crate::environment::{Environment, PathPolicy};
use crate::manifest::Probed;
use crate::system::System;
use lre_launch::runner::Runner;
pub use tools::find as find_program;

/// Probes one environment on this machine.
///
/// # Errors
/// A declared tool is not on this machine, does not answer, or answers with what
/// no compiler or JDK says; no system was declared and this one is not supported.
pub fn probe(environment: &Environment, policy: &PathPolicy) -> Result<Probed> {
    let env = &environment.env;
    let system = environment.system.or_else(System::here).ok_or_else(|| {
        anyhow!("the environment names no \"system\" and this machine has none that lre knows")
    })?;
    let target = environment.target.unwrap_or(system);
    let core_tools = tools::core_tools(env);
    let cc = env
        .get("CC")
        .map(|driver| cc::probe(driver.into(), env, target, policy))
        .transpose()
        .context("probing the compiler that CC names")?;
    let java = env
        .get("JAVA_HOME")
        .map(|home| java::probe(home.into(), env, system))
        .transpose()
        .context("probing the JDK that JAVA_HOME names")?;
    Ok(Probed {
        image: environment.image.clone(),
        in_image: false,
        system,
        target,
        env: env.clone(),
        shell: env
            .get("BAZEL_SH")
            .map(Utf8PathBuf::from)
            .or_else(|| core_tools.get("bash").cloned()),
        core_tools,
        cc,
        java,
    })
}

/// A runner with the `PATH` of an environment.
fn runner(env: &crate::environment::Env) -> Runner {
    Runner::new(
        env.get("PATH").unwrap_or_default(),
        "is this store path on this machine? If not, make the manifest where it is with `lre probe`",
    )
}
