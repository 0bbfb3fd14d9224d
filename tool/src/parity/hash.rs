//! Numbers that stand for what they were made from, so that millions of them can be kept and
//! compared. They hold within one process, and must not be written anywhere.
//!
//! With 64 bits, two of ten million different things are taken for one with a probability of
//! some one in half a million.

use prost::Message;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Of some bytes.
pub fn of(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// Of some bytes, where a mistake would be taken for parity.
pub fn wide(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// Of a message.
pub fn of_message(message: &impl Message) -> u64 {
    of(&message.encode_to_vec())
}

/// Of several parts, in their order.
pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    chain(parts.into_iter().map(of))
}

/// Of several numbers that are hashes, in their order.
pub fn chain(hashes: impl IntoIterator<Item = u64>) -> u64 {
    // An odd number without a pattern: the fraction of the golden ratio.
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let add = |all: u64, hash: u64| (all.rotate_left(23) ^ hash).wrapping_mul(ODD);
    hashes.into_iter().fold(ODD, add)
}
