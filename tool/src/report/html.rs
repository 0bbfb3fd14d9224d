//! The page as HTML: its parts put into one file that loads nothing and runs only its own
//! script. It must not know what is in the document that it carries.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Serializer;
use sha2::{Digest, Sha256};

use super::inert::Inert;

const PAGE: &str = include_str!("page/page.html");

/// The first line of every page, by which one is known as ours.
pub const MARKER: &str = "<!doctype html><!-- made by lre report -->\n";

const STYLE: &str = include_str!("page/style.css");

/// The parts of the script. They are one module of JavaScript in the page, where functions may
/// call each other whatever their order; what is computed at once comes behind what it needs.
const SCRIPT: &str = concat!(
    include_str!("page/data.js"),
    include_str!("page/dom.js"),
    include_str!("page/format.js"),
    include_str!("page/search.js"),
    include_str!("page/view.js"),
    include_str!("page/list.js"),
    include_str!("page/tree.js"),
    include_str!("page/names.js"),
    include_str!("page/followers.js"),
    include_str!("page/causes.js"),
    include_str!("page/lanes.js"),
    include_str!("page/drawing.js"),
    include_str!("page/steering.js"),
    include_str!("page/timeline.js"),
    include_str!("page/summary.js"),
    include_str!("page/mnemonics.js"),
    include_str!("page/slowest.js"),
    include_str!("page/details.js"),
    include_str!("page/columns.js"),
    include_str!("page/table.js"),
    include_str!("page/theme.js"),
    include_str!("page/main.js"),
);

/// Writes the page that carries `data`.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(out: &mut impl Write, data: &impl Serialize) -> io::Result<()> {
    let mut rest = PAGE;
    for (mark, text) in [("@CSP@", policy().as_str()), ("@STYLE@", STYLE)] {
        rest = copy_to(out, rest, mark)?;
        out.write_all(text.as_bytes())?;
    }
    rest = copy_to(out, rest, "@DATA@")?;
    data.serialize(&mut Serializer::with_formatter(&mut *out, Inert))?;
    rest = copy_to(out, rest, "@SCRIPT@")?;
    out.write_all(SCRIPT.as_bytes())?;
    out.write_all(rest.as_bytes())
}

/// Copies what is before `mark`; gives what is behind it.
fn copy_to<'a>(out: &mut impl Write, text: &'a str, mark: &str) -> io::Result<&'a str> {
    let (before, behind) = text
        .split_once(mark)
        .expect("the page has its marks in order");
    out.write_all(before.as_bytes())?;
    Ok(behind)
}

/// What a browser allows the page: the style and the script whose hashes these are, and nothing
/// from anywhere (Content Security Policy Level 3, 2.3.1 "Source Lists").
fn policy() -> String {
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
