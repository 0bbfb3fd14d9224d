//! Whether a Starlark file nests so deep that reading it would take more stack than there is: the
//! parser, and whatever walks its tree, calls itself for each level. It goes by tokens alone.

use anyhow::{Result, bail};
use starlark_syntax::codemap::{CodeMap, Pos};
use starlark_syntax::lexer::{Lexer, Token};

use crate::validate::MODULE;

/// How many brackets and operators may lie in each other. Nobody who writes by hand gets near, and
/// without optimisation the parser takes ten kilobytes for each.
const LIMIT: usize = 100;

/// Checks `text`, which errors call `file`.
///
/// # Errors
/// It nests too deep; with the line where it does.
pub fn check(file: &str, text: &str) -> Result<()> {
    let map = CodeMap::new(file.to_owned(), text.to_owned());
    // How deep each line starts, each open bracket is, and what comes next may be.
    let (mut start, mut brackets, mut depth) = (0_usize, Vec::new(), 0);
    // What is no token the parser complains of; behind it the lexer may say the same for ever.
    let tokens = Lexer::new(text, &MODULE, map.clone()).map_while(Result::ok);
    for (begin, token, _) in tokens {
        match token {
            Token::Comma => depth = brackets.last().map_or(start, |open| open + 1),
            Token::Newline | Token::Semicolon => depth = start,
            Token::Indent | Token::Elif | Token::Lambda => {
                start += 1;
                depth = start;
            }
            Token::Dedent => start = start.saturating_sub(1),
            Token::OpeningRound | Token::OpeningSquare | Token::OpeningCurly => {
                brackets.push(depth);
                depth += 1;
            }
            Token::ClosingRound | Token::ClosingSquare | Token::ClosingCurly => {
                depth = brackets.pop().unwrap_or(start) + 1;
            }
            Token::Identifier(_) | Token::Int(_) | Token::Float(_) | Token::String(_) => {}
            Token::Comment(_) | Token::Equal | Token::Colon => {}
            _ => depth += 1,
        }
        if depth > LIMIT {
            let line = map.find_line(Pos::new(begin as u32)) + 1;
            bail!(
                "{file}:{line}: more than {LIMIT} brackets and operators lie in each other here; \
                 write it in simpler expressions"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module_file::Parsed;

    #[test]
    fn a_text_that_the_lexer_cannot_read_ends() {
        for text in ["f\"\"\"", "f'{", "\"\"\"", "\\"] {
            let error = Parsed::new("MODULE.bazel", text).err();
            assert!(error.is_some(), "{text}");
        }
    }

    #[test]
    fn what_nests_deep_is_refused_before_it_is_parsed() {
        const DEEP: usize = 100_000;
        for (before, middle, after) in [
            ("(", "1", ")"),
            ("[", "", "]"),
            ("{1: ", "1", "}"),
            ("f(a, b = ", "1", ")"),
            ("-", "1", ""),
            ("not ", "1", ""),
            ("", "1", " + 1"),
            ("1 if 1 else ", "1", ""),
            ("", "f", "()"),
            ("", "f", ".a"),
            ("-(", "1", ")"),
            ("[1 + ", "1", "]"),
            ("\nif 1: 1\nel", "\n", ""),
            ("if 1: 1\nelif 1: 1\nel", "if 1: 1", ""),
            ("lambda: ", "1", ""),
            ("lambda a, b: ", "1", ""),
        ] {
            let (before, after) = (before.repeat(DEEP), after.repeat(DEEP));
            let refused = Parsed::new("m", &format!("x = {before}{middle}{after}\n"));
            assert!(refused.is_err(), "{middle}");
        }
    }

    #[test]
    fn what_people_write_is_not() {
        let list: String = (0..5_000)
            .map(|n| format!("    (\"a\" + \"{n}\", [{n}]),\n"))
            .collect();
        let calls: String = (0..5_000)
            .map(|n| format!("f(a = g({n})); x{n} = -{n}\n"))
            .collect();
        check("m", &format!("x = [\n{list}]\n{calls}")).unwrap();
        let (open, close) = ("(".repeat(LIMIT), ")".repeat(LIMIT));
        Parsed::new("m", &format!("x = {open}1{close}\n")).unwrap();
    }
}
