//! The seeds of fuzzing go through the fuzzed functions, and are taken or refused as their names
//! say: so neither rots while nobody fuzzes. What else may go in is found there: docs/fuzzing.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/lib.rs"]
mod fuzzed;

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn every_seed_is_taken_or_refused_as_its_name_says() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
    let targets: BTreeSet<String> = fuzzed::TARGETS
        .iter()
        .map(|(name, _)| (*name).into())
        .collect();
    assert_eq!(names(&seeds), targets, "each target has seeds");
    for (target, run) in fuzzed::TARGETS {
        let folder = seeds.join(target);
        let mut taken = 0;
        for name in names(&folder) {
            let good = run(&fs::read(folder.join(&name)).unwrap());
            assert_eq!(good, name.starts_with("good"), "{target}/{name}");
            taken += usize::from(good);
        }
        assert!(taken > 0, "{target}: no seed of it is taken");
    }
}

#[test]
fn every_target_can_be_fuzzed() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let files = names(&fuzz.join("fuzz_targets"));
    let wanted = fuzzed::TARGETS.iter().map(|(name, _)| format!("{name}.rs"));
    assert_eq!(files, wanted.collect());
    for (target, _) in fuzzed::TARGETS {
        let text = fs::read_to_string(fuzz.join(format!("fuzz_targets/{target}.rs"))).unwrap();
        assert!(text.contains(&format!("lre_fuzz::{target}(")), "{target}");
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        assert!(
            manifest.contains(&format!("name = \"{target}\"")),
            "{target}"
        );
    }
}
