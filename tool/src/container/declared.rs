//! What an image declares, and what it leaves to be found: most have a PATH and name no compiler.
//! It looks at files of the machine that it runs on, which is the image, and runs nothing.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::environment::{self, Environment, Image, PathPolicy};
use crate::probe::find_program;
use crate::system::System;

/// What engines set where an image sets none (runc and crun, the default of `PATH`).
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Bazel's own configuration takes gcc where CC is not set (rules_cc, `unix_cc_configure.bzl`).
const COMPILERS: [&str; 3] = ["gcc", "clang", "cc"];

/// Every path is admitted: the image says which file it means.
pub fn policy() -> PathPolicy {
    PathPolicy::of_image()
}

/// An image that stands for the one that is being looked into.
pub fn unnamed() -> Result<Image> {
    Image::parse("image", Some("probed"))
}

/// The environment of `env`, with PATH, CC and JAVA_HOME as they are found where it sets none.
///
/// # Errors
/// An entry that no environment may have.
pub fn environment(env: &[String]) -> Result<(String, Environment)> {
    let mut env = env.to_vec();
    let missing = |env: &[String], key: &str| {
        let set = |entry: &String| {
            let value = entry.strip_prefix(key)?.strip_prefix('=')?;
            Some(!value.is_empty())
        };
        !env.iter().filter_map(set).any(|set| set)
    };
    if missing(&env, "PATH") {
        env.push(format!("PATH={PATH}"));
    }
    let path = env.iter().find_map(|entry| entry.strip_prefix("PATH="));
    let folders: Vec<Utf8PathBuf> = path.unwrap_or(PATH).split(':').map(Into::into).collect();
    let compiler = COMPILERS
        .iter()
        .find_map(|name| find_program(&folders, name));
    let found = [("CC", compiler), ("JAVA_HOME", java_home(&folders))];
    for (key, value) in found {
        if let (true, Some(value)) = (missing(&env, key), value) {
            eprintln!("lre: the image sets no {key}; found {value}");
            env.retain(|entry| !entry.starts_with(&format!("{key}=")));
            env.push(format!("{key}={value}"));
        }
    }
    let document: Value = json!(env);
    let named = environment::parse(&document, "the image's Env", &policy())?;
    let (name, environment) = named.into_iter().next().expect("a list is one environment");
    let system = System::here().map(|here| System {
        musl: has_musl_alone(),
        ..here
    });
    Ok((
        name,
        Environment {
            system,
            ..environment
        },
    ))
}

/// The JDK, or the JRE, whose program is found on PATH, mostly through links.
fn java_home(folders: &[Utf8PathBuf]) -> Option<Utf8PathBuf> {
    let program = ["javac", "java"]
        .iter()
        .find_map(|name| find_program(folders, name))?;
    let program = program.canonicalize_utf8().ok()?;
    let home = program.parent()?.parent()?;
    home.join("release").is_file().then(|| home.to_owned())
}

/// Whether programs run with musl and with no glibc: each has its loader at a place of its own.
fn has_musl_alone() -> bool {
    let loader = |name: String| Utf8Path::new("/lib").join(name).exists();
    let cpu = std::env::consts::ARCH;
    loader(format!("ld-musl-{cpu}.so.1"))
        && !Utf8Path::new("/lib64/ld-linux-x86-64.so.2").exists()
        && !loader("ld-linux-aarch64.so.1".to_owned())
}
