//! Stories in which `lre verify` proves parity, or says why there is none, and leaves nothing behind. They
//! must not know how it does so.

mod called;
mod no_verdict;
mod stopped;
mod untouched;

use anyhow::{Result, ensure};

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::lab::webcache::WebCache;
use crate::shell::progress;
use called::{junit, number, verdict, verify};
use untouched::{OwnBazel, nothing_left};

pub const STORIES: &[Story] = &[
    ("verify::example_by_an_executor", by_executor),
    ("verify::example_by_a_cache_and_by_none", without_executor),
    ("verify::a_path_that_leaks_is_the_cause", no_verdict::leak),
    (
        "verify::what_may_not_be_shared_is_told_apart",
        no_verdict::not_shared,
    ),
    (
        "verify::a_build_that_fails_is_no_verdict",
        no_verdict::broken,
    ),
    (
        "verify::a_server_that_is_not_there_is_no_verdict",
        no_verdict::unreachable,
    ),
    ("verify::a_signal_leaves_nothing", stopped::interrupted),
    (
        "verify::what_a_kill_leaves_ends_and_is_swept",
        stopped::killed,
    ),
];

/// Given a project with tests and workers that have cached nothing, when parity is verified, then it is
/// proved, for a person, a program and a CI system; and the user's own Bazel did not notice.
fn by_executor(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let executor = lab.worker.start()?;
    a.bazel(&["build", "--config=lre", "//base:all"])?;
    let own = OwnBazel::of(&a)?;

    let output = verify(
        lab,
        &a,
        &[
            "//...",
            "--test",
            &executor.remote_flag(),
            "--format=json",
            "--junit=/tmp/junit.xml",
        ],
    )?;

    let verdict = verdict(&output, 0)?;
    let shared = number(&verdict, "/explanation/b/shared")?;
    ensure!(shared > 60, "{shared} spawns are too few to show anything");
    ensure!(
        number(&verdict, "/explanation/equal")? == number(&verdict, "/explanation/matched")?
            && number(&verdict, "/explanation/b/hits")? == shared
            && number(&verdict, "/explanation/misses")? == 0,
        "not at parity:\n{verdict:#}"
    );
    ensure!(
        verdict["builds"][0]["name"] == "remote build"
            && verdict["builds"][1]["name"] == "local build",
        "other builds: {}",
        verdict["builds"]
    );
    progress(format_args!("{shared} spawns, all of them equal and hits"));
    let cases = junit(&a.machine.path("/tmp/junit.xml"), lab)?;
    ensure!(
        cases == "tests=3 failures=0 errors=0\nremote build: ok\nlocal build: ok\nparity: ok",
        "JUnit says:\n{cases}"
    );
    own.is_untouched(&a)?;
    nothing_left(&a)
}

/// Given a web server for cache, and given nothing at all, then digests and reuse are shown, and the
/// verdict says what is not.
fn without_executor(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let cache = WebCache::start(&lab.a)?;
    for (flags, note) in [
        (vec![cache.flag()], "nothing ran on a worker"),
        (vec![], "on this machine only"),
    ] {
        let mut words = vec!["//text/...", "--format=json"];
        words.extend(flags.iter().map(String::as_str));
        let verdict = verdict(&verify(lab, &a, &words)?, 0)?;
        let notes = verdict["notes"].to_string();
        ensure!(notes.contains(note), "{note:?} is not in {notes}");
        ensure!(
            number(&verdict, "/explanation/b/hits")? > 5,
            "too few hits:\n{verdict:#}"
        );
    }
    nothing_left(&a)
}
