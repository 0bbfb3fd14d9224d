//! The check that Bazel is there and new enough. It must not know what is asked of it later.

use std::fs;
use std::process::Command;

use super::check::Check;
use super::place::Place;

/// The first with what the repository rule calls: `rctx.getenv`, `rctx.watch` and `reproducible`
/// (Bazel 7.1's release notes), as MODULE.bazel's `bazel_compatibility` says.
const OLDEST: (u64, u64) = (7, 1);

/// There, new enough, and the one that `.bazelversion` names, which is for whoever starts Bazel: Bazel
/// itself does not read it. No server is asked, since one that builds would let us wait.
pub fn version(place: &Place) -> Check {
    const NAME: &str = "bazel";
    let (major, minor) = OLDEST;
    let file = place.workspace.root.join(".bazelversion");
    let named = named(&fs::read_to_string(&file).unwrap_or_default());
    if let Some(version) = &named
        && let Some(found) = numbers(version)
        && found < OLDEST
    {
        return Check::wrong(
            NAME,
            format!("{file} names {version}"),
            format!("name {major}.{minor} or later"),
        );
    }
    let text = match said(place) {
        Ok(text) => text,
        Err((found, mend)) => return Check::wrong(NAME, found, mend),
    };
    let is = text.strip_prefix("bazel ").and_then(version_of);
    match (is, named) {
        (Some(is), _) if numbers(is).is_some_and(|found| found < OLDEST) => {
            Check::wrong(NAME, text, format!("install {major}.{minor} or later"))
        }
        (Some(is), Some(named)) if !agree(&named, is) => Check::wrong(
            NAME,
            format!("{text}, and {file} names {named}"),
            "start Bazel by Bazelisk, which takes the one that is named, or install that",
        ),
        (None, Some(named)) => Check::unknown(
            NAME,
            format!("it says {text:?} of its version, and {file} names {named}"),
            "see that it is that one",
        ),
        (None, None) if !text.starts_with("bazel ") => Check::unknown(
            NAME,
            format!("it says {text:?} of its version"),
            format!("see that it is {major}.{minor} or later"),
        ),
        // A build of somebody's own has no number.
        (_, None) | (Some(_), Some(_)) => Check::ok(NAME, text),
    }
}

/// What Bazel says to `--version`, which its client answers alone, unlike `--help`; else what is wrong
/// and how it is mended.
fn said(place: &Place) -> Result<String, (String, String)> {
    let bazel = &place.options.bazel;
    let output = Command::new(bazel)
        .arg("--version")
        .current_dir(&place.workspace.root)
        .output()
        .map_err(|error| {
            let mend = "put Bazel on PATH, or name it with --bazel";
            (format!("{bazel}: {error}"), mend.to_owned())
        })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    let mut why = text(&output.stderr);
    if why.is_empty() {
        why = "it said nothing".to_owned();
    }
    Err((
        format!("`{bazel} --version` failed ({}): {why}", output.status),
        "install the Bazel that .bazelversion names, or use Bazelisk, which does".to_owned(),
    ))
}

/// The version that a `.bazelversion` names: its first line with text
/// (<https://github.com/bazelbuild/bazelisk#how-does-bazelisk-know-which-bazel-version-to-run>).
fn named(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| !line.is_empty()).map(str::to_owned)
}

/// Whether what is named can be the Bazel `is`: a version is that one, `8.x` and `8.*` are any of that
/// major version, and of what else Bazelisk knows (`latest`, a fork, a commit) nothing is said here.
fn agree(named: &str, is: &str) -> bool {
    if let Some(major) = named.strip_suffix(".x").or(named.strip_suffix(".*")) {
        return is.split('.').next() == Some(major);
    }
    let is_version = numbers(named).is_some() && !named.contains('/');
    !is_version || named == is
}

/// The version at the beginning of what Bazel says behind its name; a build of somebody's own says
/// something else there (`no_version`), or more behind it (`7.7.1- (@non-git)`).
fn version_of(text: &str) -> Option<&str> {
    let version = text.split_whitespace().next()?.trim_end_matches('-');
    numbers(version).map(|_| version)
}

fn numbers(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{agree, version_of};

    #[test]
    fn a_version_is_compared_and_what_else_may_be_named_is_not() {
        for (named, is, wanted) in [
            ("7.7.1", "7.7.1", true),
            ("7.7.1", "7.7.0", false),
            ("8.0.0rc1", "8.0.0", false),
            ("8.x", "8.4.2", true),
            ("8.*", "7.7.1", false),
            ("latest", "7.7.1", true),
            ("bazelbuild/8.1.0", "7.7.1", true),
        ] {
            assert_eq!(agree(named, is), wanted, "{named} {is}");
        }
    }

    #[test]
    fn a_build_of_somebodys_own_may_have_a_version() {
        assert_eq!(version_of("7.7.1- (@non-git)"), Some("7.7.1"));
        assert_eq!(version_of("no_version"), None);
        assert_eq!(version_of("development version"), None);
    }
}
