//! A container image as an environment: its own configuration says what is declared, and its own
//! tools are probed where they are, in the unpacked image. It must not know what comes of it.

mod declared;
#[cfg(target_os = "linux")]
pub mod inside;
mod name;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use camino::Utf8PathBuf;
use serde_json::json;

use crate::manifest::{Manifest, Probed};
use crate::oci::{self, Layout, Limits, split_reference};
use crate::system::System;

/// The command of the helper that probes in an unpacked image, for the helper alone.
pub const COMMAND: &str = "probe-inside";

/// An image on this disk, and what has to be known besides.
#[derive(Clone, Debug)]
pub struct Container {
    /// `oci:PATH[:TAG]`, `oci-archive:PATH[:TAG]` or `docker-archive:PATH[:TAG]`.
    pub reference: String,
    /// What workers call it: `NAME`, `NAME:TAG` or `NAME@sha256:…`; else what it is called where
    /// it lies.
    pub name: Option<String>,
    /// How much it may unpack to.
    pub limits: Limits,
}

/// The environment that the image is, probed, with its name. It takes a copy of the image in the
/// folder for temporary files, which is gone afterwards.
///
/// # Errors
/// There is no such image for this machine's CPU, or it does not say what it is called; it cannot
/// be unpacked or entered; what probing complains of.
pub fn environment(container: &Container) -> Result<(String, Probed)> {
    let reference = &container.reference;
    let here = System::here().ok_or_else(|| {
        anyhow!("{reference}: the tools of an image are probed on Linux, which this is not")
    })?;
    let (path, tag) = split_reference(reference)?;
    let layout = Layout::open(&path)?;
    let image = layout.image(tag.as_deref(), here.cpu)?;
    let called = name::of(&image, &layout, container)?;

    let temporary = tempfile::Builder::new()
        .prefix("lre-image-")
        .tempdir()
        .context("cannot make a folder to unpack the image in; TMPDIR names another place")?;
    let root = Utf8PathBuf::try_from(temporary.path().join("root"))?;
    eprintln!(
        "lre: unpacking {reference}, called {}",
        called.reference("")
    );
    oci::unpack(&image, &root, container.limits).with_context(|| {
        format!("{reference}: unpacking it in {root}, a place that TMPDIR chooses")
    })?;
    eprintln!("lre: probing its tools");
    let answer = ask(&root, image.env()).with_context(|| reference.clone())?;
    // Whatever the image is, what comes out of it is held to what any manifest is.
    let mut manifest = Manifest::read(answer, reference, &Default::default())?;
    let (name, mut probed) = manifest
        .environments
        .pop_first()
        .context("no environment")?;
    probed.image = Some(called);
    Ok((name, probed))
}

/// Runs the helper itself in the unpacked image, and reads the manifest that it prints.
fn ask(root: &Utf8PathBuf, env: &[String]) -> Result<serde_json::Value> {
    let helper = std::env::current_exe().context("cannot find the helper's own file")?;
    let mut child = Command::new(helper)
        .args([COMMAND, root.as_str()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the helper a second time")?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    // Where it ends before it reads, its own error says why.
    let _ = stdin.write_all(json!(env).to_string().as_bytes());
    drop(stdin);
    let output = child.wait_with_output().context("cannot wait for it")?;
    if !output.status.success() {
        bail!("its tools could not be probed, for the reason above");
    }
    serde_json::from_slice(&output.stdout).context("the helper answered what it never does")
}

/// What is printed for [`ask`]: `env` probed on this machine, which is the image.
///
/// # Errors
/// Env is none, or what probing complains of.
pub fn probe_here(env: &[String]) -> Result<Manifest> {
    let (name, environment) = declared::environment(env)?;
    let probed = crate::probe::probe(&environment, &declared::policy())?;
    let probed = Probed {
        in_image: true,
        // A manifest has to name the image of such tools; what it is called is not known here.
        image: Some(declared::unnamed()?),
        ..probed
    };
    Ok(Manifest::new(BTreeMap::from([(name, probed)])))
}
