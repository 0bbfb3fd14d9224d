//! Fills the page from execution logs, spawn by spawn, and from what comparing two of them said.
//! It must not know how the page keeps it.

use std::collections::HashMap;

use anyhow::Result;
use camino::Utf8Path;
use prost_types::{Duration, Timestamp};

use super::collect::{Collect, Ran};
use super::model::{Cause, Compared};
use crate::parity::log::proto::{Entry, Kind, Spawn};
use crate::parity::log::{Format, Reader};
use crate::parity::{self, Explanation, Follower};

/// Adds the log at `path`.
///
/// # Errors
/// As [`Reader`].
pub fn log(page: &mut Collect, path: &Utf8Path, keep_going: bool) -> Result<()> {
    let mut reader = Reader::open(path, keep_going)?;
    page.log(path.as_str(), name(reader.format()));
    // Outputs, by the numbers of their entries.
    let mut made = HashMap::new();
    while let Some(Entry { id, kind }) = reader.next_entry()? {
        let path = match kind {
            Some(Kind::Spawn(spawn)) => {
                page.spawn(&ran(&spawn, &made));
                continue;
            }
            Some(Kind::File(file)) => file.path,
            Some(Kind::Directory(directory)) => directory.path,
            Some(Kind::Symlink(link)) => link.path,
            _ => continue,
        };
        // All outputs are below this folder of the execution root.
        if path.starts_with("bazel-out/") {
            made.insert(id, path);
        }
    }
    page.warn(reader.into_warnings());
    Ok(())
}

/// A format, by the word in Bazel's flag for it.
fn name(format: Format) -> &'static str {
    match format {
        Format::Compact => "compact",
        Format::Binary => "binary",
        Format::Json => "JSON",
    }
}

fn ran<'a>(spawn: &'a Spawn, made: &'a HashMap<u32, String>) -> Ran<'a> {
    let first = spawn.outputs.first();
    let output = first.map_or("", |first| match first.id() {
        Some(id) => made.get(&id).map_or("", String::as_str),
        None => &first.invalid_output_path,
    });
    let metrics = spawn.metrics.as_ref();
    Ran {
        label: &spawn.target_label,
        mnemonic: &spawn.mnemonic,
        output,
        runner: &spawn.runner,
        status: &spawn.status,
        hit: spawn.cache_hit,
        cacheable: spawn.cacheable,
        remote_cacheable: spawn.remote_cacheable,
        start: metrics
            .and_then(|metrics| metrics.start_time.as_ref())
            .and_then(since_1970),
        duration: metrics
            .and_then(|metrics| metrics.total_time.as_ref())
            .map(milliseconds),
    }
}

/// `None` for the first moment of 1970, which Bazel 7.7 writes where a spawn has no start: of cache
/// hits above all.
fn since_1970(time: &Timestamp) -> Option<i64> {
    let whole = time.seconds.saturating_mul(1000);
    let start = whole.saturating_add(i64::from(time.nanos / 1_000_000));
    (start > 0).then_some(start)
}

/// Rounded, so that what took half a millisecond is not nothing.
fn milliseconds(time: &Duration) -> u64 {
    let whole = u64::try_from(time.seconds)
        .unwrap_or_default()
        .saturating_mul(1000);
    whole.saturating_add(
        u64::try_from(time.nanos)
            .unwrap_or_default()
            .div_ceil(1_000_000),
    )
}

/// Adds what comparing the two logs said.
pub fn explanation(page: &mut Collect, said: Explanation) {
    page.compared(Compared {
        matched: said.matched,
        equal: said.equal,
    });
    let names: Vec<Option<u32>> = said
        .spawns
        .iter()
        .map(|name| page.named((&name.label, &name.mnemonic, &name.output), name.in_b))
        .collect();
    let known = |name: u32| names.get(name as usize).copied().flatten();
    for cause in said.causes {
        page.cause(self::cause(cause, known));
    }
}

fn cause(cause: parity::Cause, known: impl Fn(u32) -> Option<u32>) -> Cause {
    let follower = cause.follower.into_iter().filter_map(|follower| {
        Some(Follower {
            spawn: known(follower.spawn)?,
            through: follower.through.and_then(&known),
            path: follower.path,
        })
    });
    Cause {
        title: cause.title,
        subject: cause.subject,
        details: cause.details,
        advice: cause.advice,
        breaks_parity: cause.breaks_parity,
        firsts: cause.firsts,
        followers: cause.followers,
        follower: follower.collect(),
        first: cause.first.into_iter().filter_map(&known).collect(),
    }
}
