//! Logs that say little, and logs that say much. It must not know how they are read.

use anyhow::{Result, ensure};

use super::calm;
use crate::lab::Lab;
use crate::lab::browser::Browser;
use crate::lab::report::{Synthetic, shown};
use crate::shell::progress;

/// Given one log, of a Bazel that gave no times, then the page says so, and why spawns were no hits
/// as far as one log tells.
pub fn one_log(lab: &Lab) -> Result<()> {
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
pub fn large(lab: &Lab) -> Result<()> {
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
