//! Pages of `lre report`, made on a machine of the lab, of real logs and of logs that nobody's
//! build wrote; and how to read such a page. It must not know what it ought to say.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context, Result};
use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::Lab;
use super::browser::Browser;
use crate::shell::run;

/// Makes the page of logs of machine A; gives where it is, seen from outside.
pub fn page(lab: &Lab, logs: &[&str]) -> Result<Utf8PathBuf> {
    let page = "/tmp/report.html";
    run(lab
        .a
        .command("/tmp", &lab.store.main.helper)
        .arg("report")
        .args(logs)
        .args(["--out", page]))?;
    Ok(lab.a.path(page))
}

/// A JavaScript expression: the numbers that a page shows, as a list of texts.
pub const NUMBERS: &str = "(() => {
    const texts = (where) => [...document.querySelectorAll(where)].map((e) => e.textContent.trim());
    const compile = [...document.querySelectorAll('#mnemonics tbody tr')]
        .find((row) => row.cells[0].textContent === 'CppCompile');
    return [
        ...texts('.rate span'),
        ...texts('.parts li'),
        ...texts('.facts div:first-child dd'),
        `CppCompile ${compile.cells[1].textContent}`,
        `table of ${document.querySelector('.grid').ariaRowCount - 1}`,
    ];
})()";

/// The rows of the table that are in sight, as text.
pub fn shown(browser: &mut Browser) -> Result<Vec<String>> {
    let rows = "[...document.querySelectorAll('.rows .row')].map((row) => row.innerText)";
    Ok(serde_json::from_value(browser.get(rows)?)?)
}

/// Logs of a build that never was, one or two.
pub struct Synthetic {
    logs: Vec<Vec<Value>>,
}

impl Synthetic {
    /// Two builds of `many` spawns. Before the second, a header was changed that every tenth spawn
    /// reads, and so what the one behind it reads.
    pub fn pair(many: usize) -> Self {
        let build = |header: u64| (0..many).map(|number| spawn(number, header)).collect();
        Self {
            logs: vec![build(1), build(2)],
        }
    }

    /// One build, by a Bazel that measured nothing.
    pub fn untimed(many: usize) -> Self {
        let mut spawns: Vec<Value> = (0..many).map(|number| spawn(number, 2)).collect();
        for spawn in &mut spawns {
            spawn["metrics"] = json!({});
        }
        Self { logs: vec![spawns] }
    }

    /// One build with a spawn of each of these labels, which outputs and mnemonics are like.
    pub fn named(labels: &[&str]) -> Self {
        let spawns = labels.iter().enumerate().map(|(number, label)| {
            let mut spawn = spawn(number, 2);
            spawn["targetLabel"] = json!(label);
            spawn["mnemonic"] = json!(label);
            spawn["runner"] = json!(label);
            spawn["listedOutputs"] = json!([format!("bazel-out/bin/{label}")]);
            spawn["actualOutputs"] = json!([]);
            spawn
        });
        Self {
            logs: vec![spawns.collect()],
        }
    }

    /// Its page.
    pub fn page(&self, lab: &Lab) -> Result<Utf8PathBuf> {
        let names = &["/tmp/synthetic-a.json", "/tmp/synthetic-b.json"][..self.logs.len()];
        for (spawns, name) in self.logs.iter().zip(names) {
            let path = lab.a.path(name);
            let file = File::create(&path).with_context(|| format!("cannot write {path}"))?;
            let mut file = BufWriter::new(file);
            for spawn in spawns {
                serde_json::to_writer(&mut file, spawn)?;
                file.write_all(b"\n")?;
            }
            file.flush()?;
        }
        page(lab, names)
    }
}

/// A spawn as Bazel's JSON log has it (`spawn.proto`, message SpawnExec). Even ones compile, odd
/// ones archive what the one before made; every tenth compiles a file that includes
/// a header of which `header` stands for the content.
fn spawn(number: usize, header: u64) -> Value {
    let compiles = number.is_multiple_of(2);
    let (mnemonic, input) = match (compiles, number % 10) {
        (true, 0) => ("CppCompile", file("base/ascii.h", 900 + header)),
        (true, _) => ("CppCompile", file("base/other.h", 899)),
        (false, _) => (
            "CppArchive",
            file(&output(number - 1), content(number - 1, header)),
        ),
    };
    let shared = number % 50 < 45;
    let hit = header > 1 && shared && number % 10 >= 2;
    let took = if hit {
        3 + number % 11
    } else {
        40 + number * 7919 % 1500
    };
    let runner = match (hit, shared) {
        (true, _) => "remote cache hit",
        (false, true) => "remote",
        (false, false) => "linux-sandbox",
    };
    json!({
        "commandArgs": ["/nix/store/cc/bin/cc", output(number)],
        "environmentVariables": [{"name": "PATH", "value": "/nix/store/core/bin"}],
        "inputs": [input],
        "listedOutputs": [output(number)],
        "actualOutputs": [file(&output(number), content(number, header))],
        "remotable": shared,
        "cacheable": number % 50 < 48,
        "remoteCacheable": shared,
        "mnemonic": mnemonic,
        "targetLabel": format!("//pkg/{}:lib_{number}", number / 100),
        "runner": runner,
        "cacheHit": hit,
        "digest": digest(content(number, header)),
        "metrics": {
            "totalTime": format!("{}.{:03}s", took / 1000, took % 1000),
            "startTime": time((number / 16) * 90 + number % 7),
        },
    })
}

/// What a spawn makes.
fn output(number: usize) -> String {
    let kind = if number.is_multiple_of(2) { "o" } else { "a" };
    format!(
        "bazel-out/k8-fastbuild/bin/pkg/{}/lib_{number}.{kind}",
        number / 100
    )
}

/// What is in it: something else where the header is another one and is read.
fn content(number: usize, header: u64) -> u64 {
    let read = if number % 10 < 2 { header } else { 0 };
    1000 + number as u64 * 8 + read
}

fn file(path: &str, content: u64) -> Value {
    json!({"path": path, "digest": digest(content)})
}

fn digest(content: u64) -> Value {
    json!({
        "hash": format!("{content:064x}"),
        "sizeBytes": "4096",
        "hashFunctionName": "SHA-256",
    })
}

/// Milliseconds after noon of a day, as protobuf's JSON has a time.
fn time(ms: usize) -> String {
    let (hour, minute, second) = (ms / 3_600_000 + 12, ms / 60_000 % 60, ms / 1000 % 60);
    format!(
        "2026-01-01T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        ms % 1000
    )
}
