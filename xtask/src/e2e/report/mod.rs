//! Stories about the page that `lre report` makes, opened in a browser and used by keyboard. This
//! file lists them; they must not know how the page is built.

mod keyboard;
mod logs;
mod looks;
mod numbers;
mod safety;

use anyhow::{Result, ensure};

use super::Story;
use crate::lab::browser::Browser;

pub const STORIES: &[Story] = &[
    ("report::numbers_are_those_of_the_logs", numbers::numbers),
    ("report::is_used_by_keyboard", keyboard::keyboard),
    ("report::is_light_and_dark", looks::light_and_dark),
    ("report::hostile_names_are_inert", safety::hostile),
    ("report::loads_nothing", safety::loads_nothing),
    ("report::one_log_without_times", logs::one_log),
    ("report::a_hundred_thousand_spawns", logs::large),
];

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
