//! The sources of LLVM's C++ library, with which programs for musl are built: Debian has none
//! for musl. It must not know how they are compiled.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};
use crate::checkout;
use crate::shell::{progress, run};

/// The compiler Zig, whose wheel carries these sources for its own use (in `ziglang/lib`, of
/// LLVM 22.1.8), as a line of pip's requirements: the version and the wheel's SHA-256.
const WHEEL: &str = "ziglang==0.17.1 \
    --hash=sha256:ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54\n";

/// The wheel of that hash, whatever machine this is.
const PLATFORM: &str = "manylinux2010_x86_64";

/// The libraries, each a folder of the wheel. The rest of it is large and stays packed.
const FOLDERS: [&str; 3] = ["libcxx", "libcxxabi", "libunwind"];

/// Unpacks what is below one folder of a zip archive: what pip needs is enough for that.
const UNPACK: &str = "import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
archive.extractall(members=[n for n in archive.namelist() if n.startswith(sys.argv[2])])
";

/// The folder `libcxx/` of the lab with the libraries' own folders, downloaded where they are
/// not there yet, with pip and from the index that pip is configured for.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let parts = [&[WHEEL, PLATFORM, UNPACK], &FOLDERS[..]].concat();
    stamp::folder(lab, "libcxx", &stamp::key(&parts), |dir| {
        apt::install("pip3", "python3-pip")?;
        let package = WHEEL.split_whitespace().next().unwrap_or_default();
        progress(format_args!("libcxx: pip download {package} (100 MB)"));
        let unpacked = dir.join("wheel");
        fs::create_dir_all(&unpacked)?;
        fs::write(unpacked.join("requirements.txt"), WHEEL)?;
        run(Command::new("pip3")
            .args(["download", "--quiet", "--disable-pip-version-check"])
            .args(["--no-input", "--no-deps", "--only-binary=:all:"])
            .args(["--platform", PLATFORM, "--require-hashes"])
            .args(["--requirement", "requirements.txt"])
            .current_dir(&unpacked))
        .with_context(|| {
            format!("pip cannot get {package}: check `pip3 config list` and the network")
        })?;
        let wheel = unpacked
            .read_dir_utf8()?
            .filter_map(Result::ok)
            .find(|entry| entry.file_name().ends_with(".whl"))
            .with_context(|| format!("pip downloaded no wheel of {package}"))?;
        for folder in FOLDERS {
            let member = format!("ziglang/lib/{folder}/");
            run(Command::new("python3")
                .args(["-c", UNPACK, wheel.file_name(), &member])
                .current_dir(&unpacked))?;
            fs::rename(unpacked.join(&member), dir.join(folder))
                .with_context(|| format!("the wheel of {package} has no {member}"))?;
        }
        checkout::remove(&unpacked)
    })
}
