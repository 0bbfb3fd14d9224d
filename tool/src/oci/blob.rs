//! Streams that are checked while they are read: their size, their digest, and how much comes
//! out of them. It must not know what the bytes mean.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// A reader that fails at its end unless the bytes were those that were promised. It has to be
/// read to the end: what was read before proves nothing.
pub struct Verified<R> {
    inner: R,
    name: String,
    hash: Sha256,
    digest: String,
    size: Option<u64>,
    seen: u64,
}

impl<R: Read> Verified<R> {
    /// Expects `digest` (`sha256:…`) and, where it is known, `size` in bytes of `inner`, which
    /// errors call `name`.
    pub fn new(inner: R, name: impl Into<String>, digest: &str, size: Option<u64>) -> Self {
        Verified {
            inner,
            name: name.into(),
            hash: Sha256::new(),
            digest: digest.to_owned(),
            size,
            seen: 0,
        }
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(size) = self.size.filter(|size| *size != self.seen) {
            let (name, seen) = (&self.name, self.seen);
            return Err(invalid(format!(
                "{name}: it ends after {seen} bytes, and has to have {size}; copy the image anew"
            )));
        }
        let digest = sha256(self.hash.clone());
        if digest != self.digest {
            return Err(invalid(format!(
                "{}: its digest is {digest}, and has to be {}; copy the image anew",
                self.name, self.digest
            )));
        }
        Ok(())
    }
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.end()?;
        }
        self.hash.update(&buffer[..read]);
        self.seen += read as u64;
        match self.size {
            Some(size) if self.seen > size => Err(invalid(format!(
                "{}: it is longer than the {size} bytes that it has to have; copy the image anew",
                self.name
            ))),
            _ => Ok(read),
        }
    }
}

/// A digest as OCI writes it.
pub fn sha256(hash: Sha256) -> String {
    format!("sha256:{:x}", hash.finalize())
}

/// How many bytes may still be read; shared between readers.
#[derive(Clone, Debug)]
pub struct Budget(Rc<Cell<u64>>);

impl Budget {
    /// A budget of `bytes`.
    pub fn new(bytes: u64) -> Budget {
        Budget(Rc::new(Cell::new(bytes)))
    }

    /// How much of it is left.
    pub fn get(&self) -> u64 {
        self.0.get()
    }

    /// Sets it anew.
    pub fn set(&self, bytes: u64) {
        self.0.set(bytes);
    }
}

/// A reader that fails, saying `why`, when its budget is used up.
pub struct Metered<R> {
    inner: R,
    budget: Budget,
    why: &'static str,
}

impl<R> Metered<R> {
    pub fn new(inner: R, budget: Budget, why: &'static str) -> Self {
        Metered { inner, budget, why }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.budget.0.get().checked_sub(read as u64);
        self.budget.0.set(left.ok_or_else(|| invalid(self.why))?);
        Ok(read)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// What is in a layer: unpacked by gzip or zstd where it starts as those do (RFC 1952, RFC 8878).
/// A media type says nothing more, and is often wrong.
pub fn decompressed<'a>(packed: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut packed = BufReader::with_capacity(128 << 10, packed);
    let head = packed.fill_buf()?;
    Ok(if head.starts_with(&[0x1f, 0x8b]) {
        Box::new(MultiGzDecoder::new(packed))
    } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(zstd::Decoder::with_buffer(packed)?)
    } else {
        Box::new(packed)
    })
}

pub fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}
