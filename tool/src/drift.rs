//! Where two descriptions of the same toolchain disagree, variable by variable.
//! It compares documents; it must not know who reads them or which of them is right.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::environment::Environment;
use crate::manifest::Probed;
use crate::system::System;

/// How many differences are shown; the first ones nearly always tell the cause.
const SHOWN: usize = 5;

/// What a document says of one environment.
#[derive(Clone, Debug)]
pub enum Described {
    /// Declared and probed.
    Probed(Box<Probed>),
    /// Declared only.
    Declared(Environment),
}

impl Described {
    /// What was declared, in one form for both. Where the system of the tools is left
    /// open, `here` stands for it, the one that probing takes.
    fn declared(&self, here: Option<System>) -> Value {
        let (image, env, system, target) = match self {
            Described::Probed(p) => (&p.image, &p.env, Some(p.system), Some(p.target)),
            Described::Declared(e) => {
                let system = e.system.or(here);
                (&e.image, &e.env, system, e.target.or(system))
            }
        };
        json!({ "image": image, "env": env, "system": system, "target": target })
    }

    fn system(&self) -> Option<System> {
        match self {
            Described::Probed(probed) => Some(probed.system),
            Described::Declared(environment) => environment.system,
        }
    }
}

/// The places where `left` and `right` differ, one line each, at most a few; empty
/// where they agree. An environment that both were probed for is compared whole,
/// else what was declared of it.
pub fn differences<'a>(
    left: &BTreeMap<&'a str, &Described>,
    right: &BTreeMap<&'a str, &Described>,
) -> Vec<String> {
    let names: BTreeSet<&str> = left.keys().chain(right.keys()).copied().collect();
    let (mut there, mut here) = (BTreeMap::new(), BTreeMap::new());
    for name in names {
        let values = match (left.get(name), right.get(name)) {
            (Some(Described::Probed(left)), Some(Described::Probed(right))) => {
                [Some(json!(left)), Some(json!(right))]
            }
            (left, right) => {
                let here = [left, right].into_iter().flatten().find_map(|d| d.system());
                [left, right].map(|side| side.map(|d| d.declared(here)))
            }
        };
        for (value, into) in values.iter().zip([&mut there, &mut here]) {
            flatten(name, value.as_ref().unwrap_or(&Value::Null), into);
        }
    }
    let places: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    let mut all = places
        .into_iter()
        .filter(|place| there.get(*place) != here.get(*place))
        .map(|place| {
            let show = |side: &BTreeMap<String, String>| {
                side.get(place)
                    .cloned()
                    .unwrap_or_else(|| "not set".to_owned())
            };
            format!("{place}: {} / {}", show(&there), show(&here))
        });
    let mut shown: Vec<String> = all.by_ref().take(SHOWN).collect();
    let more = all.count();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown
}

/// All scalars of a document by their path in it.
fn flatten(pointer: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            flatten(&format!("{pointer}/{key}"), value, into);
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(index, value)| {
            flatten(&format!("{pointer}/{index}"), value, into);
        }),
        Value::Null => {}
        scalar => {
            into.insert(pointer.to_owned(), scalar.to_string());
        }
    }
}
