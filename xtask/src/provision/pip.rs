//! Wheels of the Python package index, unpacked without being installed: what is in them is
//! wanted, not Python's idea of where it goes. It must not know what they carry.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8Path;

use super::apt;
use crate::shell::{progress, run};

/// Unpacks what is below one folder of a zip archive: what pip needs is enough for that.
pub const UNPACK: &str = "import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
archive.extractall(members=[n for n in archive.namelist() if n.startswith(sys.argv[2])])
";

/// Downloads a wheel to `dir` and unpacks there what is below `folders` of it, with pip and
/// from the index that pip is configured for. `wheel` is a line of pip's requirements with
/// version and hash, `platform` the one that the wheel of that hash is for.
pub fn unpack(dir: &Utf8Path, wheel: &str, platform: &str, folders: &[&str]) -> Result<()> {
    apt::install("pip3", "python3-pip")?;
    let package = wheel.split_whitespace().next().unwrap_or_default();
    progress(format_args!("pip download {package}"));
    fs::create_dir_all(dir)?;
    fs::write(dir.join("requirements.txt"), wheel)?;
    run(Command::new("pip3")
        .args(["download", "--quiet", "--disable-pip-version-check"])
        .args(["--no-input", "--no-deps", "--only-binary=:all:"])
        .args(["--platform", platform, "--require-hashes"])
        .args(["--requirement", "requirements.txt"])
        .current_dir(dir))
    .with_context(|| {
        format!("pip cannot get {package}: check `pip3 config list` and the network")
    })?;
    let wheel = dir
        .read_dir_utf8()?
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().ends_with(".whl"))
        .with_context(|| format!("pip downloaded no wheel of {package}"))?;
    for folder in folders {
        run(Command::new("python3")
            .args(["-c", UNPACK, wheel.file_name(), folder])
            .current_dir(dir))?;
    }
    fs::remove_file(wheel.path()).with_context(|| format!("cannot remove {}", wheel.path()))
}
