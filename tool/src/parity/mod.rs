//! Why two builds did not agree: two execution logs are compared, and every difference is followed
//! back to where it begins. It must not know how the logs came about.
//!
//! Each log is read twice. The first time everything becomes numbers (`index/`), by which spawns are
//! matched, files compared and differences followed (`matching`, `changes`, `own`, `trace/`);
//! the second time the texts of the few spawns and files that are named are read (`reread`), and
//! words are found for them (`tell/`). `docs/explain.md` has the causes, and what to do about each.

mod changes;
mod explanation;
mod hash;
mod index;
mod kind;
pub mod log;
mod matching;
mod own;
mod reread;
mod tell;
mod text;
mod trace;

use std::thread;

use anyhow::{Result, anyhow, ensure};
use camino::Utf8Path;

use changes::Changes;
pub use explanation::{Cause, Detail, Explanation, Follower, Name, Side};
use index::Index;
pub use kind::Kind;
pub use text::text;
use trace::Compared;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Report on what can be read of a damaged log.
    pub keep_going: bool,
    /// Take equal spawns that were no hits as right: the second build had no cache to hit.
    pub ignore_misses: bool,
    /// How many spawns of each cause are named.
    pub named: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keep_going: false,
            ignore_misses: false,
            named: 1000,
        }
    }
}

/// Compares the build whose log is at `a`, which came first, with the one whose log is at `b`,
/// which should have been all hits.
///
/// # Errors
///
/// Where a log cannot be read, see [`log::Reader`]; and where the two have no spawn in common.
pub fn explain(a: &Utf8Path, b: &Utf8Path, options: &Options) -> Result<Explanation> {
    let (of_a, of_b) = on_both(
        || index::read(a, options.keep_going),
        || index::read(b, options.keep_going),
    )?;
    let pairs = matching::pairs(&of_a, &of_b);
    ensure!(
        pairs.count() > 0,
        "{a} and {b} have no spawn in common: these are logs of unrelated builds, or of other \
         targets; compare two builds of the same targets"
    );
    let same_function = of_a.hash_function == of_b.hash_function
        || of_a.hash_function.is_empty()
        || of_b.hash_function.is_empty();
    let changes = if same_function {
        Changes::between(&of_a, &of_b)
    } else {
        Changes::none()
    };
    let compared = Compared {
        a: &of_a,
        b: &of_b,
        pairs: &pairs,
        changes: &changes,
    };
    let traced = if same_function {
        trace::trace(&compared, options.ignore_misses)
    } else {
        trace::other_function(&compared)
    };
    let wanted = tell::wanted(&compared, &traced, options.named);
    let (in_a, in_b) = on_both(
        || reread::read(a, &of_a, wanted.a, options.keep_going),
        || reread::read(b, &of_b, wanted.b, options.keep_going),
    )?;
    let said = tell::tell(&compared, &traced, &(in_a, in_b), options.named);
    Ok(Explanation {
        version: 1,
        a: side(a, &of_a),
        b: side(b, &of_b),
        matched: pairs.count(),
        equal: traced.equal,
        misses: traced.misses,
        causes: said.causes,
        spawns: said.spawns,
        warnings: of_a
            .warnings
            .into_iter()
            .chain(of_b.warnings)
            .chain(said.warnings)
            .collect(),
    })
}

fn side(file: &Utf8Path, index: &Index) -> Side {
    Side {
        file: file.to_string(),
        format: index.format,
        spawns: index.rows.len() as u64,
        shared: index.shared(),
        hits: index.hits(),
    }
}

/// Does two things at the same time, of which the first error counts.
fn on_both<T: Send>(
    one: impl FnOnce() -> Result<T> + Send,
    other: impl FnOnce() -> Result<T> + Send,
) -> Result<(T, T)> {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        let other = other
            .join()
            .map_err(|_| anyhow!("a thread stopped; this is a bug of lre"))?;
        Ok((one?, other?))
    })
}
