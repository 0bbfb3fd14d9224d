//! The page says what the logs say, of two real builds. It must not know how a cause is found.

use anyhow::{Result, ensure};

use super::calm;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::lab::browser::Browser;
use crate::lab::report::{NUMBERS, page};
use crate::parity::Run;
use crate::story::local;

/// Given a build, and a second one after a header was changed, then the page says what the logs
/// say, and shows the header as the cause with what includes it below.
pub fn numbers(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("local/BUILD.bazel", LOCAL)?;
    let executor = lab.worker.start()?;
    let cache = executor.cache_flag();
    a.record(
        "remote",
        &["build", "--config=lre", &executor.remote_flag(), "//..."],
    )?;
    let [flag, no_upload] = local(&cache);
    let build = ["build", "--config=lre", flag, no_upload, "//..."];
    a.record("first", &build)?;
    a.keep_log("/tmp/first.json")?;
    let header = "base/ascii.h";
    let text = a.machine.read(&format!("{}/{header}", a.dir))?;
    a.write(header, &format!("{text}{CHANGE}"))?;
    let second = a.record("second", &build)?;
    a.keep_log("/tmp/second.json")?;

    let mut browser = Browser::start(lab)?;
    let made = page(lab, &["/tmp/first.json", "/tmp/second.json"])?;
    browser.open(&made)?;
    browser.press("Tab")?;

    check_numbers(&mut browser, &second)?;
    let summary = browser.text("document.getElementById('summary').textContent")?;
    ensure!(!summary.contains("1970"), "no build is so old: {summary}");
    let causes = browser.text("document.querySelector('.tree').textContent")?;
    ensure!(causes.contains(header), "{header} is no cause:\n{causes}");
    browser.get(
        "(() => {
            const cause = document.querySelector('.tree > li');
            cause.querySelector('.line').click();
            cause.querySelector('[role=group] .line').click();
        })()",
    )?;
    let first = browser.text("document.querySelector('.tree > li').textContent")?;
    for said in [header, "CppCompile//", "followers", "← bazel-out/"] {
        ensure!(
            first.contains(said),
            "{said:?} is not in the first cause:\n{first}"
        );
    }
    for (name, width, scheme) in [
        ("report-light", 1280, "light"),
        ("report-dark", 1280, "dark"),
        ("report-narrow", 400, "light"),
    ] {
        browser.prefer(scheme)?;
        browser.picture(name, width)?;
    }
    calm(&browser)
}

/// A line for a header that changes what every object is that includes it.
const CHANGE: &str = "__attribute__((used)) static int changed = 1;\n";

/// A package of what no cache may have.
const LOCAL: &str = r#"genrule(
    name = "local",
    outs = ["out"],
    cmd = "echo > $@",
    tags = ["no-cache"],
)
"#;

/// Asserts that the summary, the mnemonics and the table say what the log of `run` says.
fn check_numbers(browser: &mut Browser, run: &Run) -> Result<()> {
    let all = run.spawns.len();
    let shared = run.shared().count();
    let hits = run.shared().filter(|(_, spawn)| spawn.cache_hit).count();
    ensure!(
        hits > 0 && hits < shared && shared < all,
        "{hits} of {shared} of {all} show little"
    );
    let compiles = run
        .spawns
        .values()
        .filter(|spawn| spawn.mnemonic == "CppCompile")
        .count();

    let said: Vec<String> = serde_json::from_value(browser.get(NUMBERS)?)?;

    let expected = [
        format!("hit rate: {hits} of {shared} shared spawns"),
        format!("{hits} hits"),
        format!("{} misses", shared - hits),
        format!("{} not shared", all - shared),
        format!("{all} spawns"),
        format!("CppCompile {compiles}"),
        format!("table of {all}"),
    ];
    ensure!(
        said == expected,
        "the page says {said:?} rather than {expected:?}"
    );
    Ok(())
}
