//! A browser that opens a page which lies in a file, and somebody who looks at it and uses its
//! keyboard. It must not know what the page ought to show.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::devtools::DevTools;
use super::{Lab, mounts};
use crate::provision::Need;
use crate::provision::browser::FOLDER;
use crate::shell::{progress, run};

/// Starts the browser with the descriptors that it wants for standard input and output. As root
/// and in namespaces of the lab its own sandbox cannot be had, and is not needed.
const START: &str = "exec chromium-headless-shell --no-sandbox --disable-gpu --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --force-prefers-reduced-motion --user-data-dir=/tmp/profile --remote-debugging-pipe \
    about:blank 3<&0 4>&1 </dev/null >/tmp/browser.log 2>&1";

/// A running browser with one page.
#[derive(Debug)]
pub struct Browser {
    tools: DevTools,
    root: Utf8PathBuf,
    logs: Utf8PathBuf,
}

impl Browser {
    /// Starts one, with a window of 1280 by 900 pixels.
    pub fn start(lab: &Lab) -> Result<Self> {
        lab.takes(Need::Browser)?;
        let roots = lab.a.root.parent().context("machines are below a folder")?;
        let root = roots.join(FOLDER);
        if !root.join("usr").exists() {
            mounts::bind_read_only(&lab.dir.join(FOLDER), &root)?;
            mounts::memory(&root.join("tmp"), "1777")?;
            mounts::system(&root)?;
        }
        let mut command = Command::new("chroot");
        command
            .arg(&root)
            .args(["/usr/bin/env", "-i", "HOME=/tmp", "PATH=/usr/bin:/bin"]);
        let tools = DevTools::start(command.args(["/bin/sh", "-c", START]))?;
        let mut browser = Self {
            tools,
            root,
            logs: lab.logs.clone(),
        };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.tools.call(&format!("{domain}.enable"), json!({}))?;
        }
        browser.window(1280, 900)?;
        Ok(browser)
    }

    /// Opens the file `page`, which is copied to where the browser finds it; gives its address.
    pub fn open(&mut self, page: &Utf8Path) -> Result<String> {
        let name = page.file_name().context("a page is a file")?;
        run(Command::new("cp")
            .arg(page)
            .arg(self.root.join("tmp").join(name)))?;
        let address = format!("file:///tmp/{name}");
        self.tools.events.clear();
        self.tools.call("Page.navigate", json!({"url": address}))?;
        self.tools.wait("Page.loadEventFired")?;
        Ok(address)
    }

    /// Another size of the window.
    pub fn window(&mut self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.tools
            .call("Emulation.setDeviceMetricsOverride", size)
            .map(drop)
    }

    /// The system prefers "light" or "dark" from now on.
    pub fn prefer(&mut self, scheme: &str) -> Result<()> {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.tools
            .call("Emulation.setEmulatedMedia", json!({"features": features}))
            .map(drop)
    }

    /// What a JavaScript expression is in the page; promises are waited for.
    pub fn get(&mut self, expression: &str) -> Result<Value> {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.tools.call("Runtime.evaluate", params)?;
        if let Some(details) = answer.get("exceptionDetails") {
            bail!("{expression}: {details}");
        }
        Ok(answer["result"]["value"].take())
    }

    /// As [`Browser::get`], of what has to be text.
    pub fn text(&mut self, expression: &str) -> Result<String> {
        let value = self.get(expression)?;
        let text = value.as_str().map(str::to_owned);
        text.with_context(|| format!("{expression} is {value}, and no text"))
    }

    /// Waits until an expression is true.
    pub fn until(&mut self, expression: &str) -> Result<()> {
        let wait = format!(
            "new Promise((done) => {{
                const look = (left) => {{
                    if ({expression}) done(true);
                    else if (left === 0) done(false);
                    else setTimeout(look, 20, left - 1);
                }};
                look(1000);
            }})"
        );
        let came = self.get(&wait)?;
        ensure!(came == true, "this did not come true: {expression}");
        Ok(())
    }

    /// Presses and lets go a key, by the name that the DOM has for it.
    pub fn press(&mut self, key: &str) -> Result<()> {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "End" => 35,
            "Home" => 36,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => 0,
        };
        let mut event = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code});
        match key {
            "Enter" => event["text"] = json!("\r"),
            _ if key.chars().count() == 1 => event["text"] = json!(key),
            _ => {}
        }
        self.tools.call("Input.dispatchKeyEvent", event.clone())?;
        event["type"] = json!("keyUp");
        self.tools.call("Input.dispatchKeyEvent", event).map(drop)
    }

    /// Types a text where the focus is.
    pub fn write(&mut self, text: &str) -> Result<()> {
        self.tools
            .call("Input.insertText", json!({"text": text}))
            .map(drop)
    }

    /// Keeps a picture of the whole page beside the logs, for people to look at.
    pub fn picture(&mut self, name: &str, width: u32) -> Result<()> {
        self.window(width, 900)?;
        let height = self.get("document.documentElement.scrollHeight")?;
        let height = height.as_u64().unwrap_or(900).min(16_000) as u32;
        self.window(width, height)?;
        self.get(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
        )?;
        let answer = self
            .tools
            .call("Page.captureScreenshot", json!({"format": "png"}))?;
        let path = self.logs.join(format!("{name}.png"));
        let picture = answer["data"].as_str().context("no picture")?;
        fs::write(path.with_extension("base64"), picture)?;
        let file = fs::File::create(&path).with_context(|| format!("cannot write {path}"))?;
        let decode = Command::new("base64")
            .args(["--decode", path.with_extension("base64").as_str()])
            .stdout(file)
            .status()?;
        ensure!(decode.success(), "base64: {decode}");
        fs::remove_file(path.with_extension("base64"))?;
        progress(format_args!("picture: {path}"));
        self.window(1280, 900)
    }

    /// Roles of what can be used and has no name that a screen reader could say, by the browser's
    /// accessibility tree; and how many have one.
    pub fn nameless(&mut self) -> Result<(Vec<String>, usize)> {
        const USED: [&str; 9] = [
            "button",
            "checkbox",
            "columnheader",
            "grid",
            "radio",
            "searchbox",
            "tree",
            "treeitem",
            "application",
        ];
        let tree = self.tools.call("Accessibility.getFullAXTree", json!({}))?;
        let nodes = tree["nodes"].as_array().context("no accessibility tree")?;
        let role = |node: &Value| {
            node["role"]["value"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let used = nodes
            .iter()
            .filter(|node| USED.contains(&role(node).as_str()));
        let (named, nameless): (Vec<_>, Vec<_>) = used.partition(|node| {
            let name = node["name"]["value"].as_str();
            name.is_some_and(|name| !name.is_empty())
        });
        Ok((nameless.into_iter().map(role).collect(), named.len()))
    }

    /// The addresses of what the page has asked for since it was opened.
    pub fn requests(&self) -> Vec<&str> {
        let sent = self.told("Network.requestWillBeSent");
        sent.filter_map(|event| event["params"]["request"]["url"].as_str())
            .collect()
    }

    /// What went wrong in the page since it was opened: errors of its script, what its policy
    /// forbade, windows of `alert`.
    pub fn complaints(&self) -> Vec<String> {
        let kinds = [
            "Runtime.exceptionThrown",
            "Log.entryAdded",
            "Page.javascriptDialogOpening",
        ];
        let said = kinds.iter().flat_map(|kind| self.told(kind));
        said.map(|event| event["params"].to_string()).collect()
    }

    fn told(&self, method: &str) -> impl Iterator<Item = &Value> {
        self.tools
            .events
            .iter()
            .filter(move |event| event["method"] == method)
    }
}
