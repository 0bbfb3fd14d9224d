//! A worker that fetches on demand: what the launcher adds to an action, how long the first action
//! waits, and how long the image of the same toolchain takes. It must not know how paths are fetched.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Goal, print, ratio, timing};
use crate::lab::Lab;
use crate::lab::engine::{Engine, IMAGES};
use crate::lab::ondemand::{LAUNCHER, OnDemand};
use crate::lab::publisher::Publisher;
use crate::shell::progress;

/// A program without libraries, with this name for it.
const TRUE: [&str; 2] = ["/opt/tools/busybox", "true"];

/// How many words an action with many has.
const MANY: usize = 5000;

pub fn measure(lab: &Lab) -> Result<()> {
    let worker = OnDemand::mount(lab, "worker-bench", None)?;
    let many: Vec<String> = (0..MANY).map(|n| format!("-Ifolder/number/{n}")).collect();
    let none: &[String] = &[];
    for (what, words) in [("no words", none), ("5,000 words", &many)] {
        progress(format_args!("launcher: {what}"));
        let run = |first: &[&str]| {
            let words = words.iter().map(String::as_str);
            let words: Vec<&str> = first.iter().copied().chain(words).collect();
            let mut command = worker.command(words[0]);
            command
                .args(&words[1..])
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command
        };
        let mut plain = run(&TRUE);
        let mut launched = run(&[LAUNCHER, TRUE[0], TRUE[1]]);
        // Any program that runs another one: what the kernel takes for it is in both.
        let mut other = run(&["/usr/bin/env", TRUE[0], TRUE[1]]);
        let pairs = timing::commands(&mut plain, &mut launched, 200)?;
        let extra: Vec<f64> = pairs
            .iter()
            .map(|(plain, launched)| launched - plain)
            .collect();
        print(
            &format!("lre launch − true, {what}"),
            ", ms",
            Some(Goal(1.0)),
            &extra,
        );
        let pairs = timing::commands(&mut other, &mut launched, 200)?;
        ratio(&format!("lre launch ÷ env, {what}"), None, &pairs);
    }

    progress("the first action on an empty store, and the second");
    let publisher = Publisher::new(lab, "publisher-bench")?;
    publisher.publish(&lab.store.main)?;
    let _cache = publisher.serve(&worker)?;
    let mut action = worker.command(LAUNCHER);
    action.args([&lab.store.main.compiler, "--version"]);
    let (cold, warm) = (seconds(&mut action)?, seconds(&mut action)?);
    print("first action, cold", ", s", None, &[cold]);
    print("first action, warm", ", s", None, &[warm]);

    let engine = Engine::new(lab, "bench-on-demand")?;
    let start = Instant::now();
    let tag = engine.make(&lab.store.main, "main", &[])?;
    engine.pull(&format!("oci:{IMAGES}/main:{tag}"))?;
    let image = start.elapsed().as_secs_f64();
    print(
        "image of the same toolchain: made and loaded",
        ", s",
        None,
        &[image],
    );
    Ok(())
}

fn seconds(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(start.elapsed().as_secs_f64())
}
