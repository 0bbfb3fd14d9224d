//! What a log says stays text, and the page keeps to itself. They must not know how.

use anyhow::{Result, ensure};

use super::calm;
use crate::lab::Lab;
use crate::lab::browser::Browser;
use crate::lab::report::Synthetic;

/// Given names that try to end the script or to be markup, then they are shown as they are, and
/// nothing of them runs.
pub fn hostile(lab: &Lab) -> Result<()> {
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
pub fn loads_nothing(lab: &Lab) -> Result<()> {
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
