//! The page can be read, by day and by night. It must not know what is written there.

use anyhow::{Result, ensure};

use super::calm;
use crate::lab::Lab;
use crate::lab::browser::Browser;
use crate::lab::report::Synthetic;

/// Given a system that prefers one or the other, then the page follows, until its own button says
/// otherwise; and in both, text stands out from what is behind it.
pub fn light_and_dark(lab: &Lab) -> Result<()> {
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
