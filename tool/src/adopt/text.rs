//! A user's text file, and lines put into it: byte order mark, line ends, a missing last newline
//! and all that was there stay as they are. It must not know what the lines mean.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use similar::TextDiff;

/// What some editors of Windows begin a file with (Unicode, U+FEFF in UTF-8).
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Files that people write are smaller by far.
const SIZE_LIMIT: u64 = 8 << 20;

/// A file that a user wrote, or may write, as it was found.
#[derive(Clone, Debug)]
pub struct UserFile {
    /// What its user calls it.
    pub path: Utf8PathBuf,
    /// Where it lies, with links followed.
    pub at: Utf8PathBuf,
    /// What is there; `None` where nothing is.
    pub found: Option<Found>,
}

/// The content of a file, and what belongs to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// All of it.
    pub bytes: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// User and group.
    pub owner: (u32, u32),
}

impl UserFile {
    /// Reads the file `name` in `folder`, if there is one.
    ///
    /// # Errors
    /// A link to nothing, something that is no file, no text, or cannot be read.
    pub fn read(folder: &Utf8Path, name: &str) -> Result<UserFile> {
        let full = folder.join(name);
        let nothing = |at| UserFile {
            path: name.into(),
            at,
            found: None,
        };
        match full.symlink_metadata() {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(nothing(full)),
            Err(e) => return Err(e).with_context(|| format!("{full}: cannot read it")),
            Ok(_) => {}
        }
        let at = full
            .canonicalize_utf8()
            .with_context(|| format!("{full}: this link leads to no file; mend or remove it"))?;
        let metadata = fs::metadata(&at).with_context(|| format!("{full}: cannot read it"))?;
        if !metadata.is_file() {
            bail!("{full}: this is no file; move it away");
        }
        let mut bytes = Vec::new();
        File::open(&at)
            .and_then(|open| open.take(SIZE_LIMIT + 1).read_to_end(&mut bytes))
            .with_context(|| format!("{full}: cannot read it"))?;
        if bytes.len() as u64 > SIZE_LIMIT {
            bail!("{full}: nobody writes more than {SIZE_LIMIT} bytes; is it the right file?");
        }
        if bytes.contains(&0) {
            bail!("{full}: it has a NUL byte, so it is no text; save it as UTF-8");
        }
        let found = Found {
            bytes,
            mode: metadata.mode() & 0o7777,
            owner: (metadata.uid(), metadata.gid()),
        };
        Ok(UserFile {
            path: name.into(),
            at,
            found: Some(found),
        })
    }

    /// What is there; nothing where there is no file.
    pub fn bytes(&self) -> &[u8] {
        self.found.as_ref().map_or(&[], |found| &found.bytes)
    }

    /// The text without a byte order mark. What is no UTF-8 stands in it as U+FFFD, which leaves
    /// every line at its place.
    pub fn text(&self) -> String {
        let bytes = self.bytes();
        String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)).into_owned()
    }

    /// A unified diff to `new`.
    pub fn diff(&self, new: &[u8]) -> String {
        let old = String::from_utf8_lossy(self.bytes());
        let new = String::from_utf8_lossy(new);
        let from = self
            .found
            .as_ref()
            .map_or("/dev/null", |_| self.path.as_str());
        TextDiff::from_lines(&old, &new)
            .unified_diff()
            .header(from, self.path.as_str())
            .to_string()
    }
}

/// Lines to put into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insertion {
    /// How many lines of the text come before them.
    pub after: usize,
    /// The lines, without their ends.
    pub lines: Vec<String>,
    /// Whether an empty line has to be before them.
    pub apart_before: bool,
    /// Whether an empty line has to be behind them.
    pub apart_after: bool,
}

/// The text with all of `insertions`, which are in the order of their places.
pub fn insert(text: &[u8], insertions: &[Insertion]) -> Vec<u8> {
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut new = text[..text.len() - body.len()].to_vec();
    let lines: Vec<&[u8]> = body.split_inclusive(|byte| *byte == b'\n').collect();
    let mut insertions = insertions.iter().peekable();
    for number in 0..=lines.len() {
        while let Some(insertion) =
            insertions.next_if(|i| i.after <= number || number == lines.len())
        {
            put(&mut new, insertion, &lines[..number], lines.get(number));
        }
        new.extend(lines.get(number).copied().unwrap_or_default());
    }
    new
}

fn put(new: &mut Vec<u8>, insertion: &Insertion, above: &[&[u8]], below: Option<&&[u8]>) {
    let end = line_end(above, below);
    let mut lines: Vec<&[u8]> = insertion.lines.iter().map(String::as_bytes).collect();
    if insertion.apart_before && above.last().is_some_and(|line| !is_blank(line)) {
        lines.insert(0, b"");
    }
    if insertion.apart_after && below.is_some_and(|line| !is_blank(line)) {
        lines.push(b"");
    }
    // Where the last line has no end, the new last line gets none either.
    if above.last().is_some_and(|line| !line.ends_with(b"\n")) {
        for line in lines {
            new.extend(end);
            new.extend(line);
        }
    } else {
        for line in lines {
            new.extend(line);
            new.extend(end);
        }
    }
}

/// How the lines around end: the nearest above that has an end, else the next below.
fn line_end(above: &[&[u8]], below: Option<&&[u8]>) -> &'static [u8] {
    let mut near = above.iter().rev().chain(below);
    match near.find(|line| line.ends_with(b"\n")) {
        Some(line) if line.ends_with(b"\r\n") => b"\r\n",
        _ => b"\n",
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(after: usize, apart: bool) -> Insertion {
        Insertion {
            after,
            lines: vec!["new".to_owned()],
            apart_before: apart,
            apart_after: apart,
        }
    }

    #[test]
    fn a_line_ends_as_the_lines_around_it() {
        for (text, after, wanted) in [
            ("a\nb\n", 1, "a\nnew\nb\n"),
            ("a\r\nb\r\n", 1, "a\r\nnew\r\nb\r\n"),
            ("a\nb\r\n", 2, "a\nb\r\nnew\r\n"),
            ("a\r\n", 0, "new\r\na\r\n"),
            ("a", 1, "a\nnew"),
            ("a\r\nb", 2, "a\r\nb\r\nnew"),
            ("", 0, "new\n"),
            ("\u{feff}", 0, "\u{feff}new\n"),
            ("\u{feff}a\n", 0, "\u{feff}new\na\n"),
        ] {
            let new = insert(text.as_bytes(), &[at(after, false)]);
            assert_eq!(String::from_utf8(new).unwrap(), wanted, "{text:?}");
        }
    }

    #[test]
    fn an_empty_line_is_put_only_where_there_is_none() {
        for (text, after, wanted) in [
            ("a\nb\n", 1, "a\n\nnew\n\nb\n"),
            ("a\n\nb\n", 1, "a\n\nnew\n\nb\n"),
            ("a\n \nb\n", 2, "a\n \nnew\n\nb\n"),
            ("a\n", 1, "a\n\nnew\n"),
            ("a", 1, "a\n\nnew"),
            ("", 0, "new\n"),
        ] {
            let new = insert(text.as_bytes(), &[at(after, true)]);
            assert_eq!(String::from_utf8(new).unwrap(), wanted, "{text:?}");
        }
    }

    #[test]
    fn several_go_where_they_belong() {
        let new = insert(b"a\nb\nc", &[at(1, false), at(1, false), at(3, true)]);
        assert_eq!(String::from_utf8(new).unwrap(), "a\nnew\nnew\nb\nc\n\nnew");
    }
}
