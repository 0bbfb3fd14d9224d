//! Stories in which `lre verify` proves parity, or says why there is none, and leaves nothing behind. They
//! must not know how it does so.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::Story;
use crate::lab::Lab;
use crate::lab::bazel::{Workspace, example};
use crate::lab::webcache::WebCache;
use crate::shell::{capture, progress};

pub const STORIES: &[Story] = &[
    ("verify::example_by_an_executor", by_executor),
    ("verify::example_by_a_cache_and_by_none", without_executor),
    ("verify::a_path_that_leaks_is_the_cause", leak),
    ("verify::what_may_not_be_shared_is_told_apart", not_shared),
    ("verify::a_build_that_fails_is_no_verdict", broken),
    (
        "verify::a_server_that_is_not_there_is_no_verdict",
        unreachable,
    ),
    ("verify::a_signal_leaves_nothing", interrupted),
    ("verify::what_a_kill_leaves_ends_and_is_swept", killed),
];

/// Where its folders are on machine A.
const CACHE: &str = "/home/ada/.cache/lre";

/// Given a project with tests and workers that have cached nothing, when parity is verified, then it is
/// proved, for a person, a program and a CI system; and the user's own Bazel did not notice.
fn by_executor(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let executor = lab.worker.start()?;
    a.bazel(&["build", "--config=lre", "//base:all"])?;
    let own = OwnBazel::of(&a)?;

    let output = verify(
        lab,
        &a,
        &[
            "//...",
            "--test",
            &executor.remote_flag(),
            "--format=json",
            "--junit=/tmp/junit.xml",
        ],
    )?;

    let verdict = verdict(&output, 0)?;
    let shared = number(&verdict, "/explanation/b/shared")?;
    ensure!(shared > 60, "{shared} spawns are too few to show anything");
    ensure!(
        number(&verdict, "/explanation/equal")? == number(&verdict, "/explanation/matched")?
            && number(&verdict, "/explanation/b/hits")? == shared
            && number(&verdict, "/explanation/misses")? == 0,
        "not at parity:\n{verdict:#}"
    );
    ensure!(
        verdict["builds"][0]["name"] == "remote build"
            && verdict["builds"][1]["name"] == "local build",
        "other builds: {}",
        verdict["builds"]
    );
    progress(format_args!("{shared} spawns, all of them equal and hits"));
    let cases = junit(&a.machine.path("/tmp/junit.xml"), lab)?;
    ensure!(
        cases == "tests=3 failures=0 errors=0\nremote build: ok\nlocal build: ok\nparity: ok",
        "JUnit says:\n{cases}"
    );
    own.is_untouched(&a)?;
    nothing_left(&a)
}

/// Given a web server for cache, and given nothing at all, then digests and reuse are shown, and the
/// verdict says what is not.
fn without_executor(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    let cache = WebCache::start(&lab.a)?;
    for (flags, note) in [
        (vec![cache.flag()], "nothing ran on a worker"),
        (vec![], "on this machine only"),
    ] {
        let mut words = vec!["//text/...", "--format=json"];
        words.extend(flags.iter().map(String::as_str));
        let verdict = verdict(&verify(lab, &a, &words)?, 0)?;
        let notes = verdict["notes"].to_string();
        ensure!(notes.contains(note), "{note:?} is not in {notes}");
        ensure!(
            number(&verdict, "/explanation/b/hits")? > 5,
            "too few hits:\n{verdict:#}"
        );
    }
    nothing_left(&a)
}

