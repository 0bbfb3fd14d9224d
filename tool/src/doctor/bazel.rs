//! The check that Bazel is there and new enough. It must not know what is asked of it later.

use std::fs;
use std::process::Command;

use super::check::Check;
use super::place::Place;

/// The first with what the repository rule calls: `rctx.getenv`, `rctx.watch` and `reproducible`
/// (Bazel 7.1's release notes), as MODULE.bazel's `bazel_compatibility` says.
const OLDEST: (u64, u64) = (7, 1);

/// There, and new enough. A `.bazelversion` says which; no server is asked, since one that builds would
/// let us wait.
pub fn version(place: &Place) -> Check {
    const NAME: &str = "bazel";
    let (major, minor) = OLDEST;
    let file = place.workspace.root.join(".bazelversion");
    let named = fs::read_to_string(&file).ok();
    let named = named
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    if let Some(version) = named
        && let Some(found) = numbers(version)
        && found < OLDEST
    {
        return Check::wrong(
            NAME,
            format!("{file} names {version}"),
            format!("name {major}.{minor} or later"),
        );
    }
    let bazel = &place.options.bazel;
    // `--help` of the client is answered by the server; `--version` by the client alone.
    let said = Command::new(bazel)
        .arg("--version")
        .current_dir(&place.workspace.root)
        .output();
    let text = match said {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(error) => {
            return Check::wrong(
                NAME,
                format!("{bazel}: {error}"),
                "put Bazel on PATH, or name it with --bazel",
            );
        }
    };
    match text.strip_prefix("bazel ").and_then(numbers) {
        Some(found) if found < OLDEST => {
            Check::wrong(NAME, text, format!("install {major}.{minor} or later"))
        }
        Some(_) => Check::ok(NAME, text),
        // A build of somebody's own has no number.
        None => Check::ok(
            NAME,
            if text.is_empty() {
                "of an unknown version".to_owned()
            } else {
                text
            },
        ),
    }
}

fn numbers(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
