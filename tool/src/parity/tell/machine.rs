//! Paths that are those of one machine. It must not know what the texts are that name them.

/// The folder of one machine that a text names: a home, a checkout, a temporary folder.
pub fn folder(text: &str) -> Option<&str> {
    /// Folders that are somebody's, and how many parts below say whose.
    const PLACES: [(&str, usize); 8] = [
        ("/home/", 1),
        ("/Users/", 1),
        ("/root", 0),
        ("/tmp/", 1),
        ("/private/", 2),
        ("/var/", 2),
        ("/mnt/", 1),
        ("/workspace", 0),
    ];
    /// Flags that paths are written behind without anything in between.
    const FLAGS: [&str; 7] = ["-I", "-L", "-F", "-B", "-isystem", "-iquote", "-idirafter"];
    PLACES.iter().find_map(|&(place, parts)| {
        let starts = |at: &usize| {
            let before = &text[..*at];
            let is_within = |c: char| c.is_alphanumeric() || "._-/".contains(c);
            FLAGS.contains(&before) || !before.ends_with(is_within)
        };
        let mut found = text.match_indices(place).map(|(at, _)| at);
        let start = found.find(starts)?;
        let mut end = start + place.len();
        for part in 0..parts {
            end += usize::from(part > 0);
            let rest = text.get(end..)?;
            end += rest
                .find(['/', ':', '"', '\'', ' ', ','])
                .unwrap_or(rest.len());
        }
        let goes_on = text
            .get(end..)?
            .starts_with(|c: char| c.is_alphanumeric() || "._-".contains(c));
        (!goes_on || parts > 0).then(|| &text[start..end])
    })
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn folders_of_a_user_are_told_from_those_that_all_machines_have() {
        let cases = [
            ("-I/home/ada/include", Some("/home/ada")),
            ("--root=/root", Some("/root")),
            ("a:/tmp/x1/b", Some("/tmp/x1")),
            ("--dir=/rootfs/v1", None),
            ("/nix/store/abc-home/tmp/x", None),
            ("-DX=/usr/include", None),
        ];
        for (text, said) in cases {
            assert_eq!(folder(text), said, "{text}");
        }
    }
}
