//! Stories about the page that `lre report` makes, opened in a browser and used by keyboard. They
//! must not know how the page is built.

use anyhow::{Result, ensure};

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::lab::browser::Browser;
use crate::lab::report::{NUMBERS, Synthetic, page, shown};
use crate::parity::Run;
use crate::shell::progress;
use crate::story::local;

pub const STORIES: &[Story] = &[
    ("report::numbers_are_those_of_the_logs", numbers),
    ("report::is_used_by_keyboard", keyboard),
    ("report::is_light_and_dark", light_and_dark),
    ("report::hostile_names_are_inert", hostile),
    ("report::loads_nothing", loads_nothing),
    ("report::one_log_without_times", one_log),
    ("report::a_hundred_thousand_spawns", large),
];

/// Given a build, and a second one after a header was changed, then the page says what the logs
/// say, and shows the header as the cause with what includes it below.
fn numbers(lab: &Lab) -> Result<()> {
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

/// Given a page, then the search, the causes and the details are reached and used by keys alone,
/// and the focus can be seen wherever it is.
fn keyboard(lab: &Lab) -> Result<()> {
    let mut browser = Browser::start(lab)?;
    browser.open(&Synthetic::pair(300).page(lab)?)?;

    let (nameless, named) = browser.nameless()?;
    ensure!(
        nameless.is_empty() && named > 20,
        "without a name: {nameless:?}, with: {named}"
    );

    browser.press("/")?;
    ensure!(
        browser.get("document.activeElement.id")? == "query",
        "/ does not search"
    );
    browser.write("lib_7 CppCompile")?;
    browser.until("document.getElementById('found').textContent.includes(' of ')")?;
    let rows = shown(&mut browser)?;
    ensure!(
        !rows.is_empty()
            && rows
                .iter()
                .all(|row| row.contains("lib_7") && row.contains("CppCompile")),
        "the table is not filtered: {rows:?}"
    );
    let tree = browser.text("document.querySelector('.tree').innerText")?;
    ensure!(
        tree.contains("base/ascii.h"),
        "the cause of a spawn that is found is gone: {tree}"
    );

    browser.press("Escape")?;
    browser.until("document.getElementById('found').textContent === '300 spawns'")?;

    while browser.get("document.activeElement.role")? != "treeitem" {
        visible_focus(&mut browser)?;
        browser.press("Tab")?;
    }
    let open = "document.activeElement.getAttribute('aria-expanded')";
    ensure!(browser.get(open)? == "false", "the first cause is open");
    browser.press("ArrowRight")?;
    ensure!(browser.get(open)? == "true", "→ does not open a cause");
    browser.press("ArrowDown")?;
    let level = "document.activeElement.ariaLevel";
    ensure!(browser.get(level)? == "2", "↓ does not go to a spawn");
    browser.press("ArrowRight")?;
    browser.press("ArrowRight")?;
    ensure!(browser.get(level)? == "3", "→ does not go to a follower");
    browser.press("Enter")?;
    let details = browser.text("document.getElementById('details').innerText")?;
    ensure!(
        details.contains("base/ascii.h") || details.contains("Cause"),
        "{details}"
    );
    browser.press("Escape")?;
    ensure!(
        browser.get(level)? == "3",
        "Esc does not go back to where it came from"
    );
    browser.press("ArrowLeft")?;
    browser.press("ArrowLeft")?;
    ensure!(
        browser.get(open)? == "false",
        "← does not shut what it came from"
    );

    browser.press("Tab")?;
    for part in ["timeline", "mnemonics", "slowest", "spawns"] {
        reach(&mut browser, part)?;
    }
    calm(&browser)
}

/// Tabs until the focus is in a section.
fn reach(browser: &mut Browser, section: &str) -> Result<()> {
    for _ in 0..60 {
        let at = browser.get("document.activeElement.closest('section')?.id ?? ''")?;
        visible_focus(browser)?;
        if at == section {
            return Ok(());
        }
        browser.press("Tab")?;
    }
    anyhow::bail!("{section} cannot be reached by Tab")
}

/// Asserts that what has the focus is drawn in another way for it.
fn visible_focus(browser: &mut Browser) -> Result<()> {
    let outlined = "[document.activeElement, document.activeElement.firstElementChild].some((e) =>
        e && (e === document.body || parseFloat(getComputedStyle(e).outlineWidth) > 0
            && getComputedStyle(e).outlineStyle !== 'none'))";
    let ok = browser.get(outlined)?;
    let which = browser.text("document.activeElement.outerHTML.slice(0, 200)")?;
    ensure!(ok == true, "the focus cannot be seen on {which}");
    Ok(())
}

/// Given a system that prefers one or the other, then the page follows, until its own button says
/// otherwise; and in both, text stands out from what is behind it.
fn light_and_dark(lab: &Lab) -> Result<()> {
    let mut browser = Browser::start(lab)?;
    browser.open(&Synthetic::pair(300).page(lab)?)?;
    let paper = "getComputedStyle(document.body).backgroundColor";

    browser.prefer("light")?;
    let light = browser.text(paper)?;
    contrast(&mut browser)?;
    browser.prefer("dark")?;
    let dark = browser.text(paper)?;
    contrast(&mut browser)?;

    ensure!(light != dark, "the page is {light} by day and night");
    browser.get("document.getElementById('theme').click()")?;
    ensure!(
        browser.text(paper)? == light,
        "the button does not make it light"
    );
    browser.get("document.getElementById('theme').click()")?;
    browser.prefer("light")?;
    ensure!(
        browser.text(paper)? == dark,
        "the button does not make it dark"
    );
    calm(&browser)
}

