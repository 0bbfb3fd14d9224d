//! Asks a JDK what it is: its own `release` file first, and the launcher for what is
//! not in there. It must not know which toolchains are made of it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::tools;
use crate::environment::Env;
use crate::manifest::Java;
use crate::system::{Cpu, System};

/// Programs of a JDK that decide what can be done with it.
const PROGRAMS: [&str; 4] = ["jar", "java", "javac", "jlink"];

/// Bazel's own native tools for Java, which an environment may carry on its PATH.
const NATIVE_TOOLS: [&str; 2] = ["ijar", "singlejar"];

/// Probes the JDK at `home`, which `JAVA_HOME` names.
///
/// # Errors
/// There is no JDK or JRE at `home`, it does not say its version, or it is for
/// another CPU than `system`.
pub fn probe(home: Utf8PathBuf, env: &Env, system: System) -> Result<Java> {
    if !home.is_dir() {
        bail!(
            "{home} is no folder on this machine; if it is a store path of another, make the \
             manifest there with `lre probe`"
        );
    }
    let mut tools: BTreeMap<String, Utf8PathBuf> = PROGRAMS
        .map(|name| (name.to_owned(), home.join("bin").join(name)))
        .into_iter()
        .filter(|(_, path)| tools::is_program(path))
        .collect();
    let launcher = tools
        .get("java")
        .ok_or_else(|| anyhow!("{home} has no program bin/java, so it is neither JDK nor JRE"))?;
    let facts = Facts::read(&home, launcher, env)?;
    let feature = feature_release(&facts.version).ok_or_else(|| {
        anyhow!(
            "{home}: its version {:?} does not begin with a number, as every version of Java does",
            facts.version
        )
    })?;
    if let Some(cpu) = facts
        .cpu
        .as_deref()
        .filter(|name| !is_cpu(name, system.cpu))
    {
        bail!("{home} is a JDK for {cpu}, and the environment is for {system}");
    }
    let path = env.path();
    tools.extend(
        NATIVE_TOOLS
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), tools::find(&path, name)?))),
    );
    Ok(Java {
        version: facts.version,
        feature,
        vendor: facts.vendor,
        tools,
        home,
    })
}

/// What a JDK says of itself.
#[derive(Debug, Default)]
struct Facts {
    version: String,
    vendor: Option<String>,
    cpu: Option<String>,
}

impl Facts {
    /// From the `release` file where it has a version, else from the launcher.
    fn read(home: &Utf8Path, launcher: &Utf8Path, env: &Env) -> Result<Facts> {
        let file = home.join("release");
        let text = fs::read(&file).unwrap_or_default();
        let release = Facts::of_release(&String::from_utf8_lossy(&text));
        if let Some(facts) = release {
            return Ok(facts);
        }
        // The properties go to standard error, and `-version` ends the program.
        let said = super::runner(env)
            .run(launcher, &["-XshowSettings:properties", "-version"], "")
            .with_context(|| format!("{file} does not say a version, so the launcher is asked"))?;
        Facts::of_properties(&said.stderr)
            .filter(|_| said.success)
            .ok_or_else(|| {
                let last = said.stderr.lines().last().unwrap_or("nothing");
                anyhow!(
                    "neither {file} nor {launcher} says which version of Java this is; the launcher \
                     says: {last}"
                )
            })
    }

    /// Lines `KEY="value"`.
    fn of_release(text: &str) -> Option<Facts> {
        let value = |key: &str| {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
            plain(value.trim().trim_matches('"'))
        };
        Some(Facts {
            version: value("JAVA_VERSION")?,
            vendor: value("IMPLEMENTOR"),
            cpu: value("OS_ARCH"),
        })
    }

    /// Lines `    key = value`.
    fn of_properties(text: &str) -> Option<Facts> {
        let value = |key: &str| {
            let mut pairs = text
                .lines()
                .filter_map(|line| line.trim().split_once(" = "));
            plain(pairs.find(|(name, _)| *name == key)?.1)
        };
        Some(Facts {
            version: value("java.version")?,
            vendor: value("java.vendor"),
            cpu: value("os.arch"),
        })
    }
}

/// A value that can be shown on one line.
fn plain(value: &str) -> Option<String> {
    let there = !value.is_empty() && !value.contains(char::is_control);
    there.then(|| value.to_owned())
}

/// Whether a JDK's name of a CPU means `cpu`: builds differ in what they call x86-64.
fn is_cpu(name: &str, cpu: Cpu) -> bool {
    match cpu {
        Cpu::X86_64 => matches!(name, "x86_64" | "amd64"),
        Cpu::Aarch64 => matches!(name, "aarch64" | "arm64"),
    }
}

/// The feature release of a version string (JEP 322): 17 of `17.0.14`, and 8 of
/// the older form `1.8.0_402`.
fn feature_release(version: &str) -> Option<u32> {
    let mut numbers = version.split(['.', '_', '-', '+']);
    match numbers.next()?.parse().ok()? {
        1 => numbers.next()?.parse().ok(),
        number => Some(number),
    }
}

#[cfg(test)]
mod tests {
    use super::feature_release;

    #[test]
    fn the_feature_release_is_a_whole_number() {
        assert_eq!(feature_release("17.0.14"), Some(17));
        assert_eq!(feature_release("25"), Some(25));
        assert_eq!(feature_release("1.8.0_402"), Some(8));
        assert_eq!(feature_release("26-ea"), Some(26));
        assert_eq!(feature_release("nonsense"), None);
    }
}
