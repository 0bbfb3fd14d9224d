//! Results that are kept between runs, each made anew when what it was made from
//! changes. It must not know what is made.

use std::fs;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

use crate::checkout::remove;
use crate::shell::progress;

/// The SHA-256 of `parts`, in hexadecimal.
pub fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

/// The folder `name` of the lab, made by `make` unless it is there and was made
/// under the same `key`. `make` gets another folder, renamed when it succeeded:
/// one that was interrupted is never taken for a result.
pub fn folder(
    lab: &Utf8Path,
    name: &str,
    key: &str,
    make: impl FnOnce(&Utf8Path) -> Result<()>,
) -> Result<Utf8PathBuf> {
    let folder = lab.join(name);
    let stamp = lab.join(format!("{name}.stamp"));
    if folder.is_dir() && fs::read_to_string(&stamp).is_ok_and(|made| made == key) {
        progress(format_args!("{name}: there already"));
        return Ok(folder);
    }
    let unfinished = lab.join(format!("{name}.new"));
    remove(&stamp)?;
    remove(&folder)?;
    remove(&unfinished)?;
    fs::create_dir_all(&unfinished).with_context(|| format!("cannot create {unfinished}"))?;
    make(&unfinished).inspect_err(|_| {
        // What went wrong counts, not that the remains could not be removed.
        let _ = remove(&unfinished);
    })?;
    fs::rename(&unfinished, &folder)
        .with_context(|| format!("cannot rename {unfinished} to {folder}"))?;
    fs::write(&stamp, key).with_context(|| format!("cannot write {stamp}"))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_once_per_key_and_never_half() -> Result<()> {
        let lab = tempfile::tempdir()?;
        let lab = Utf8Path::from_path(lab.path()).expect("UTF-8");
        let fill = |text: &'static str| {
            move |dir: &Utf8Path| -> Result<()> { Ok(fs::write(dir.join("file"), text)?) }
        };
        let file = folder(lab, "thing", "1", fill("one"))?.join("file");
        folder(lab, "thing", "1", fill("not made again"))?;
        assert_eq!(fs::read_to_string(&file)?, "one");
        folder(lab, "thing", "2", fill("two"))?;
        assert_eq!(fs::read_to_string(&file)?, "two");
        folder(lab, "thing", "3", |_| anyhow::bail!("failed")).unwrap_err();
        assert!(!lab.join("thing.new").exists());
        Ok(())
    }
}
