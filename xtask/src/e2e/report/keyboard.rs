//! The page is used by keys alone, and says to a screen reader what it has. It must not know what
//! is in it.

use anyhow::{Result, bail, ensure};

use super::calm;
use crate::lab::Lab;
use crate::lab::browser::Browser;
use crate::lab::report::{Synthetic, shown};

/// Given a page, then all of its parts are reached and used by keys, in their order, and the focus
/// can be seen wherever it is.
pub fn keyboard(lab: &Lab) -> Result<()> {
    let mut browser = Browser::start(lab)?;
    browser.open(&Synthetic::pair(300).page(lab)?)?;

    let (nameless, named) = browser.nameless()?;
    ensure!(
        nameless.is_empty() && named > 20,
        "without a name: {nameless:?}, with: {named}"
    );
    search(&mut browser)?;
    causes(&mut browser)?;
    timeline(&mut browser)?;
    table(&mut browser)?;
    calm(&browser)
}

fn search(browser: &mut Browser) -> Result<()> {
    browser.press("/")?;
    is(browser, "document.activeElement.id", "query")?;
    browser.write("lib_7 CppCompile")?;
    browser.until("document.getElementById('found').textContent.includes(' of ')")?;
    let rows = shown(browser)?;
    let found = |row: &String| row.contains("lib_7") && row.contains("CppCompile");
    ensure!(
        !rows.is_empty() && rows.iter().all(found),
        "the table is not filtered: {rows:?}"
    );
    let tree = browser.text("document.querySelector('.tree').textContent")?;
    ensure!(
        tree.contains("base/ascii.h") && !tree.contains("may not be shared"),
        "of the causes, that of a spawn which is found should be left: {tree}"
    );
    browser.press("Escape")?;
    browser.until("document.getElementById('found').textContent === '300 spawns'")
}

fn causes(browser: &mut Browser) -> Result<()> {
    const OPEN: &str = "document.activeElement.ariaExpanded";
    const LEVEL: &str = "document.activeElement.ariaLevel";
    reach(browser, "document.activeElement.role", "treeitem")?;
    is(browser, OPEN, "false")?;
    browser.press("ArrowRight")?;
    is(browser, OPEN, "true")?;
    browser.press("ArrowDown")?;
    is(browser, LEVEL, "2")?;
    browser.press("ArrowRight")?;
    browser.press("ArrowRight")?;
    is(browser, LEVEL, "3")?;

    browser.press("Enter")?;
    let details = browser.text("document.getElementById('details').textContent")?;
    ensure!(
        details.contains("CppArchive") && details.contains("made by CppCompile of //pkg/0:lib_"),
        "the details of a follower do not say what it follows: {details}"
    );
    browser.press("Escape")?;
    is(browser, LEVEL, "3")?;

    browser.press("ArrowLeft")?;
    is(browser, LEVEL, "2")?;
    browser.press("Home")?;
    browser.press("ArrowLeft")?;
    is(browser, OPEN, "false")
}

fn timeline(browser: &mut Browser) -> Result<()> {
    const SAID: &str = "document.getElementById('timeline-said').textContent";
    let colours = "(() => {
        const canvas = document.querySelector('canvas');
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(pixels.data.buffer)).size > 3;
    })()";
    ensure!(browser.get(colours)? == true, "nothing is drawn");
    reach(browser, "document.activeElement.tagName", "CANVAS")?;
    browser.press("ArrowRight")?;
    let first = browser.text(SAID)?;
    browser.press("ArrowRight")?;
    let second = browser.text(SAID)?;
    ensure!(
        first.contains("//pkg/0:lib_") && second.contains("lib_") && first != second,
        "→ goes from {first:?} to {second:?}"
    );
    browser.press("+")?;
    browser.press("Enter")?;
    is(browser, "document.activeElement.id", "details")?;
    browser.press("Escape")?;
    is(browser, "document.activeElement.tagName", "CANVAS")
}

fn table(browser: &mut Browser) -> Result<()> {
    const SECTION: &str = "document.activeElement.closest('section')?.id ?? ''";
    for section in ["mnemonics", "slowest", "spawns"] {
        reach(browser, SECTION, section)?;
    }
    reach(browser, "document.activeElement.role", "grid")?;
    const ACTIVE: &str = "document.activeElement.getAttribute('aria-activedescendant')";
    is(browser, ACTIVE, "row-0")?;
    browser.press("End")?;
    is(browser, ACTIVE, "row-299")?;
    browser.press("Enter")?;
    is(browser, "document.activeElement.id", "details")?;
    browser.press("Escape")?;

    let head = "document.activeElement.closest('[role=columnheader]')?.textContent ?? ''";
    reach(browser, head, "Duration")?;
    browser.press("Enter")?;
    is(browser, head, "Duration ↓")?;
    let rows = shown(browser)?;
    ensure!(
        rows.first().is_some_and(|row| row.contains("1.5")),
        "the slowest spawn is not the first: {rows:?}"
    );
    Ok(())
}

/// Asserts that an expression is a text.
fn is(browser: &mut Browser, expression: &str, text: &str) -> Result<()> {
    let found = browser.get(expression)?;
    ensure!(found == text, "{expression} is {found} and not {text}");
    Ok(())
}

/// Tabs until an expression about what has the focus is a text.
fn reach(browser: &mut Browser, expression: &str, text: &str) -> Result<()> {
    for _ in 0..60 {
        visible_focus(browser)?;
        if browser.get(expression)? == text {
            return Ok(());
        }
        browser.press("Tab")?;
    }
    bail!("{text} cannot be reached by Tab")
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
