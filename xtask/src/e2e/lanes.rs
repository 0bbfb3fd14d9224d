//! Stories told at the same time: each lane is a process in namespaces of its own with machines of its
//! own, so that stories of two lanes share the provisioned files and nothing else. It must not know
//! what is told, nor what becomes of it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::lab::namespace::{self, Network};

/// How a story ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outcome {
    /// How long it took.
    pub seconds: f64,
    /// Why it does not hold, where it does not.
    pub failure: Option<String>,
}

/// A lane, from outside; its processes end when this is dropped.
#[derive(Debug)]
pub struct Lane {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Which story the lines on standard error belong to.
    telling: Arc<Mutex<&'static str>>,
}

impl Lane {
    /// Starts the lane of this `number`. It ends with the thread that starts it.
    pub fn start(number: usize) -> Result<Self> {
        let mut command = namespace::command(
            Network::Loopback,
            &["inside", "lane", &number.to_string()].map(str::to_owned),
        )?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context(namespace::NEEDED)?;
        let input = child.stdin.take().context("no standard input")?;
        let output = BufReader::new(child.stdout.take().context("no standard output")?);
        let errors = BufReader::new(child.stderr.take().context("no standard error")?);
        let telling = Arc::new(Mutex::new("lab"));
        let story = Arc::clone(&telling);
        // Ends with the last process that has the lane's standard error.
        thread::spawn(move || {
            for line in errors.split(b'\n').map_while(Result::ok) {
                let story = *story.lock().expect("nothing panics while it is locked");
                eprintln!("[{story}] {}", String::from_utf8_lossy(&line));
            }
        });
        Ok(Self {
            child,
            input,
            output,
            telling,
        })
    }

    /// Has the story called `name` told.
    pub fn tell(&mut self, name: &'static str) -> Result<Outcome> {
        *self
            .telling
            .lock()
            .expect("nothing panics while it is locked") = name;
        writeln!(self.input, "{name}").context("the lane has ended")?;
        let mut line = String::new();
        while self.output.read_line(&mut line)? > 0 {
            if let Ok(outcome) = serde_json::from_str(&line) {
                return Ok(outcome);
            }
            eprint!("[{name}] {line}");
            line.clear();
        }
        bail!(
            "the lane ended while it told {name}: {}",
            self.child.wait()?
        )
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // The namespace ends with its first process, whatever is said here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
