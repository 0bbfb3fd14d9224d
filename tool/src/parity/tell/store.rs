//! Store paths in texts that differ: another hash, another version, another name. It must not know what
//! the texts are.

/// The pairs of store paths that texts differed in, so that one cause stands for all of them.
#[derive(Default)]
pub struct Changed {
    pairs: Vec<(String, String)>,
    program: bool,
}

impl Changed {
    /// Whether `a` and `b` differ in store paths alone; if so, these are noted.
    pub fn explains(&mut self, a: &str, b: &str) -> bool {
        let Some(pairs) = differing(a, b) else {
            return false;
        };
        for pair in pairs {
            if !self.pairs.contains(&pair) {
                self.pairs.push(pair);
            }
        }
        true
    }

    /// As [`Changed::explains`], of the program that is called, which is named first.
    pub fn explains_program(&mut self, a: &str, b: &str) -> bool {
        let others = std::mem::take(&mut self.pairs);
        let explained = self.explains(a, b);
        self.program |= explained;
        for pair in others {
            if !self.pairs.contains(&pair) {
                self.pairs.push(pair);
            }
        }
        explained
    }

    /// The pairs, in the order in which they were found.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Whether the program that is called is another one.
    pub fn is_program(&self) -> bool {
        self.program
    }
}

/// The store paths in which the two differ, if they differ in nothing else.
fn differing(a: &str, b: &str) -> Option<Vec<(String, String)>> {
    let (in_a, in_b) = (pieces(a), pieces(b));
    if in_a.len() != in_b.len() {
        return None;
    }
    let mut pairs = Vec::new();
    for (one, other) in in_a.iter().zip(&in_b) {
        match (one, other) {
            _ if one == other => {}
            (Piece::Store(one), Piece::Store(other)) => {
                pairs.push(((*one).to_owned(), (*other).to_owned()));
            }
            _ => return None,
        }
    }
    (!pairs.is_empty()).then_some(pairs)
}

#[derive(PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Store(&'a str),
}

/// The text, cut at store paths: `/nix/store/HASH-NAME`.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    const STORE: &str = "/nix/store/";
    let mut pieces = Vec::new();
    let mut left = text;
    while let Some(start) = left.find(STORE) {
        let named = &left[start + STORE.len()..];
        // The characters that Nix allows in the name of a store path.
        let allowed = |c: char| c.is_ascii_alphanumeric() || "+-._?=".contains(c);
        let end = named.find(|c| !allowed(c)).unwrap_or(named.len());
        pieces.push(Piece::Text(&left[..start]));
        pieces.push(Piece::Store(&left[start..start + STORE.len() + end]));
        left = &named[end..];
    }
    pieces.push(Piece::Text(left));
    pieces
}

/// What is different about two store paths: the hash alone, the version or the name.
pub fn compare(a: &str, b: &str) -> String {
    let (hash_a, name_a) = parts(a);
    let (hash_b, name_b) = parts(b);
    if name_a == name_b {
        return format!(
            "{name_a}: of the same name and version, but built differently ({hash_a} in A, {hash_b} in B)"
        );
    }
    let (program_a, version_a) = versioned(name_a);
    let (program_b, version_b) = versioned(name_b);
    if program_a == program_b {
        format!("{program_a}: version {version_a} in A, {version_b} in B")
    } else {
        format!("{name_a} in A, {name_b} in B")
    }
}

fn parts(path: &str) -> (&str, &str) {
    let base = path.rsplit('/').next().unwrap_or(path);
    base.split_once('-').unwrap_or(("", base))
}

/// Name and version, as Nix tells them apart: at the first dash that no letter follows
/// (`builtins.parseDrvName`).
fn versioned(name: &str) -> (&str, &str) {
    let dashes = name.match_indices('-');
    let version = dashes.map(|(at, _)| at).find(|&at| {
        let next = name[at + 1..].chars().next();
        next.is_some_and(|c| !c.is_alphabetic())
    });
    version.map_or((name, "none"), |at| (&name[..at], &name[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn store_paths_are_compared_by_name_version_and_hash() {
        let clang = |hash: &str, version: &str| format!("/nix/store/{hash}-clang-{version}");
        let cases = [
            ("aaa", "21.1", "bbb", "21.1", "clang-21.1: of the same name"),
            (
                "aaa",
                "21.1",
                "bbb",
                "22",
                "clang: version 21.1 in A, 22 in B",
            ),
        ];
        for (hash_a, a, hash_b, b, begins) in cases {
            let said = compare(&clang(hash_a, a), &clang(hash_b, b));
            assert!(said.starts_with(begins), "{said}");
        }
        let said = compare("/nix/store/a-clang-21", "/nix/store/b-gcc-16");
        assert_eq!(said, "clang-21 in A, gcc-16 in B");
    }

    #[test]
    fn texts_that_differ_in_more_are_not_explained() {
        let mut changed = Changed::default();
        assert!(!changed.explains("-L/nix/store/a-x/lib", "-I/nix/store/b-x/lib"));
        assert!(!changed.explains("same", "same"));
        assert!(changed.explains("-L/nix/store/a-x/lib", "-L/nix/store/b-x/lib"));
        assert_eq!(
            changed.pairs(),
            [("/nix/store/a-x".to_owned(), "/nix/store/b-x".to_owned())]
        );
    }
}
