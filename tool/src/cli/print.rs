//! Writes what a command says to standard output, whose reader may go before all is said. It must not
//! know what is said.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Writes `text`. Where nobody reads any more, as behind `| head`, it is dropped, so that the command
/// does the rest of its work and exits with its own code.
///
/// # Errors
/// It cannot be written for another reason, such as a full disk.
pub fn print(text: impl Display) -> Result<()> {
    print_to(&mut io::stdout().lock(), text)
}

fn print_to(out: &mut impl Write, text: impl Display) -> Result<()> {
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to standard output"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_went_is_no_error_and_a_full_disk_is() {
        print_to(&mut Failing(ErrorKind::BrokenPipe), "text").unwrap();
        let error = print_to(&mut Failing(ErrorKind::StorageFull), "text").unwrap_err();
        assert!(error.to_string().contains("standard output"));
    }
}
