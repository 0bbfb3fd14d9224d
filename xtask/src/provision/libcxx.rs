//! The sources of LLVM's C++ library, with which programs for musl are built: Debian has none
//! for musl. It must not know how they are compiled.

use std::fs;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::{pip, stamp};
use crate::checkout;

/// The compiler Zig, whose wheel carries these sources for its own use (in `ziglang/lib`, of
/// LLVM 22.1.8), as a line of pip's requirements: the version and the wheel's SHA-256.
const WHEEL: &str = "ziglang==0.17.1 \
    --hash=sha256:ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54\n";

/// The wheel of that hash, whatever machine this is.
const PLATFORM: &str = "manylinux2010_x86_64";

/// The libraries, each a folder of the wheel. The rest of it is large and stays packed.
const FOLDERS: [&str; 3] = ["libcxx", "libcxxabi", "libunwind"];

/// The folder `libcxx/` of the lab with the libraries' own folders, downloaded where they are
/// not there yet.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    let parts = [&[WHEEL, PLATFORM, pip::UNPACK], &FOLDERS[..]].concat();
    stamp::folder(lab, FOLDER, &stamp::key(&parts), |dir| {
        let unpacked = dir.join("wheel");
        let members = FOLDERS.map(|folder| format!("ziglang/lib/{folder}/"));
        let members = members.each_ref().map(String::as_str);
        pip::unpack(&unpacked, WHEEL, PLATFORM, &members)?;
        for (folder, member) in FOLDERS.iter().zip(members) {
            fs::rename(unpacked.join(member), dir.join(folder))
                .with_context(|| format!("the wheel of Zig has no {member}"))?;
        }
        checkout::remove(&unpacked)
    })
}

/// Its name in the lab.
pub const FOLDER: &str = "libcxx";
