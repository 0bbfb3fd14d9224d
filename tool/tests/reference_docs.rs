//! docs/reference.md names every command and every flag that there is.

use clap::CommandFactory;

#[test]
fn the_reference_names_every_command_and_flag() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference.md");
    let text = std::fs::read_to_string(path).unwrap();
    let has = |name: &str| text.contains(name);
    for command in lre::cli::Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(has(&format!("`lre {name}")), "no `lre {name}`");
        for flag in command.get_arguments().filter_map(|a| a.get_long()) {
            assert!(
                flag == "help" || has(&format!("`--{flag}")),
                "no --{flag} of lre {name}"
            );
        }
    }
}
