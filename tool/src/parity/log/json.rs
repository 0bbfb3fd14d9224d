//! The JSON log: objects one behind the other, and protobuf's way of writing numbers and times.
//! It must not know what the objects mean.

use std::fmt::Display;
use std::io::{BufRead, Error, ErrorKind};
use std::str::FromStr;

use prost::bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error as _};

use super::frames::MOST;

/// Reads the bytes of the next object; `None` at the end. Where the object begins is counted into
/// `offset`, and then where it ends.
pub fn object(input: &mut impl BufRead, offset: &mut u64) -> Result<Option<Vec<u8>>, Error> {
    if !skip_space(input, offset)? {
        return Ok(None);
    }
    let mut object = Vec::new();
    let mut scan = Scan::default();
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Err(Error::new(
                ErrorKind::UnexpectedEof,
                "ends within an object",
            ));
        }
        let end = scan.end(chunk);
        let taken = end.unwrap_or(chunk.len());
        if object.len() + taken > MOST {
            let message = format!("an object of more than {MOST} bytes");
            return Err(Error::new(ErrorKind::OutOfMemory, message));
        }
        object.extend_from_slice(&chunk[..taken]);
        input.consume(taken);
        if end.is_some() {
            *offset += object.len() as u64;
            return Ok(Some(object));
        }
    }
}

/// Skips white space; gives whether anything is behind it.
fn skip_space(input: &mut impl BufRead, offset: &mut u64) -> Result<bool, Error> {
    loop {
        let chunk = input.fill_buf()?;
        let space = chunk
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let (more, found) = (!chunk.is_empty(), space < chunk.len());
        input.consume(space);
        *offset += space as u64;
        if !more || found {
            return Ok(found);
        }
    }
}

/// Where in an object we are.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// How many bytes of `chunk` belong to the object, where it ends there. What does not begin
    /// with a brace ends with its line, so that the parser can say what it is.
    fn end(&mut self, chunk: &[u8]) -> Option<usize> {
        for (index, byte) in chunk.iter().enumerate() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' => self.depth += 1,
                b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(index + 1);
                    }
                }
                b'\n' if self.depth == 0 => return Some(index + 1),
                _ => {}
            }
        }
        None
    }
}

/// A 64-bit number: protobuf writes a string.
pub fn number<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Number {
        Text(String),
        Number(i64),
    }
    match Number::deserialize(input)? {
        Number::Number(number) => Ok(number),
        Number::Text(text) => text.parse().map_err(D::Error::custom),
    }
}

/// A duration ("1.5s") or a time (RFC 3339).
pub fn parsed<'de, D, T>(input: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = Option::<String>::deserialize(input)?;
    text.map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

/// Words, as the bytes that they are in the other logs.
pub fn words<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Bytes>, D::Error> {
    let words = Vec::<String>::deserialize(input)?;
    Ok(words.into_iter().map(Bytes::from).collect())
}
