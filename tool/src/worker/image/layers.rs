//! Which store paths share a layer, so that after a change of one toolchain the layers of others
//! are what they were, and need not be sent again. It must not know what is in a store path.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use sha2::{Digest, Sha256};

use super::carried::name_of;

/// A store path of this size gets a layer of its own.
const BIG: u64 = 4 << 20;

/// How many such layers there are at most: with the shared ones and the one of the root, and
/// with those of a base, not more than the 127 that overlays of engines take.
const MOST: usize = 60;
const ENGINES_TAKE: usize = 127;

/// How many layers the small ones share.
const SHARED: usize = 32;

/// Store paths that share a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The store paths, sorted.
    pub paths: Vec<Utf8PathBuf>,
    /// Bytes of their files.
    pub bytes: u64,
}

impl Group {
    /// The names of what is in it, for people.
    pub fn what(&self) -> String {
        match &self.paths[..] {
            [one] => name_of(one).to_owned(),
            [first, rest @ ..] => format!("{} and {} more", name_of(first), rest.len()),
            [] => String::new(),
        }
    }
}

/// Spreads store paths over layers. A big one has a layer of its own. A small one shares the
/// layer that its name without version falls into: so what is in a layer depends on nothing
/// but the paths in it, and a new version of one changes that layer alone. `lower` is how many
/// layers are there already.
pub fn group(mut sized: Vec<(Utf8PathBuf, u64)>, lower: usize) -> Vec<Group> {
    let most = ENGINES_TAKE.saturating_sub(lower + SHARED + 1).min(MOST);
    // The biggest first, and of the same size in the order of their names.
    sized.sort_by(|(a, bytes_a), (b, bytes_b)| bytes_b.cmp(bytes_a).then_with(|| a.cmp(b)));
    let big = sized
        .iter()
        .take(most)
        .take_while(|(_, bytes)| *bytes >= BIG)
        .count();
    let small = sized.split_off(big);
    let mut shared: BTreeMap<u64, Vec<(Utf8PathBuf, u64)>> = BTreeMap::new();
    for (path, bytes) in small {
        let place = shared.entry(place(name_of(&path)));
        place.or_default().push((path, bytes));
    }
    let mut groups: Vec<Group> = sized
        .into_iter()
        .map(|one| vec![one])
        .chain(shared.into_values())
        .map(|mut paths| {
            paths.sort();
            Group {
                bytes: paths.iter().map(|(_, bytes)| bytes).sum(),
                paths: paths.into_iter().map(|(path, _)| path).collect(),
            }
        })
        .collect();
    groups.sort_by(|a, b| {
        let key = |group: &Group| group.paths.first().map(|path| name_of(path).to_owned());
        key(a).cmp(&key(b)).then_with(|| a.paths.cmp(&b.paths))
    });
    groups
}

/// Which of the shared layers a name falls into; its version, from the first hyphen before a
/// digit (Nix manual, `builtins.parseDrvName`), does not count.
fn place(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let version = bytes
        .windows(2)
        .position(|pair| pair[0] == b'-' && pair[1].is_ascii_digit());
    let hash = Sha256::digest(&bytes[..version.unwrap_or(bytes.len())]);
    u64::from(hash[0]) % SHARED as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(hash: char, name: &str) -> Utf8PathBuf {
        format!("/nix/store/{}-{name}", hash.to_string().repeat(32)).into()
    }

    #[test]
    fn a_new_version_changes_its_own_layer_and_no_other() {
        let closure = |hash, version| -> Vec<_> {
            let mut all: Vec<_> = (0..200)
                .map(|n| (path('0', &format!("lib{n}")), 1000))
                .collect();
            all.push((path('1', "clang-21"), 300 << 20));
            all.push((path('1', "jdk-25"), 300 << 20));
            all.push((path(hash, &format!("bash-{version}")), 2 << 20));
            all
        };
        let (before, after) = (group(closure('1', "5.2"), 0), group(closure('2', "5.3"), 0));
        let changed: Vec<_> = after
            .iter()
            .filter(|group| !before.contains(group))
            .collect();
        assert_eq!(changed.len(), 1);
        assert!(changed[0].paths.contains(&path('2', "bash-5.3")));
        assert!(before.len() < 40, "{}", before.len());
    }

    #[test]
    fn there_are_never_more_layers_than_engines_take() {
        let big: Vec<_> = (0..500)
            .map(|n| (path('0', &format!("big{n}")), 5 << 20))
            .collect();
        for (lower, most) in [(0, 99), (80, 46), (127, 32)] {
            let groups = group(big.clone(), lower);
            assert!(groups.len() <= most, "{} on {lower}", groups.len());
            let paths: usize = groups.iter().map(|group| group.paths.len()).sum();
            assert_eq!(paths, big.len());
        }
    }
}
