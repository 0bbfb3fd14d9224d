//! The Chrome DevTools Protocol over a pipe: commands to a browser, what it answers, and what it
//! tells unasked. It must not know what the commands are for.
//!
//! `--remote-debugging-pipe` reads JSON messages from file descriptor 3 and writes them to 4, each
//! with a NUL behind it; no port is opened, and no WebSocket is needed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::shell::PATIENCE;

/// A running browser, or anything that speaks as one; it ends when this is dropped.
#[derive(Debug)]
pub struct DevTools {
    child: Child,
    input: ChildStdin,
    output: Receiver<Value>,
    session: Option<String>,
    last: u64,
    /// What the browser told unasked, in order: objects with a `method` and `params`.
    pub events: Vec<Value>,
}

impl DevTools {
    /// Starts `command`, which takes its commands from standard input and answers on standard
    /// output, and attaches to its first page.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("chroot could not be started")?;
        let input = child.stdin.take().context("no standard input")?;
        let output = BufReader::new(child.stdout.take().context("no standard output")?);
        let (sender, receiver) = channel();
        // Ends with the browser, which closes its output, or with who listens.
        std::thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).unwrap_or(Value::Null);
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut tools = Self {
            child,
            input,
            output: receiver,
            session: None,
            last: 0,
            events: Vec::new(),
        };
        tools.attach()?;
        Ok(tools)
    }

    fn attach(&mut self) -> Result<()> {
        let targets = self.call("Target.getTargets", json!({}))?;
        let targets = targets["targetInfos"].as_array().context("no targets")?;
        let page = targets.iter().find(|target| target["type"] == "page");
        let page = &page.context("the browser has no page")?["targetId"];
        let attached = self.call(
            "Target.attachToTarget",
            json!({"targetId": page, "flatten": true}),
        )?;
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        Ok(())
    }

    /// Runs a command (`Page.navigate`); gives its result.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = serde_json::to_vec(&message)?;
        bytes.push(0);
        self.input
            .write_all(&bytes)
            .with_context(|| format!("{method}: the browser does not listen"))?;
        loop {
            let mut answer = self.next(method)?;
            if answer["id"] != self.last {
                self.events.push(answer);
                continue;
            }
            if let Some(error) = answer.get("error") {
                bail!("{method}: {error}");
            }
            return Ok(answer["result"].take());
        }
    }

    /// Waits until the browser tells of `method` for the first time since `events` were cleared.
    pub fn wait(&mut self, method: &str) -> Result<()> {
        while !self.events.iter().any(|event| event["method"] == method) {
            let event = self.next(method)?;
            self.events.push(event);
        }
        Ok(())
    }

    fn next(&mut self, what: &str) -> Result<Value> {
        self.output.recv_timeout(PATIENCE).with_context(|| {
            format!(
                "{what}: the browser says nothing any more; last: {:?}",
                self.events.last()
            )
        })
    }
}

impl Drop for DevTools {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the namespace ends it anyway.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
