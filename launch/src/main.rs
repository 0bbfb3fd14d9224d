//! `lre-launch`, the launcher of workers: `lre launch` with its options in a variable.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    return lre_launch::action::main();
    #[cfg(not(target_os = "linux"))]
    panic!("workers that fetch on demand run Linux");
}
