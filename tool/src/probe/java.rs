//! Reads what a JDK's own `release` file says of it. It runs no Java and must not
//! know which toolchains are made of it.

use std::fs;

use anyhow::{Context, Result, anyhow};
use camino::Utf8PathBuf;

use crate::manifest::Java;

/// Reads the JDK at `home`.
///
/// # Errors
/// No readable `release` file, or none with a `JAVA_VERSION`.
pub fn probe(home: Utf8PathBuf) -> Result<Java> {
    let file = home.join("release");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("{file}: a JDK has this file; does JAVA_HOME name one?"))?;
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("JAVA_VERSION="))
        .map(|value| value.trim_matches('"').to_owned())
        .ok_or_else(|| anyhow!("{file}: there is no line JAVA_VERSION=… in it"))?;
    let feature = feature_release(&version)
        .ok_or_else(|| anyhow!("{file}: JAVA_VERSION={version:?} is no version of Java"))?;
    Ok(Java {
        home,
        version,
        feature,
    })
}

/// The feature release of a version string (JEP 322): 17 of `17.0.14`, and 8 of
/// the older form `1.8.0_402`.
fn feature_release(version: &str) -> Option<u32> {
    let mut numbers = version.split(['.', '_', '-', '+']);
    match numbers.next()?.parse().ok()? {
        1 => numbers.next()?.parse().ok(),
        number => Some(number),
    }
}

#[cfg(test)]
mod tests {
    use super::feature_release;

    #[test]
    fn the_feature_release_is_a_whole_number() {
        assert_eq!(feature_release("17.0.14"), Some(17));
        assert_eq!(feature_release("25"), Some(25));
        assert_eq!(feature_release("1.8.0_402"), Some(8));
        assert_eq!(feature_release("26-ea"), Some(26));
        assert_eq!(feature_release("nonsense"), None);
    }
}
