//! Finds store paths in bytes. It knows what a store path looks like, and must not know where the
//! bytes are from.

use std::collections::BTreeSet;

use memchr::memmem::Finder;

/// The store directory; a store elsewhere would make other store paths.
pub const STORE: &str = "/nix/store/";

/// Characters of a store path's hash and how many there are, and those of its name (Nix manual,
/// "Store path").
const HASH: &[u8] = b"0123456789abcdfghijklmnpqrsvwxyz";
const HASH_LENGTH: usize = 32;
const NAME_LENGTH: usize = 211;

/// The store paths that were found so far, each by its last part, `HASH-NAME`.
#[derive(Debug)]
pub struct Names {
    finder: Finder<'static>,
    found: BTreeSet<String>,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            finder: Finder::new(STORE),
            found: BTreeSet::new(),
        }
    }
}

impl Names {
    /// Adds those in `bytes`.
    pub fn add(&mut self, bytes: &[u8]) {
        for at in self.finder.find_iter(bytes) {
            if let Some(name) = name_at(&bytes[at + STORE.len()..])
                && !self.found.contains(name)
            {
                self.found.insert(name.to_owned());
            }
        }
    }

    /// Those in `text`.
    pub fn of(text: &str) -> Names {
        let mut names = Names::default();
        names.add(text.as_bytes());
        names
    }

    /// All of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.found.iter().map(String::as_str)
    }

    /// Whether `name` is one of them.
    pub fn contains(&self, name: &str) -> bool {
        self.found.contains(name)
    }
}

/// The `HASH-NAME` that `bytes` begin with.
fn name_at(bytes: &[u8]) -> Option<&str> {
    let plain = |c: &u8| c.is_ascii_alphanumeric() || b"+-._?=".contains(c);
    let hash = bytes.get(..HASH_LENGTH)?;
    if !hash.iter().all(|c| HASH.contains(c)) || bytes.get(HASH_LENGTH) != Some(&b'-') {
        return None;
    }
    let rest = &bytes[HASH_LENGTH + 1..];
    let length = rest
        .iter()
        .take(NAME_LENGTH)
        .take_while(|c| plain(c))
        .count();
    // A sentence may end with a dot; no name does.
    let name = rest[..length].trim_ascii_end();
    let end = name.iter().rposition(|c| *c != b'.').map_or(0, |at| at + 1);
    (end > 0).then(|| str::from_utf8(&bytes[..HASH_LENGTH + 1 + end]).expect("ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut names = Names::default();
        names.add(text.as_bytes());
        names.iter().map(str::to_owned).collect()
    }

    #[test]
    fn each_path_is_found_once_wherever_it_stands() {
        let (a, b) = ("0".repeat(32) + "-clang-21.1", "z".repeat(32) + "-x_y+z=1");
        let text =
            format!("-B/nix/store/{a}/bin:/nix/store/{b}\n\"/nix/store/{a}\" see /nix/store/{b}.");
        assert_eq!(found(&text), [a, b]);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "/nix/store/".to_owned(),
            format!("/nix/store/{}", "0".repeat(32)),
            format!("/nix/store/{}-", "0".repeat(32)),
            format!("/nix/store/{}-.", "0".repeat(32)),
            format!("/nix/store/{}-clang", "e".repeat(32)),
            format!("/nix/store/{}-clang", "0".repeat(31)),
            format!("/nix/stor/{}-clang", "0".repeat(32)),
        ] {
            assert!(found(&text).is_empty(), "{text}");
        }
    }
}