/// Asserts the contrast that WCAG 2.2 asks for (1.4.3, level AA) of all text in sight.
fn contrast(browser: &mut Browser) -> Result<()> {
    let poor = browser.get(include_str!("contrast.js"))?;
    ensure!(poor == serde_json::json!([]), "hard to read: {poor}");
    Ok(())
}

/// Given names that try to end the script or to be markup, then they are shown as they are, and
/// nothing of them runs.
fn hostile(lab: &Lab) -> Result<()> {
    let names = [
        "//a:</script><script>document.title='owned';alert(1)</script>",
        "//b:<img src=x onerror=alert(2)>",
        "//c:\"><svg onload=alert(3)>&lt;b&gt;",
        "//d:<!--<script>",
        "//e:\u{2028}alert(4)//\\u003c/script\\u003e",
    ];
    let mut browser = Browser::start(lab)?;

    browser.open(&Synthetic::named(&names).page(lab)?)?;

    let title = browser.text("document.title")?;
    ensure!(title == "Build report", "the title is {title}");
    for name in names {
        let number = browser.get(&format!(
            "[...document.querySelectorAll('.rows .label')].filter((e) => e.textContent === {}).length",
            serde_json::to_string(name)?
        ))?;
        ensure!(number.as_u64() > Some(0), "{name} is not shown as it is");
    }
    let made = browser.get("document.querySelectorAll('img, svg, script').length")?;
    ensure!(
        made == 2,
        "{made} elements that are not the page's own two scripts, or these are gone"
    );
    calm(&browser)
}

/// Given a page that was opened, then it asked for nothing but itself, and its policy holds for
/// what somebody puts into it.
fn loads_nothing(lab: &Lab) -> Result<()> {
    let mut browser = Browser::start(lab)?;

    let address = browser.open(&Synthetic::pair(300).page(lab)?)?;

    ensure!(
        browser.requests() == [address.as_str()],
        "requests: {:?}",
        browser.requests()
    );
    let loaded = browser.get("performance.getEntriesByType('resource').length")?;
    ensure!(loaded == 0, "{loaded} things were loaded");
    calm(&browser)?;

    let fetched = browser.get("fetch('data:,x').then(() => 'fetched', () => 'refused')")?;
    ensure!(fetched == "refused", "the policy lets the page fetch");
    let ran = browser.get(
        "(() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            return window.ran === true;
        })()",
    )?;
    ensure!(ran == false, "the policy lets another script run");
    Ok(())
}

/// Given one log, of a Bazel that gave no times, then the page says so, and why spawns were no hits
/// as far as one log tells.
fn one_log(lab: &Lab) -> Result<()> {
    let mut browser = Browser::start(lab)?;

    browser.open(&Synthetic::untimed(100).page(lab)?)?;

    let text = browser.text("document.body.innerText")?;
    for said in [
        "does not say when its spawns started",
        "has no times of its spawns",
        "May not be cached",
        "May be cached on this machine only",
        "In no cache",
    ] {
        ensure!(text.contains(said), "{said:?} is not in:\n{text}");
    }
    calm(&browser)
}

/// Given two logs of 100,000 spawns, then the page opens, filters, sorts and scrolls to the end, with
/// as few elements as for a small one.
fn large(lab: &Lab) -> Result<()> {
    const MANY: usize = 100_000;
    let made = Synthetic::pair(MANY).page(lab)?;
    progress(format_args!(
        "{} bytes of page for twice {MANY} spawns",
        made.metadata()?.len()
    ));
    let mut browser = Browser::start(lab)?;

    browser.open(&made)?;

    let took = "Math.round(performance.timing.loadEventEnd - performance.timing.navigationStart)";
    progress(format_args!("opened in {} ms", browser.get(took)?));
    ensure!(browser.text("document.getElementById('found').textContent")? == "100,000 spawns");
    let timed = |browser: &mut Browser, what: &str, action: &str| -> Result<()> {
        let ms = browser.get(&format!(
            "(() => {{ const start = performance.now(); {action}; document.body.offsetHeight;
                return Math.round(performance.now() - start); }})()"
        ))?;
        progress(format_args!("{what} in {ms} ms"));
        Ok(())
    };
    let search = |text: &str| {
        format!(
            "document.getElementById('query').value = '{text}';
            document.getElementById('query').dispatchEvent(new Event('input'))"
        )
    };
    browser.get(&search("lib_77777"))?;
    browser.until("document.getElementById('found').textContent === '1 of 100,000 spawns'")?;
    let rows = shown(&mut browser)?;
    ensure!(rows.len() == 1 && rows[0].contains("lib_77777"), "{rows:?}");
    browser.get(&search(""))?;
    browser.until("document.getElementById('found').textContent === '100,000 spawns'")?;

    let head = "[...document.querySelectorAll('.heads button')].find((b) => b.textContent.startsWith('Target')).click()";
    timed(&mut browser, "sorted by target", head)?;
    let end = "const pane = document.querySelector('.rows'); pane.scrollTop = pane.scrollHeight";
    timed(&mut browser, "scrolled to the end", end)?;
    browser
        .until("[...document.querySelectorAll('.rows .row')].at(-1).ariaRowIndex === '100001'")?;
    timed(
        &mut browser,
        "opened the largest cause",
        "document.querySelector('.tree .line').click()",
    )?;
    let elements = browser.get("document.querySelectorAll('*').length")?;
    progress(format_args!("{elements} elements"));
    ensure!(
        elements.as_u64() < Some(5000),
        "{elements} elements are as many as there are spawns"
    );
    browser.picture("report-large", 1280)?;
    calm(&browser)
}

/// Asserts that nothing went wrong in the page.
fn calm(browser: &Browser) -> Result<()> {
    let complaints = browser.complaints();
    ensure!(
        complaints.is_empty(),
        "the page complains:\n{}",
        complaints.join("\n")
    );
    Ok(())
}
