//! A root of Debian sid with a browser that needs no screen, which opens what the helper writes
//! for people. It must not know what is looked at.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};

/// Chromium without a window, and a font, since pages that load nothing have the machine's.
const PACKAGES: &str = "chromium-headless-shell,fonts-dejavu-core";

/// The root, made where it is not there yet.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    stamp::folder(lab, FOLDER, &stamp::key(&[PACKAGES]), |dir| {
        apt::bootstrap(PACKAGES, &[], dir)
    })
}

/// Its name in the lab.
pub const FOLDER: &str = "browser";
