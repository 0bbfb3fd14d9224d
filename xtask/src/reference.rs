//! `cargo xtask reference`: the checked-in output for the reference environment.
//! It must not know what the files say.

use std::process::Command;

use anyhow::Result;

use crate::cargo;
use crate::checkout;
use crate::shell::{progress, run, show};

const FOLDERS: [&str; 2] = ["generated-cc", "generated-java"];

/// Makes the top-level folders what the helper generates; with `check`, only says
/// whether they are.
pub fn sync(check: bool) -> Result<bool> {
    let helper = cargo::helper()?;
    let made = checkout::lab()?.join("reference");
    checkout::remove(&made)?;
    run(Command::new(&helper).args(["generate", "--out", made.as_str()]))?;
    let mut same = true;
    for folder in FOLDERS {
        let (new, old) = (made.join(folder), checkout::root().join(folder));
        if check {
            let diff = show(Command::new("diff").args(["-ruN", old.as_str(), new.as_str()]));
            same &= diff.is_ok();
        } else {
            progress(format_args!("{folder}/"));
            checkout::remove(&old)?;
            checkout::copy(&new, &old)?;
        }
    }
    checkout::remove(&made)?;
    if !same {
        progress("the reference is stale: run `cargo xtask reference` and commit the result");
    }
    Ok(same)
}
