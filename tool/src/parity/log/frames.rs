//! Length-delimited protobuf messages, as the compact and the binary log are made of. It must not
//! know the messages.

use std::io::{BufRead, Error, ErrorKind, Read};

use prost::bytes::Bytes;

/// The most bytes of one entry that are read. A spawn of Bazel's is some kilobytes, with all
/// its inputs some megabytes.
pub const MOST: usize = 256 << 20;

/// Reads the next message; `None` at the end. `offset` counts the bytes.
pub fn frame(input: &mut impl BufRead, offset: &mut u64) -> Result<Option<Bytes>, Error> {
    let mut length = 0u64;
    for shift in (0..).step_by(7) {
        let mut byte = [0];
        if input.read(&mut byte)? == 0 {
            if shift == 0 {
                return Ok(None);
            }
            return Err(Error::new(ErrorKind::UnexpectedEof, "ends within a length"));
        }
        *offset += 1;
        length |= u64::from(byte[0] & 0x7f)
            .checked_shl(shift)
            .unwrap_or_default();
        if byte[0] & 0x80 == 0 {
            break;
        }
        if shift >= 63 {
            return Err(Error::new(ErrorKind::InvalidData, "no length is so long"));
        }
    }
    let wanted = usize::try_from(length).unwrap_or(usize::MAX);
    if wanted > MOST {
        let message = format!("an entry of {length} bytes, and more than {MOST} are not read");
        return Err(Error::new(ErrorKind::OutOfMemory, message));
    }
    // Not allocated in one piece: a wrong length costs no more than what is there.
    let mut bytes = Vec::with_capacity(wanted.min(64 << 10));
    input.take(length).read_to_end(&mut bytes)?;
    *offset += bytes.len() as u64;
    if bytes.len() < wanted {
        let message = format!("ends {} bytes before an entry does", wanted - bytes.len());
        return Err(Error::new(ErrorKind::UnexpectedEof, message));
    }
    Ok(Some(bytes.into()))
}
