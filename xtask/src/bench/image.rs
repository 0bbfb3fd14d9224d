//! `lre worker image`: how long it takes and how much memory, how big the image is
//! and what of it stays when the compiler changes. It must not know how an image is made.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;

use super::print;
use super::timing::peak_memory;
use crate::lab::Lab;
use crate::lab::engine::{Engine, IMAGES};
use crate::shell::{progress, run};

pub fn measure(lab: &Lab) -> Result<()> {
    let engine = Engine::new(lab, "bench")?;
    let (main, other) = (&lab.store.main, lab.store.other()?);
    for compression in ["zstd", "gzip"] {
        progress(format_args!("image: {compression}"));
        let flag = format!("--compression={compression}");
        let mut make = engine.lre(main, compression, &[&flag]);
        let start = Instant::now();
        run(&mut make)?;
        let seconds = start.elapsed().as_secs_f64();
        print(
            &format!("lre worker image, {compression}"),
            ", s",
            None,
            &[seconds],
        );
        let layers = engine.layers(compression)?;
        let what = format!("its size, in {} layers", layers.len());
        print(&what, ", MB", None, &[megabytes(&layers, |_| true)]);
    }
    let out = format!("{IMAGES}/memory");
    let words = [
        &main.helper,
        "worker",
        "image",
        "--env",
        &main.manifest,
        "--out",
        &out,
    ];
    let memory = peak_memory(&engine.machine, &words)?;
    print(
        "lre worker image, peak resident memory",
        ", MB",
        None,
        &[memory],
    );

    engine.make(other, "other", &[])?;
    let (before, after) = (engine.layers("zstd")?, engine.layers("other")?);
    let new = megabytes(&after, |digest| !before.contains_key(digest));
    print("new after a change of the compiler", ", MB", None, &[new]);
    let ratio = new / megabytes(&after, |_| true);
    print("new ÷ all", "", None, &[ratio]);
    Ok(())
}

/// How big the layers are that `which` chooses by digest.
fn megabytes(layers: &BTreeMap<String, u64>, which: impl Fn(&str) -> bool) -> f64 {
    let chosen = layers.iter().filter(|(digest, _)| which(digest));
    chosen.map(|(_, size)| *size as f64).sum::<f64>() / 1e6
}