/// Given a repository rule that writes its own absolute path into a rule's arguments, and given callers'
/// variables that reach actions, then there is no parity, and the cause is named.
fn leak(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("leak/BUILD.bazel", LEAK)?;
    a.write("leak/extension.bzl", EXTENSION)?;
    a.append_to_module("leak = use_extension(\"//leak:extension.bzl\", \"leak\")")?;
    a.append_to_module("use_repo(leak, \"leaking\")")?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();

    let output = verify(
        lab,
        &a,
        &["//leak:first", "//leak:second", &remote, "--format=json"],
    )?;
    let found = verdict(&output, 1)?;
    ensure!(
        found["explanation"]["causes"]
            .as_array()
            .is_some_and(|causes| causes.len() == 1),
        "there is one cause:\n{found:#}"
    );
    let cause = &found["explanation"]["causes"][0];
    ensure!(
        cause.to_string().contains("/first/external/")
            && cause.to_string().contains("/second/external/")
            && cause["firsts"] == 1,
        "the path should be the cause:\n{cause:#}"
    );

    let loose = "--noincompatible_strict_action_env";
    let output = verify(
        lab,
        &a,
        &["//text/...", &remote, "--junit=/tmp/junit.xml", "--", loose],
    )?;
    let text = text(&output);
    ensure!(output.status.code() == Some(1), "{text}");
    says(&text, "LD_LIBRARY_PATH")?;
    says(&text, "not at parity")?;
    let cases = junit(&a.machine.path("/tmp/junit.xml"), lab)?;
    says(&cases, "errors=0")?;
    says(&cases, "LD_LIBRARY_PATH")?;
    nothing_left(&a)
}

const EXTENSION: &str = r#"def _leaking_impl(rctx):
    rctx.file("BUILD.bazel", "")
    rctx.file("path.bzl", "PATH = %r\n" % str(rctx.path(".")))

_leaking = repository_rule(implementation = _leaking_impl)

def _leak_impl(_mctx):
    _leaking(name = "leaking")

leak = module_extension(implementation = _leak_impl)
"#;

const LEAK: &str = r#"load("@leaking//:path.bzl", "PATH")

genrule(
    name = "first",
    outs = ["first.txt"],
    cmd = "echo " + PATH + " > $@",
)

genrule(
    name = "second",
    srcs = ["first.txt"],
    outs = ["second.txt"],
    cmd = "cat $< $< > $@",
)
"#;

/// Given an action that may not be cached, then it is counted, and no fault.
fn not_shared(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("tagged/BUILD.bazel", TAGGED)?;
    let executor = lab.worker.start()?;
    let words = ["//tagged:all", &executor.remote_flag(), "--format=json"];
    let verdict = verdict(&verify(lab, &a, &words)?, 0)?;
    ensure!(
        number(&verdict, "/explanation/b/spawns")? == 2
            && number(&verdict, "/explanation/b/shared")? == 1,
        "one of two may be shared:\n{verdict:#}"
    );
    says(
        &verdict["notes"].to_string(),
        "1 of 2 spawns may not be shared",
    )
}

const TAGGED: &str = r#"genrule(
    name = "shared",
    outs = ["shared.txt"],
    cmd = "echo shared > $@",
)

genrule(
    name = "own",
    outs = ["own.txt"],
    cmd = "date > $@",
    tags = ["no-cache"],
)
"#;

/// Given a source that does not compile, a test that fails and a flag that Bazel does not know, then there
/// is no verdict, and Bazel's own words are shown.
fn broken(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("text/pad.cc", "#error this is not C++\n")?;
    a.write("red/BUILD.bazel", RED)?;
    a.write("red/red.cc", "int main() { return 1; }\n")?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    for (words, said) in [
        (
            vec!["//text/...", &remote, "--junit=/tmp/junit.xml"],
            ["error: this is not C++", "the build itself fails"],
        ),
        (
            vec!["//red", &remote, "--test"],
            ["//red:red", "tests fail"],
        ),
        (
            vec!["//base", "--", "--no_such_flag"],
            ["--no_such_flag", "Bazel does not take the command"],
        ),
        (
            vec!["//base", "--bazel=/nowhere/bazel"],
            ["/nowhere/bazel", "cannot be started"],
        ),
    ] {
        let output = verify(lab, &a, &words)?;
        let text = text(&output);
        ensure!(output.status.code() == Some(2), "{}: {text}", output.status);
        for said in said {
            says(&text, said)?;
        }
    }
    let cases = junit(&a.machine.path("/tmp/junit.xml"), lab)?;
    says(&cases, "errors=1\nremote build: error bazel")?;
    nothing_left(&a)
}

const RED: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_test")

cc_test(
    name = "red",
    srcs = ["red.cc"],
)
"#;

