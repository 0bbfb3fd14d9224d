//! Rc files as Bazel reads them: which lines count, and in which order. What the flags mean is not looked
//! at.

use lre::rc::{Origin, Rc, Source, effective};

use crate::place::Place;

/// The flags that `command` gets with `configs` on the command line.
fn flags(place: &Place, command: &str, configs: &[&str]) -> Vec<String> {
    let rc = read(place);
    assert_eq!(rc.faults, [""; 0]);
    let configs: Vec<String> = configs.iter().map(|config| (*config).to_owned()).collect();
    let flags = effective(&rc, command, &configs);
    flags.iter().map(|flag| flag.word()).collect()
}

fn read(place: &Place) -> Rc {
    let source = |origin, name: &str| Source {
        origin,
        path: place.path.join(name),
    };
    let sources = [
        source(Origin::System, "system"),
        source(Origin::Workspace, ".bazelrc"),
        source(Origin::Home, "home"),
    ];
    Rc::read(&sources, &place.path)
}

#[test]
fn lines_count_by_command_first_and_by_file_then() {
    let place = Place::new();
    place.write("system", "build --a=system\ntest --t=system\n");
    place.write(
        ".bazelrc",
        "test --t=work\ncommon --c\nbuild --a=work\nquery --q\n",
    );
    place.write("home", "build --a=home\nalways --first\ncoverage --last\n");
    let build = ["--first", "--c", "--a=system", "--a=work", "--a=home"];
    assert_eq!(flags(&place, "build", &[]), build);
    let test = [&build[..], &["--t=system", "--t=work"]].concat();
    assert_eq!(flags(&place, "test", &[]), test);
    let coverage = [&test[..], &["--last"]].concat();
    assert_eq!(flags(&place, "coverage", &[]), coverage);
    assert_eq!(flags(&place, "query", &[]), ["--first", "--c", "--q"]);
}

#[test]
fn a_configuration_stands_where_it_is_switched_on() {
    let place = Place::new();
    place.write(
        ".bazelrc",
        "build:x --a=x --config=y\nbuild:y --b=y\ncommon:x --c=x\n\
         build --a=1\nbuild --config x --a=2\nbuild:z --a=z --config=z\n",
    );
    let on = ["--a=1", "--c=x", "--a=x", "--b=y", "--a=2"];
    assert_eq!(flags(&place, "build", &[]), on);
    let more = [&on[..], &["--a=z"]].concat();
    assert_eq!(flags(&place, "build", &["z"]), more);
    assert_eq!(flags(&place, "build", &["nowhere"]), on);
}

#[test]
fn a_value_may_be_a_word_of_its_own() {
    let place = Place::new();
    place.write(
        ".bazelrc",
        "build --action_env A=1 --nob -c opt \\\n  --d \"e f\"\n",
    );
    assert_eq!(
        flags(&place, "build", &[]),
        ["--action_env=A=1", "--nob", "--c=opt", "--d=e f"]
    );
}

#[test]
fn an_imported_file_stands_where_it_is_imported() {
    let place = Place::new();
    std::fs::create_dir(place.path.join("tools")).unwrap();
    place.write(
        ".bazelrc",
        "build --a\nimport %workspace%/tools/rc\ntry-import %workspace%/nowhere\nbuild --c\n",
    );
    place.write("tools/rc", "# first\nbuild --b\n");
    assert_eq!(flags(&place, "build", &[]), ["--a", "--b", "--c"]);
    let rc = read(&place);
    let at = &effective(&rc, "build", &[])[1].at;
    assert_eq!(at.to_string(), format!("{}/tools/rc:2", place.path));
    assert_eq!(at.origin, Origin::Workspace);
}

#[test]
fn what_bazel_refuses_is_told_with_its_place() {
    let place = Place::new();
    for (text, fault) in [
        ("import %workspace%/nowhere\n", ".bazelrc:1: imports"),
        ("\nimport a b\n", ".bazelrc:2: an import names one file"),
        ("import %workspace%/.bazelrc\n", "/.bazelrc imports itself"),
        ("try-import %workspace%/loop\n", "/.bazelrc imports itself"),
    ] {
        place.write(".bazelrc", text);
        place.write("loop", "try-import %workspace%/.bazelrc\n");
        let faults = read(&place).faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains(fault), "{faults:?}");
    }
}

#[test]
fn a_value_may_begin_with_a_dash() {
    let place = Place::new();
    place.write(
        ".bazelrc",
        "build --copt -c --linkopt --config=x --jobs 4\nbuild:x --x\n\
         test --test_arg --noincompatible_strict_action_env\n",
    );
    assert_eq!(
        flags(&place, "test", &[]),
        [
            "--copt=-c",
            "--linkopt=--config=x",
            "--jobs=4",
            "--test_arg=--noincompatible_strict_action_env",
        ]
    );
}

#[test]
fn a_standard_file_that_another_imports_is_read_at_its_own_place_again() {
    let place = Place::new();
    place.write(".bazelrc", "try-import %workspace%/home\nbuild --a=work\n");
    place.write("home", "build --a=home\n");
    assert_eq!(
        flags(&place, "build", &[]),
        ["--a=home", "--a=work", "--a=home"]
    );
}

#[test]
fn of_two_standard_places_that_are_one_file_the_first_counts() {
    let place = Place::new();
    place.write(".bazelrc", "build --a\n");
    std::os::unix::fs::symlink(".bazelrc", place.path.join("home")).unwrap();
    assert_eq!(flags(&place, "build", &[]), ["--a"]);
}

#[test]
fn what_need_not_be_read_and_cannot_be_is_passed_over() {
    let place = Place::new();
    std::fs::create_dir(place.path.join("folder")).unwrap();
    place.write(".bazelrc", "try-import %workspace%/folder\nbuild --a\n");
    assert_eq!(flags(&place, "build", &[]), ["--a"]);
    place.write(".bazelrc", "import %workspace%/folder\n");
    assert_eq!(read(&place).faults.len(), 1);
}
