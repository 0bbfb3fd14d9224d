//! The lines of one rc file, each with its number. It must not know where the text comes from.

use super::words;

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1; of several that a backslash joins, the first.
    pub number: usize,
    /// Its words; at least one.
    pub words: Vec<String>,
}

/// The lines of `text` that have words. A backslash at the end of a line joins it with the next, in
/// comments too, and whatever stands before the backslash (Bazel, `src/main/cpp/rc_file.cc`,
/// `ParseFile`, which does it before it looks at anything else).
pub fn lines(text: &str) -> Vec<Line> {
    let mut found = Vec::new();
    let mut joined = String::new();
    let mut first = None;
    let mut add = |number, text: &str| {
        let words = words(text);
        if !words.is_empty() {
            found.push(Line { number, words });
        }
    };
    for (index, line) in text.split('\n').enumerate() {
        let number = *first.get_or_insert(index + 1);
        if let Some(begin) = line.strip_suffix("\\\r").or(line.strip_suffix('\\')) {
            joined.push_str(begin);
            continue;
        }
        joined.push_str(line);
        add(number, &joined);
        joined.clear();
        first = None;
    }
    // Without a newline behind it a backslash is one, and escapes nothing.
    add(first.unwrap_or_default(), &joined);
    found
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn shown(text: &str) -> Vec<String> {
        let lines = lines(text).into_iter();
        lines
            .map(|line| format!("{} {}", line.number, line.words.join("|")))
            .collect()
    }

    #[test]
    fn each_line_is_told_by_the_number_of_its_first() {
        let text = "build --a\n\n# no\nbuild \\\n  --b \\\r\n  --c\ntest --d\r\n";
        assert_eq!(
            shown(text),
            ["1 build|--a", "4 build|--b|--c", "7 test|--d"]
        );
    }

    #[test]
    fn a_backslash_continues_a_comment_and_joins_words() {
        assert_eq!(shown("# off \\\nbuild --a\nbuild --b"), ["3 build|--b"]);
        assert_eq!(shown("build --a\\\nb"), ["1 build|--ab"]);
        // The second backslash of two counts all the same.
        assert_eq!(shown("build --a\\\\\nb"), ["1 build|--ab"]);
        assert_eq!(shown("build --a\\"), ["1 build|--a"]);
    }
}