/// Given an address where nobody listens, then there is no verdict, and the server is what fails.
fn unreachable(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    for flag in ["--remote_executor", "--remote_cache"] {
        let output = verify(lab, &a, &["//base", &format!("{flag}=grpc://127.0.0.1:9")])?;
        let text = text(&output);
        ensure!(output.status.code() == Some(2), "{}: {text}", output.status);
        says(&text, "the workers or the cache fail")?;
    }
    nothing_left(&a)
}

/// Given a signal while workers build, and one while this machine does, then all that was started is gone,
/// the folder too, and the user's own Bazel did not notice.
fn interrupted(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("slow/BUILD.bazel", SLOW)?;
    a.bazel(&["build", "--config=lre", "//base:all"])?;
    let own = OwnBazel::of(&a)?;
    let executor = lab.worker.start()?;
    let remote = executor.remote_flag();
    for (signal, target, begun) in [
        // Bazel's client, and then its server, is only starting.
        (Signal::INT, "//slow:everywhere", None),
        (Signal::INT, "//slow:everywhere", Some("remote build")),
        (Signal::TERM, "//slow:here", Some("local build")),
    ] {
        progress(format_args!("{signal:?} during {begun:?}"));
        let before = processes(&a.machine.root)?;
        let mut running = Running::start(lab, &a, &[target, &remote])?;
        match begun {
            Some(build) => running.until(&[build, target])?,
            None => thread::sleep(Duration::from_millis(700)),
        }
        let status = running.signal(signal)?;
        ensure!(status == Some(130), "{status:?}\n{}", running.said()?);
        let after = processes(&a.machine.root)?;
        ensure!(
            after == before,
            "processes before and after: {before:?} {after:?}"
        );
        nothing_left(&a)?;
        own.is_untouched(&a)?;
    }
    Ok(())
}

/// The worker has no Bazel.
const SLOW: &str = r#"genrule(
    name = "everywhere",
    outs = ["everywhere.txt"],
    cmd = "sleep 120; echo > $@",
)

genrule(
    name = "here",
    outs = ["here.txt"],
    cmd = "if [ -e /usr/bin/bazel ]; then sleep 120; fi; echo > $@",
    tags = ["no-cache"],
)
"#;

/// Given that it was killed, so that it could clean nothing up, then Bazel's server ends by itself, and the
/// next run removes the folder.
fn killed(lab: &Lab) -> Result<()> {
    let a = Workspace::set_up(lab, &lab.a, &example(), &lab.store.main)?;
    a.write("slow/BUILD.bazel", SLOW)?;
    let executor = lab.worker.start()?;
    let before = processes(&a.machine.root)?;
    let mut running = Running::start(lab, &a, &["//slow:here", &executor.remote_flag()])?;
    running.until(&["local build", "//slow:here"])?;
    running.signal(Signal::KILL)?;
    ensure!(!folders(&a)?.is_empty(), "a kill leaves a folder");

    wait("what Bazel left ends", || {
        Ok(processes(&a.machine.root)? == before)
    })?;
    verify(lab, &a, &["//base"])?;

    nothing_left(&a)
}

/// `lre verify` in the workspace, whatever comes of it.
fn verify(lab: &Lab, a: &Workspace<'_>, words: &[&str]) -> Result<Output> {
    progress(format_args!("lre verify {}", words.join(" ")));
    command(lab, a, words)
        .output()
        .context("chroot could not be started")
}

fn command(lab: &Lab, a: &Workspace<'_>, words: &[&str]) -> Command {
    // What runs in the background of a shell has SIGINT ignored, and would hand that on.
    let mut command = a.machine.command(&a.dir, "env");
    command
        .args(["--default-signal=INT", &lab.store.main.helper, "verify"])
        .args(words)
        .stdin(Stdio::null());
    command
}

/// The JSON document of a run that ended with `code`.
fn verdict(output: &Output, code: i32) -> Result<Value> {
    let text = text(output);
    ensure!(
        output.status.code() == Some(code),
        "{}: {text}",
        output.status
    );
    serde_json::from_slice(&output.stdout).with_context(|| format!("no JSON: {text}"))
}

fn text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn number(verdict: &Value, pointer: &str) -> Result<u64> {
    let value = verdict.pointer(pointer).and_then(Value::as_u64);
    value.with_context(|| format!("no number at {pointer} of {verdict:#}"))
}

