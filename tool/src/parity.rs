//! Placeholder of the contract until the real one is merged.
#![allow(missing_docs)]
use anyhow::Result;
use camino::Utf8Path;
use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Side {
    pub file: String,
    pub format: String,
    pub spawns: u64,
    pub shared: u64,
    pub hits: u64,
}
#[derive(Clone, Debug, Default, Serialize)]
pub struct Name {
    pub label: String,
    pub mnemonic: String,
    pub output: String,
}
#[derive(Clone, Debug, Default, Serialize)]
pub struct Detail {
    pub what: String,
    pub a: Option<String>,
    pub b: Option<String>,
}
#[derive(Clone, Debug, Default, Serialize)]
pub struct Follower {
    pub spawn: u32,
    pub through: u32,
    pub path: String,
}
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cause {
    pub kind: String,
    pub title: String,
    pub subject: String,
    pub details: Vec<Detail>,
    pub advice: String,
    pub firsts: u64,
    pub first: Vec<u32>,
    pub followers: u64,
    pub follower: Vec<Follower>,
}
#[derive(Clone, Debug, Default, Serialize)]
pub struct Explanation {
    pub version: u32,
    pub a: Side,
    pub b: Side,
    pub matched: u64,
    pub equal: u64,
    pub misses: u64,
    pub causes: Vec<Cause>,
    pub spawns: Vec<Name>,
    pub warnings: Vec<String>,
}
#[derive(Clone, Debug, Default)]
pub struct Options;
pub fn explain(_a: &Utf8Path, _b: &Utf8Path, _options: &Options) -> Result<Explanation> {
    Ok(Explanation::default())
}
pub fn text(_explanation: &Explanation) -> String {
    String::new()
}
