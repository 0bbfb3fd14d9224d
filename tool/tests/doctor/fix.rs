//! `--fix`: what is ours is written, lines are added to what is the user's, and nothing else happens.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::setup::Setup;

/// What is added to `.bazelrc`.
const LINES: &str = "# Written by the dev shell or by `lre bazelrc --prefix lre`.\n\
                     try-import %workspace%/.bazelrc.lre";

fn fixed(setup: &Setup, args: &[&str]) -> usize {
    let said = setup.doctor(&[&["--fix"], args].concat());
    said.assert_only(&[]);
    said.report["fixed"].as_array().unwrap().len()
}

#[test]
fn where_nothing_is_to_do_nothing_is_touched() {
    let setup = Setup::new();
    let files = ["work/.bazelrc", "work/.bazelrc.lre", "work/.gitignore"].map(|f| setup.path(f));
    let times = || {
        files
            .clone()
            .map(|file| fs::metadata(file).unwrap().modified().unwrap())
    };
    let before = times();
    assert_eq!(fixed(&setup, &[]), 0);
    assert_eq!(times(), before);
}

#[test]
fn a_stale_file_is_written_anew_for_what_it_names() {
    let setup = Setup::new();
    let text = setup.place.read("work/.bazelrc.lre");
    setup.write(
        "work/.bazelrc.lre",
        &text.replace("--incompatible", "--noincompatible"),
    );
    assert_eq!(fixed(&setup, &[]), 1);
    assert_eq!(setup.place.read("work/.bazelrc.lre"), text);
}

#[test]
fn all_lines_of_the_user_stay_and_ours_come_behind_them() {
    for (before, apart, end) in [
        ("", "", "\n"),
        ("build --a\n", "\n", "\n"),
        ("build --a", "\n\n", ""),
        ("build --a \\\n", "\n", "\n"),
        ("# \t odd \r\nbuild\t--a\r\n", "\r\n", "\r\n"),
    ] {
        let setup = Setup::new();
        let inner = if end == "\r\n" { end } else { "\n" };
        setup.write("work/.bazelrc", before);
        fs::set_permissions(setup.path("work/.bazelrc"), Permissions::from_mode(0o640)).unwrap();
        assert_eq!(fixed(&setup, &[]), 1, "{before:?}");
        assert_eq!(
            setup.place.read("work/.bazelrc"),
            format!("{before}{apart}{}{end}", LINES.replace('\n', inner))
        );
        let mode = fs::metadata(setup.path("work/.bazelrc"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o640);
        assert_eq!(fixed(&setup, &[]), 0);
    }
}

#[test]
fn what_is_not_there_is_made() {
    let setup = Setup::new();
    for file in ["work/.bazelrc", "work/.bazelrc.lre", "work/.gitignore"] {
        fs::remove_file(setup.path(file)).unwrap();
    }
    let manifest = setup.path("manifest.json");
    assert_eq!(fixed(&setup, &["--env", manifest.as_str()]), 3);
    assert_eq!(setup.place.read("work/.bazelrc"), format!("{LINES}\n"));
    assert_eq!(setup.place.read("work/.gitignore"), "/.bazelrc.lre\n");
    assert_eq!(fixed(&setup, &[]), 0);
}

#[test]
fn a_file_that_is_a_link_stays_one() {
    let setup = Setup::new();
    setup.write("shared.bazelrc", "build --a\n");
    fs::remove_file(setup.path("work/.bazelrc")).unwrap();
    symlink("../shared.bazelrc", setup.path("work/.bazelrc")).unwrap();
    assert_eq!(fixed(&setup, &[]), 1);
    assert_eq!(
        setup.place.read("shared.bazelrc"),
        format!("build --a\n\n{LINES}\n")
    );
}

#[test]
fn what_is_not_safe_is_left() {
    let setup = Setup::new();
    setup.write("work/.bazelrc.lre", "build --mine\n");
    setup.write("work/MODULE.bazel", "module(name = \"hello\")\n");
    setup.write("home/.bazelrc", "build --action_env=TOKEN\n");
    let said = setup.doctor(&["--fix"]);
    said.assert("rc-file", "wrong", &[]);
    said.assert("module", "wrong", &["lre init"]);
    said.assert("stray-flags", "wrong", &[]);
    assert_eq!(said.report["fixed"].as_array().unwrap().len(), 0);
    assert_eq!(setup.place.read("work/.bazelrc.lre"), "build --mine\n");
    assert_eq!(
        setup.place.read("home/.bazelrc"),
        "build --action_env=TOKEN\n"
    );
}
