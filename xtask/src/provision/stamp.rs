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
    if made(lab, name, key) {
        progress(format_args!("{name}: there already"));
        return Ok(folder);
    }
    let stamp = stamp(lab, name);
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

/// Whether the folder `name` of the lab is there and was made under `key`.
pub fn made(lab: &Utf8Path, name: &str, key: &str) -> bool {
    lab.join(name).is_dir() && fs::read_to_string(stamp(lab, name)).is_ok_and(|made| made == key)
}

/// Has `extend` add to the folder `name` of the lab what it has under another `key`; where that is
/// interrupted, the folder counts as not made at all.
pub fn extend(
    lab: &Utf8Path,
    name: &str,
    key: &str,
    extend: impl FnOnce(&Utf8Path) -> Result<()>,
) -> Result<Utf8PathBuf> {
    let (folder, stamp) = (lab.join(name), stamp(lab, name));
    remove(&stamp)?;
    extend(&folder)?;
    fs::write(&stamp, key).with_context(|| format!("cannot write {stamp}"))?;
    Ok(folder)
}

fn stamp(lab: &Utf8Path, name: &str) -> Utf8PathBuf {
    lab.join(format!("{name}.stamp"))
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

    #[test]
    fn what_was_extended_half_is_made_anew() -> Result<()> {
        let lab = tempfile::tempdir()?;
        let lab = Utf8Path::from_path(lab.path()).expect("UTF-8");
        folder(lab, "thing", "1", |dir| {
            Ok(fs::write(dir.join("file"), "")?)
        })?;
        let more = |dir: &Utf8Path| -> Result<()> { Ok(fs::write(dir.join("more"), "")?) };
        let thing = extend(lab, "thing", "2", more)?;
        assert!(made(lab, "thing", "2") && !made(lab, "thing", "1"));
        assert!(thing.join("file").exists() && thing.join("more").exists());

        extend(lab, "thing", "3", |_| anyhow::bail!("failed")).unwrap_err();

        assert!(!made(lab, "thing", "3") && !made(lab, "thing", "2"));
        let again = folder(lab, "thing", "2", |_| Ok(()))?;
        assert!(!again.join("more").exists());
        Ok(())
    }
}
