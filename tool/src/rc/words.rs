//! Splits a line of an rc file into words as Bazel does. It must not know what a word means.

/// The words of `line` (Bazel, `src/main/cpp/util/strings.cc`, `Tokenize` with `#` for comments): single
/// and double quotes group, a backslash takes the next character as it is, within quotes too, and a `#`
/// outside of quotes ends the line. A quote that is not closed ends with the line; Bazel says nothing
/// of it either. Empty words are dropped.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('\\', _) => word.extend(characters.next()),
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.push(c),
            ('#', None) => break,
            ('\'' | '"', None) => quote = Some(c),
            (' ' | '\n' | '\t' | '\r', None) => words.push(std::mem::take(&mut word)),
            (c, None) => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Writes a word so that [`words`] reads it back as one: between double quotes where it has to be.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=/@:,.+%~".contains(c);
    if word.chars().all(plain) {
        return word.to_owned();
    }
    let escaped = word.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::{quote, words};

    #[test]
    fn words_are_split_as_bazel_splits_them() {
        for (line, expected) in [
            ("build --x  --y\t--z", &["build", "--x", "--y", "--z"][..]),
            ("", &[]),
            ("# build --x", &[]),
            ("build --x # why", &["build", "--x"]),
            ("build --x# no space", &["build", "--x"]),
            (r##"build "--x=a b#c""##, &["build", "--x=a b#c"]),
            (r#"build --x='a "b"'"#, &["build", "--x=a \"b\""]),
            (r"build --x=a\ b\#c", &["build", "--x=a b#c"]),
            // Within quotes of either kind a backslash escapes as well.
            (r#"build "--x=\"" '--y=\''"#, &["build", "--x=\"", "--y='"]),
            ("build '' \"\"", &["build"]),
            ("build \"--x=open # not", &["build", "--x=open # not"]),
            ("build --x\\", &["build", "--x"]),
            ("bauen --größe=µ", &["bauen", "--größe=µ"]),
        ] {
            assert_eq!(words(line), expected, "{line:?}");
        }
    }

    #[test]
    fn a_quoted_word_is_read_back() {
        for word in ["--x=1", "a b", "it's \"#\"", "\\", "größe"] {
            assert_eq!(words(&quote(word)), [word]);
        }
    }
}
