//! Checks of `.bazelrc.lre`: that it is there, current, imported, kept out of git, and not undone. It must
//! not know how it is mended.

use super::check::Check;
use super::meaning::Meaning;
use super::ours::{self, OurFile};
use super::place::Place;
use crate::agreement::VERSION;
use crate::rc::Import;
use crate::render::{self, BAZELRC, BAZELRC_IMPORT};

/// There, and ours.
pub fn present(place: &Place) -> Check {
    const NAME: &str = "rc-file";
    let path = place.our_path();
    match &place.our_file {
        OurFile::Ours(_) => Check::ok(NAME, path),
        OurFile::Foreign => Check::wrong(
            NAME,
            format!("{path} was not written by lre"),
            "move it away, and enter the dev shell again or run `lre bazelrc`",
        ),
        OurFile::Missing => Check::wrong(
            NAME,
            format!("there is no {path}"),
            "enter the dev shell, or run `lre bazelrc --prefix lre --env FILE` with an environment \
             or a manifest",
        ),
    }
}

/// What the helper would write now, from the files that it names.
pub fn current(place: &Place) -> Check {
    const NAME: &str = "rc-current";
    let (Some(ours), Some(manifest)) = (place.our_file.ours(), &place.manifest) else {
        return Check::unknown(NAME, "there is no file to look at", "see rc-file");
    };
    let command = ours::command(&ours.options);
    let anew = format!("enter the dev shell again, or run `{command}`");
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(error) => {
            return Check::wrong(
                NAME,
                format!("what it was written for cannot be read: {error}"),
                "enter the dev shell again, or run `lre bazelrc` with files that are there",
            );
        }
    };
    if ours.version.as_deref() != Some(VERSION) {
        let version = ours.version.as_deref().unwrap_or("an unknown version");
        let found = format!("it was written by {version}, and this helper is {VERSION}");
        return Check::wrong(NAME, found, anew);
    }
    let digest = manifest.digest();
    if ours.digest.as_ref() != Some(&digest) {
        let was = ours.digest.as_deref().unwrap_or("no manifest");
        let found = format!("it was written for {was}, and the manifest now is {digest}");
        return Check::wrong(NAME, found, anew);
    }
    let expected = render::bazelrc(manifest, &ours.options);
    let mut lines = ours.text.lines().zip(expected.lines()).enumerate();
    let changed = lines.find(|(_, (is, should))| is != should);
    match changed {
        Some((index, (is, _))) => {
            let found = format!("line {} was changed by hand: {is}", index + 1);
            Check::wrong(NAME, found, anew)
        }
        None if ours.text != expected => {
            let (is, should) = (ours.text.lines().count(), expected.lines().count());
            let found = format!("it has {is} lines, and should have {should}");
            Check::wrong(NAME, found, anew)
        }
        None if place.is_for_reference() => Check::warning(
            NAME,
            "no environment is set, so it is for the embedded reference: builds work remotely only",
            "enter the dev shell of a flake with settings, or name your own: `lre bazelrc --env FILE`",
        ),
        None => Check::ok(NAME, format!("sha256:{digest}")),
    }
}

/// Read by Bazel.
pub fn imported(place: &Place) -> Check {
    const NAME: &str = "rc-imported";
    if let Some(fault) = place.rc.faults.first() {
        return Check::wrong(
            NAME,
            format!("Bazel refuses the rc files: {fault}"),
            "mend that line, or remove it",
        );
    }
    if !place.is_imported() {
        let bazelrc = place.workspace.root.join(".bazelrc");
        let found = format!("{bazelrc} does not import {BAZELRC}");
        let mend = format!(
            "add the line `{}`, or run `lre doctor --fix`",
            BAZELRC_IMPORT.join(" ")
        );
        return Check::wrong(NAME, found, mend);
    }
    let ours = place.our_path();
    let mut imports = place.rc.imports_of(&ours);
    if let Some(import) = imports.next()
        && import.is_relative()
        && imports.all(Import::is_relative)
    {
        return Check::warning(
            NAME,
            format!(
                "{}: Bazel looks for {} in the folder that it is called in",
                import.at, import.written
            ),
            format!("write {}", BAZELRC_IMPORT[1]),
        );
    }
    match place.prefix() {
        Some(prefix) if !place.is_always_on() => Check::ok(
            NAME,
            format!("its flags take effect with --config={prefix}"),
        ),
        _ => Check::ok(NAME, "its flags take effect in every build"),
    }
}

/// No line that Bazel reads later says otherwise.
pub fn kept(place: &Place) -> Check {
    const NAME: &str = "rc-not-undone";
    if !place.is_imported() || place.our_file.ours().is_none() {
        return Check::unknown(NAME, "there are no flags of ours", "see rc-imported");
    }
    let flags = place.flags();
    let (mut ours, mut undone) = (Vec::new(), Vec::new());
    for (index, flag) in flags.iter().enumerate() {
        if !place.is_ours(flag) {
            continue;
        }
        ours.push(flag);
        let meaning = Meaning::of(flag);
        let others = flags[index + 1..]
            .iter()
            .rev()
            .filter(|other| !place.is_ours(other));
        // The last one that is about the same decides.
        let last = others
            .filter_map(|other| Some((other, meaning.is_undone_by(other)?)))
            .next();
        let Some((other, true)) = last else { continue };
        // A choice of the project is the same for all.
        if !(meaning.is_a_choice() && place.is_shared(other)) {
            undone.push((flag, other));
        }
    }
    let Some((flag, other)) = undone.first() else {
        return Check::ok(NAME, format!("{} flags have the last word", ours.len()));
    };
    let more = match undone.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    Check::wrong(
        NAME,
        format!(
            "{}: {} undoes {}{more}",
            other.at,
            other.word(),
            flag.word()
        ),
        format!(
            "remove that flag, or move it before the line `{}`",
            BAZELRC_IMPORT.join(" ")
        ),
    )
}

/// Not in git, which it is not for.
pub fn ignored(place: &Place) -> Check {
    const NAME: &str = "rc-ignored";
    let workspace = &place.workspace;
    if !workspace.in_git {
        return Check::ok(NAME, "there is no git repository");
    }
    if workspace.ignores(BAZELRC) {
        return Check::ok(NAME, format!("git ignores {BAZELRC}"));
    }
    Check::warning(
        NAME,
        format!("{BAZELRC} is for one machine only, and git does not ignore it"),
        format!("add the line `/{BAZELRC}` to .gitignore, or run `lre doctor --fix`"),
    )
}
