//! `lre bazelrc`: where the file goes, and what it never overwrites. Which flags are in it is
//! told in the snapshots of rendering.

use std::fs;

use crate::place::{Place, assert_refused, code, stderr};

#[test]
fn the_rc_file_is_written_once_and_never_over_a_foreign_one() {
    let place = Place::new();
    assert_eq!(code(&place.lre(&["bazelrc"])), 0);
    let first = fs::metadata(place.path.join(".bazelrc.lre"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(code(&place.lre(&["bazelrc"])), 0);
    let second = fs::metadata(place.path.join(".bazelrc.lre"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(first, second, "the same content is not written again");

    assert_eq!(code(&place.lre(&["bazelrc", "--prefix", "lre"])), 0);
    assert!(place.read(".bazelrc.lre").contains("build:lre "));

    place.write("mine.bazelrc", "build --config=mine\n");
    let refused = place.lre(&["bazelrc", "--out", "mine.bazelrc"]);
    assert_refused(&refused, "did not write");
    assert_eq!(place.read("mine.bazelrc"), "build --config=mine\n");
}

#[test]
fn the_rc_file_goes_where_the_workspace_starts() {
    let place = Place::new();
    fs::create_dir_all(place.path.join("project/app")).unwrap();
    fs::create_dir(place.path.join("project/.git")).unwrap();
    place.write("project/MODULE.bazel", "");
    let enter = || {
        let mut command = place.command(&["bazelrc"]);
        command
            .current_dir(place.path.join("project/app"))
            .output()
            .unwrap()
    };
    let written = enter();
    assert_eq!(code(&written), 0);
    assert!(stderr(&written).contains("add it to .gitignore"));
    assert!(place.path.join("project/.bazelrc.lre").is_file());
    assert_eq!(stderr(&enter()), "", "nothing to say, nothing was written");

    place.write("project/.bazelrc.lre", "build --config=mine\n");
    assert_eq!(code(&enter()), 2);
    assert_eq!(place.read("project/.bazelrc.lre"), "build --config=mine\n");
}

#[test]
fn without_git_the_rc_file_is_written_all_the_same() {
    let place = Place::new();
    let written = place.lre(&["bazelrc"]);
    assert_eq!(code(&written), 0);
    let said = stderr(&written);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("no git repository"), "{said}");
    assert_eq!(place.names(), [".bazelrc.lre"]);
}

#[test]
fn the_rc_file_names_its_environment_by_an_absolute_path() {
    let place = Place::new();
    let manifest = place.lre(&["probe"]).stdout;
    place.write("manifest.json", &String::from_utf8(manifest).unwrap());
    let rc = place.lre(&["bazelrc", "--env", "manifest.json", "--out", "-"]);
    let text = String::from_utf8(rc.stdout).unwrap();
    let path = place.path.join("manifest.json");
    assert!(
        text.contains(&format!("--repo_env=LRE_ENV={path}")),
        "{text}"
    );
}

#[test]
fn a_path_that_an_rc_file_cannot_carry_is_refused() {
    let place = Place::new();
    let manifest = place.lre(&["probe"]).stdout;
    for name in ["a\nbuild --config=evil #.json", "a:b.json"] {
        fs::write(place.path.join(name), &manifest).unwrap();
        let refused = place.lre(&["bazelrc", "--env", name]);
        assert_refused(&refused, "cannot stand in a list of paths");
    }
    assert!(!place.path.join(".bazelrc.lre").exists());
}
