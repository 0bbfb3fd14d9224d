//! Finds what Bazel made of the generated repository, without starting Bazel, which might wait for
//! another that is building. It must not know what is in it.

use std::fs;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use super::place::Place;
use crate::rc::effective;
use crate::render::REPOSITORY;

/// A file in every output base, which holds the path of its workspace
/// (<https://bazel.build/remote/output-directories>).
const OWNER: &str = "DO_NOT_BUILD_HERE";

/// The folder of the repository, the newest where there are several.
pub fn repository(place: &Place) -> Option<Utf8PathBuf> {
    let external = output_base(place)?.join("external");
    // `lre~~lre~NAME` with Bazel 7, `lre++lre+NAME` with later ones.
    let ends = ["~", "+"].map(|separator| format!("{separator}{REPOSITORY}"));
    let folders = external.read_dir_utf8().ok()?.filter_map(Result::ok);
    let made = folders.filter(|folder| ends.iter().any(|end| folder.file_name().ends_with(end)));
    let made = made.map(|folder| folder.path().join("manifest.json"));
    let newest = made
        .filter_map(|file| Some((modified(&file)?, file)))
        .max()?;
    newest.1.parent().map(Utf8Path::to_owned)
}

fn modified(file: &Utf8Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

/// Where Bazel keeps what it makes of the workspace.
fn output_base(place: &Place) -> Option<Utf8PathBuf> {
    let root = &place.workspace.root;
    let startup = effective(&place.rc, "startup", &[]);
    let option = |name: &str| {
        let flag = startup.iter().rfind(|flag| flag.name == name)?;
        flag.value.as_ref().map(Utf8PathBuf::from)
    };
    if let Some(base) = option("output_base") {
        return Some(base);
    }
    // A link in the workspace: BASE/execroot/_main/bazel-out.
    if let Ok(out) = root.join("bazel-out").read_link_utf8()
        && let Some(base) = out.ancestors().nth(3)
    {
        return Some(base.to_owned());
    }
    let user_root = option("output_user_root").or_else(|| {
        let user = place.variables.get("USER")?;
        let cache = place.home.as_ref()?.join(".cache/bazel");
        Some(cache.join(format!("_bazel_{user}")))
    })?;
    let mut bases = user_root.read_dir_utf8().ok()?.filter_map(Result::ok);
    let owner = |base: &Utf8Path| fs::read_to_string(base.join(OWNER)).ok();
    bases.find_map(|base| {
        (owner(base.path())?.trim() == root.as_str()).then(|| base.path().to_owned())
    })
}
