//! An explanation as text, for a terminal. It must not know how it was found.

use std::fmt::Write;

use super::explanation::{Cause, Detail, Explanation, Name, Side};

/// So many causes are shown; the JSON form has all.
const CAUSES: usize = 20;
/// So many lines of each.
const LINES: usize = 4;

/// What `lre explain` prints.
pub fn text(explanation: &Explanation) -> String {
    let mut text = String::new();
    let Explanation { a, b, .. } = explanation;
    for (side, name) in [(a, 'A'), (b, 'B')] {
        line(&mut text, 0, &format!("{name}  {}", of_side(side)));
    }
    let Explanation {
        matched,
        equal,
        misses,
        ..
    } = explanation;
    line(
        &mut text,
        0,
        &format!(
            "{matched} spawns are in both, {equal} of them equal; of the {} of B that may be shared, \
             {misses} missed",
            b.shared
        ),
    );
    let (broken, notes) = explanation.causes.split_at(
        explanation
            .causes
            .iter()
            .take_while(|cause| cause.breaks_parity)
            .count(),
    );
    for (number, cause) in (1..).zip(broken.iter().take(CAUSES)) {
        let _ = writeln!(text);
        show(&mut text, &format!("{number}."), cause, &explanation.spawns);
    }
    if broken.len() > CAUSES {
        let more = broken.len() - CAUSES;
        let _ = writeln!(text);
        line(
            &mut text,
            0,
            &format!("and {more} more causes; --format json has all"),
        );
    }
    if !notes.is_empty() {
        let _ = writeln!(text);
        line(
            &mut text,
            0,
            "Good to know; for these alone no shared result misses:",
        );
    }
    for cause in notes.iter().take(CAUSES) {
        show(&mut text, "-", cause, &explanation.spawns);
    }
    if notes.len() > CAUSES {
        let more = notes.len() - CAUSES;
        line(
            &mut text,
            0,
            &format!("and {more} more of these; --format json has all"),
        );
    }
    for warning in &explanation.warnings {
        line(&mut text, 0, &format!("warning: {warning}"));
    }
    if broken.is_empty() {
        let _ = writeln!(text);
        line(
            &mut text,
            0,
            if explanation.warnings.is_empty() {
                "The two builds agree."
            } else {
                "The two builds agree, as far as could be told; see the warnings."
            },
        );
    }
    text
}

fn of_side(side: &Side) -> String {
    let Side {
        file,
        spawns,
        shared,
        hits,
        ..
    } = side;
    format!(
        "{}: {spawns} spawns, {shared} may be shared, {hits} hits",
        printable(file)
    )
}

fn show(text: &mut String, mark: &str, cause: &Cause, spawns: &[Name]) {
    line(
        text,
        0,
        &format!("{mark} {}: {}", cause.title, cause.subject),
    );
    for Detail { what, a, b } in cause.details.iter().take(LINES) {
        line(text, 5, what);
        for (side, value) in [('A', a), ('B', b)] {
            let value = value.as_deref().unwrap_or("(not there)");
            line(text, 7, &format!("{side}: {value}"));
        }
    }
    more(text, cause.details.len(), LINES, "differences");
    let reaches = cause.firsts + cause.followers;
    line(
        text,
        3,
        &format!(
            "reaches {}: {} first, {} through files that these make",
            plural(reaches),
            cause.firsts,
            cause.followers
        ),
    );
    for &first in cause.first.iter().take(LINES) {
        line(text, 5, &named(spawns, first));
    }
    more(
        text,
        cause.firsts as usize,
        cause.first.len().min(LINES),
        "spawns at which it is seen first",
    );
    for follower in cause.follower.iter().take(LINES) {
        let spawn = named(spawns, follower.spawn);
        line(text, 5, &format!("then {spawn} through {}", follower.path));
    }
    more(
        text,
        cause.followers as usize,
        cause.follower.len().min(LINES),
        "that follow",
    );
    line(text, 3, &format!("mend: {}", cause.advice));
}

fn plural(count: u64) -> String {
    match count {
        1 => "1 spawn".to_owned(),
        count => format!("{count} spawns"),
    }
}

fn more(text: &mut String, all: usize, shown: usize, of_what: &str) {
    if all > shown {
        line(text, 5, &format!("and {} more {of_what}", all - shown));
    }
}

fn named(spawns: &[Name], number: u32) -> String {
    let Name {
        label,
        mnemonic,
        output,
        ..
    } = &spawns[number as usize];
    format!("{mnemonic} of {label} [{output}]")
}

/// One line, whatever is in it: what a log says must not move the cursor of a terminal.
fn line(text: &mut String, indent: usize, content: &str) {
    let _ = writeln!(text, "{:indent$}{}", "", printable(content));
}

fn printable(content: &str) -> String {
    let shown = |c: char| if moves(c) { '\u{fffd}' } else { c };
    content.chars().map(shown).collect()
}

/// Whether it moves the cursor, or changes the direction in which others are read (Unicode's UAX 9).
fn moves(c: char) -> bool {
    let turns = ['\u{61c}', '\u{200e}', '\u{200f}'].contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c);
    c.is_control() || turns
}
