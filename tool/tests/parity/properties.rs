//! What holds for all builds: one agrees with itself, and the order in which spawns ended says nothing.

use lre::parity::Explanation;
use proptest::prelude::*;
use serde_json::Value;

use crate::build::{Action, Build, object};
use crate::logs::{FORMATS, Format, explain, log};

/// A build of up to twenty actions; each reads some files that others made before, and some that nobody did.
fn builds() -> impl Strategy<Value = Build> {
    let action = (
        proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        proptest::collection::vec(0..6u8, 0..4),
        any::<bool>(),
    );
    proptest::collection::vec(action, 1..20).prop_map(|actions| {
        let mut build = Build::default();
        for (number, (before, sources, shared)) in actions.into_iter().enumerate() {
            let mut inputs: Vec<String> = sources.iter().map(|n| format!("s{n}.h")).collect();
            if number > 0 {
                let before = before.iter().map(|index| index.index(number));
                inputs.extend(before.map(|other| object(&format!("f{other}"))));
            }
            inputs.sort();
            inputs.dedup();
            let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
            let mut action = Action::compile(&format!("f{number}"), &inputs);
            action.run.remote_cacheable = shared;
            build.action(action);
        }
        build
    })
}

/// A build, and a change of it: of a source, a word or a variable.
fn changed() -> impl Strategy<Value = (Build, Build)> {
    (builds(), 0..6u8, any::<prop::sample::Index>(), 0..3u8).prop_map(
        |(first, source, at, what)| {
            let mut second = first.clone();
            let at = at.index(first.actions.len());
            match what {
                0 => second.source(&format!("s{source}.h"), "2"),
                1 => second.actions[at].arg("-DX=1"),
                _ => second.actions[at].set("PATH", "/usr/bin"),
            }
            let second = second.after(&first);
            (first, second)
        },
    )
}

/// `build` with its actions in another order in which whoever makes a file still comes first.
fn permuted(build: &Build, seed: &[prop::sample::Index]) -> Build {
    let mut left = build.actions.clone();
    let mut actions: Vec<Action> = Vec::new();
    for pick in seed.iter().cycle() {
        if left.is_empty() {
            break;
        }
        let waits = |action: &Action| {
            let made = |path| left.iter().any(|other| other.outputs.contains(path));
            action.inputs.iter().any(made)
        };
        let ready: Vec<usize> = (0..left.len()).filter(|at| !waits(&left[*at])).collect();
        let at = ready[pick.index(ready.len())];
        actions.push(left.remove(at));
    }
    Build {
        actions,
        ..build.clone()
    }
}

/// What does not depend on the order in which things are named.
fn counted(explanation: &Explanation) -> Vec<Value> {
    let label = |number: &u32| &explanation.spawns[*number as usize].label;
    let mut causes: Vec<Value> = explanation
        .causes
        .iter()
        .map(|cause| {
            let mut first: Vec<_> = cause.first.iter().map(label).collect();
            let mut follower: Vec<_> = cause.follower.iter().map(|f| label(&f.spawn)).collect();
            first.sort();
            follower.sort();
            serde_json::json!([
                cause.kind,
                cause.subject,
                first,
                follower,
                cause.breaks_parity
            ])
        })
        .collect();
    causes.sort_by_key(Value::to_string);
    causes.push(serde_json::json!([
        explanation.equal,
        explanation.misses,
        explanation.matched
    ]));
    causes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_log_agrees_with_itself(build in builds(), format in 0..3usize) {
        let second = build.after(&build);
        let format = FORMATS[format];
        let explanation = explain(&log(&build, format), &log(&second, format));
        prop_assert!(explanation.is_parity());
        prop_assert_eq!(explanation.equal, build.actions.len() as u64);
    }

    #[test]
    fn the_order_of_spawns_says_nothing(
        (first, second) in changed(),
        seed in proptest::collection::vec(any::<prop::sample::Index>(), 1..20),
    ) {
        let logs = [&first, &second].map(|build| log(build, Format::Compact));
        let expected = counted(&explain(&logs[0], &logs[1]));
        let other = log(&permuted(&second, &seed), Format::Compact);
        prop_assert_eq!(counted(&explain(&logs[0], &other)), expected.clone());
        let other = log(&permuted(&first, &seed), Format::Compact);
        prop_assert_eq!(counted(&explain(&other, &logs[1])), expected);
    }

    #[test]
    fn bytes_that_are_changed_do_no_harm(
        build in builds(),
        format in 0..3usize,
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep_going in any::<bool>(),
    ) {
        let format = FORMATS[format];
        let good = log(&build, format);
        let mut bad = match format {
            Format::Compact => zstd::decode_all(&good[..]).unwrap(),
            _ => good.clone(),
        };
        for (at, byte) in places {
            let at = at.index(bad.len());
            bad[at] = byte;
        }
        let bad = if format == Format::Compact { crate::logs::zstd(&bad) } else { bad };
        let options = lre::parity::Options { keep_going, ..Default::default() };
        // An error is right, and so is a report.
        if let Ok(explanation) = crate::logs::Place::new().explain(&good, &bad, &options) {
            prop_assert!(!lre::parity::text(&explanation).is_empty());
        }
    }
}