fn says(output: &str, text: &str) -> Result<()> {
    ensure!(output.contains(text), "{text:?} is not in:\n{output}");
    Ok(())
}

/// What an XML parser that is not ours finds in a report: the counts, then the cases with how they ended.
fn junit(path: &Utf8Path, lab: &Lab) -> Result<String> {
    let report = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    lab.a.write("/tmp/junit-to-read.xml", &report)?;
    capture(
        lab.a
            .command("/tmp", "python3")
            .args(["-c", READER, "/tmp/junit-to-read.xml"]),
    )
}

const READER: &str = r#"
import sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot()
assert suites.tag == "testsuites", suites.tag
for suite in suites.findall("testsuite"):
    print(*(f"{name}={suite.get(name)}" for name in ("tests", "failures", "errors")))
    for case in suite.findall("testcase"):
        bad = [f"{child.tag} {child.get('type')}" for child in case]
        print(f"{case.get('name')}: {' '.join(bad) or 'ok'}")
"#;

/// The server and the output base that the user had before.
#[derive(Debug, PartialEq, Eq)]
struct OwnBazel {
    server: String,
    output_base: String,
    links: Vec<Utf8PathBuf>,
}

impl OwnBazel {
    fn of(a: &Workspace<'_>) -> Result<Self> {
        let info = |what: &str| -> Result<String> {
            let printed = a.bazel(&["info", what])?;
            Ok(printed.lines().last().unwrap_or_default().to_owned())
        };
        let dir = a.machine.path(&a.dir);
        let links = ["bazel-bin", "bazel-out"]
            .map(|name| dir.join(name).read_link_utf8())
            .into_iter()
            .collect::<Result<_, _>>()?;
        Ok(Self {
            server: info("server_pid")?,
            output_base: info("output_base")?,
            links,
        })
    }

    fn is_untouched(&self, a: &Workspace<'_>) -> Result<()> {
        let now = Self::of(a)?;
        ensure!(*self == now, "before and now: {self:?} {now:?}");
        Ok(())
    }
}

fn folders(a: &Workspace<'_>) -> Result<Vec<String>> {
    let path = a.machine.path(CACHE);
    let entries = path.read_dir_utf8().with_context(|| format!("{path}"))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_owned()))
        .collect()
}

fn nothing_left(a: &Workspace<'_>) -> Result<()> {
    let folders = folders(a)?;
    ensure!(folders.is_empty(), "these are left in {CACHE}: {folders:?}");
    Ok(())
}

/// The processes that run in the root of a machine.
fn processes(root: &Utf8Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // One may end meanwhile.
        let own = fs::read_link(format!("/proc/{name}/root"));
        if name.parse::<u32>().is_ok() && own.is_ok_and(|own| own == root.as_std_path()) {
            let words = fs::read(format!("/proc/{name}/cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words).replace('\0', " ");
            let brief: String = words.chars().take(80).collect();
            found.insert(format!("{name} {brief}"));
        }
    }
    Ok(found)
}

fn wait(what: &str, mut until: impl FnMut() -> Result<bool>) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(180) {
        if until()? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(200));
    }
    bail!("{what}: waited for in vain")
}

/// A run that goes on while a story does other things.
struct Running {
    child: std::process::Child,
    log: Utf8PathBuf,
}

impl Running {
    fn start(lab: &Lab, a: &Workspace<'_>, words: &[&str]) -> Result<Self> {
        let log = lab.logs.join("verify.log");
        let file = fs::File::create(&log)?;
        let child = command(lab, a, words)
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        Ok(Self { child, log })
    }

    fn said(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.log)?)
    }

    /// Waits for a line with all of `words`.
    fn until(&mut self, words: &[&str]) -> Result<()> {
        wait(&format!("{words:?}"), || {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended before: {status}\n{}", self.said()?);
            }
            let said = self.said()?;
            let all = |line: &str| words.iter().all(|word| line.contains(word));
            Ok(said.lines().any(all))
        })
    }

    /// Sends it a signal, and waits for its end.
    fn signal(&mut self, signal: Signal) -> Result<Option<i32>> {
        kill_process(Pid::from_child(&self.child), signal)?;
        Ok(self.child.wait()?.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where a story fails, nothing of it may go on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
