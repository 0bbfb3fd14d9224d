//! JSON that is inert between the tags of a script: whatever a text says, it ends no tag and
//! begins none. It must not know what is written.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// As short as [`serde_json::to_string`] writes it, with the characters escaped that mean something to HTML
/// (WHATWG HTML, 4.12.1.3 "Restrictions for contents of script elements"), and those that end
/// lines in JavaScript alone.
pub struct Inert;

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, from) = rest.split_at(at);
            let mut chars = from.chars();
            let special = chars.next().expect("it was found");
            write!(writer, "{before}\\u{:04x}", u32::from(special))?;
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::Serializer;

    use super::*;

    fn inert(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut bytes, Inert);
        text.serialize(&mut serializer).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_end_of_a_script_is_no_end() {
        let written = inert("</script><!--&\u{2028}\u{2029}");

        assert_eq!(
            written,
            r#""\u003c/script\u003e\u003c!--\u0026\u2028\u2029""#
        );
    }

    proptest! {
        #[test]
        fn any_text_is_inert_and_the_same_when_read(
            text in "([<>&\"\\\\/!\\-\u{0}-\u{1f}\u{2028}\u{2029}]|\\PC|</script>|<!--)*",
        ) {
            let written = inert(&text);

            prop_assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{written}");
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
