//! One page of HTML about one build, or about two that should have agreed. It must not know how
//! a log is written, nor why two builds differ.
//!
//! Spawns go into columns one by one (`read`, `collect`), in the form in which the page has them
//! (`model`); `html` puts page, style, script and that document into one file. `page/` is what runs in the browser.

mod collect;
mod html;
mod inert;
mod model;
mod read;
mod rest;
mod strings;

use anyhow::Result;
use camino::Utf8PathBuf;

pub use collect::{Collect, Ran};
pub use html::{MARKER, write};
pub use model::{Cause, Columns, Compared, Log, Page, State};

use crate::parity;

/// The page about `logs`, which are one or two, in the order in which the builds ran. With
/// `keep_going`, what cannot be read of them becomes a warning.
///
/// # Errors
/// A log cannot be read, or two logs have no spawn in common.
pub fn page(logs: &[Utf8PathBuf], keep_going: bool) -> Result<Page> {
    let mut page = Collect::default();
    for log in logs {
        read::log(&mut page, log, keep_going)?;
    }
    if let [a, b] = logs {
        let options = parity::Options {
            keep_going,
            named: usize::MAX,
            ..parity::Options::default()
        };
        read::explanation(&mut page, parity::explain(a, b, &options)?);
    }
    rest::causes(&mut page);
    Ok(page.page())
}
