//! `lre completions`, `lre man` and docs/reference.md: all know every command. What the
//! commands do is not looked at.

use clap::{Command, CommandFactory};

use crate::place::{Place, code};

#[test]
fn completions_and_the_manual_know_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let output = place.lre(&["completions", shell]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains("generate") && text.contains("bazelrc"),
            "{shell}"
        );
    }
    assert_eq!(code(&place.lre(&["man", "--out", "man"])), 0);
    let pages = ["lre.1", "lre-bazelrc.1", "lre-generate.1", "lre-probe.1"];
    for page in pages {
        assert!(
            place.read(&format!("man/{page}")).contains(".SH NAME"),
            "{page}"
        );
    }
}

#[test]
fn the_reference_names_every_command_and_flag() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference.md");
    let text = std::fs::read_to_string(path).unwrap();
    let has = |name: &str| text.contains(name);
    for (name, command) in commands("lre", &lre::cli::Cli::command()) {
        assert!(has(&format!("`{name}")), "no `{name}`");
        for flag in command.get_arguments().filter_map(|a| a.get_long()) {
            assert!(
                matches!(flag, "help" | "version") || has(&format!("`--{flag}")),
                "no --{flag} of {name}"
            );
        }
    }
}

/// All commands below `command` that a user types, with what is typed for them.
fn commands(path: &str, command: &Command) -> Vec<(String, Command)> {
    let below = command.get_subcommands().filter(|c| !c.is_hide_set());
    let below = below.flat_map(|command| {
        let path = format!("{path} {}", command.get_name());
        let below = commands(&path, command);
        std::iter::once((path, command.clone())).chain(below)
    });
    below.collect()
}
