//! The colon-separated option lists of Bazel's C++ auto-configuration.
//! It knows the escape rule and nothing of what the options say.

/// Splits `value` at colons; `%:` is a colon that does not split and `%%` a
/// per cent sign, as in rules_cc's `split_escaped`. Empty parts are dropped.
pub fn split_escaped(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = rest
            .peek()
            .copied()
            .filter(|n| c == '%' && "%:".contains(*n));
        match (escaped, c) {
            (Some(literal), _) => {
                rest.next();
                parts.last_mut().expect("never empty").push(literal);
            }
            (None, ':') => parts.push(String::new()),
            (None, _) => parts.last_mut().expect("never empty").push(c),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::split_escaped;

    #[test]
    fn colons_split_unless_a_per_cent_sign_stands_before_them() {
        assert_eq!(split_escaped("-lc++:-lm"), ["-lc++", "-lm"]);
        assert_eq!(split_escaped("-Wl,a%:b:-x"), ["-Wl,a:b", "-x"]);
        assert_eq!(split_escaped("100%%:50%"), ["100%", "50%"]);
    }

    #[test]
    fn nothing_gives_no_options() {
        assert!(split_escaped("").is_empty());
        assert!(split_escaped("::").is_empty());
    }
}
