//! Stories about a worker whose store is empty: what it fetches, how often, and what an action's user
//! is told where it cannot. They must not know how the launcher does it.

use std::fs;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use rustix::process::{Pid, Signal, kill_process};

use super::{Story, assert_parity};
use crate::lab::Lab;
use crate::lab::bazel::{example, java_example};
use crate::lab::binarycache::{BinaryCache, FOLDER};
use crate::lab::ondemand::{LAUNCHER, OnDemand};
use crate::lab::publisher::Publisher;
use crate::lab::store::Environment;
use crate::parity::{Filled, judge};
use crate::shell::{PATIENCE, progress, run};
use crate::story::{self, three_on};

pub const STORIES: &[Story] = &[
    (
        "ondemand::an_empty_store_serves_every_toolchain",
        everything,
    ),
    ("ondemand::many_at_once_fetch_each_path_once", once),
    ("ondemand::a_fetcher_that_dies_holds_nobody_up", killed),
    ("ondemand::a_cache_that_fails_is_told", cache_fails),
    ("ondemand::a_full_disk_is_told", full),
    ("ondemand::what_is_not_allowed_is_refused", refused),
    ("ondemand::collection_takes_nothing_in_use", collected),
];

/// Given a worker with an empty store and two projects whose platforms ask for no image, when A
/// builds and tests them remotely, then B finds every action in the cache; and the same with another
/// compiler, and with the first one again, while nobody touches the worker.
fn everything(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "everything")?;
    let worker = OnDemand::mount(lab, "worker-everything", None)?;
    let cache = publisher.serve(&worker)?;
    let mut fetched = 0;
    for (environment, projects) in [
        (
            &lab.store.main,
            &[(example(), 60), (java_example(), 30)][..],
        ),
        (lab.store.other()?, &[(example(), 60)]),
        (&lab.store.main, &[(example(), 60)]),
    ] {
        publisher.publish(environment)?;
        // One that has cached nothing; the worker's store stays as it is.
        let executor = worker.start(&[])?;
        for (project, at_least) in projects {
            let (a, b) = story::on_both(lab, project, environment)?;
            for workspace in [&a, &b] {
                workspace.append_to_module("lre.platform(on_demand = True)")?;
            }
            let runs = three_on(&executor, &a, &b, &["test", "//..."])?;
            assert_parity(&judge(Filled::Remotely, &runs), *at_least)?;
            for spawn in runs[0].spawns.values().filter(|spawn| spawn.is_shared()) {
                let asked = spawn.properties();
                ensure!(asked.get("Pool") == Some(&"on-demand"), "{asked:?}");
                ensure!(!asked.contains_key("container-image"), "{asked:?}");
            }
        }
        let now = cache.fetched()?.len();
        eprintln!("archives fetched: {} new", now - fetched);
        fetched = now;
    }
    let twice = repeated(cache.fetched()?);
    ensure!(twice.is_empty(), "fetched more than once: {twice:?}");
    ensure!(fetched > 3, "only {fetched} archives were fetched");
    Ok(())
}

/// Given an empty store, when fifty commands that name the same paths start at once, then all of them
/// end well, and each archive was fetched once.
fn once(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "once")?;
    let worker = OnDemand::mount(lab, "worker-once", None)?;
    publisher.publish(&lab.store.main)?;
    let cache = publisher.serve(&worker)?;
    let Environment {
        compiler,
        core_tools,
        ..
    } = &lab.store.main;
    let children = (0..50)
        .map(|_| {
            let mut command = worker.command(LAUNCHER);
            command.args([
                &format!("{core_tools}/bin/sh"),
                "-c",
                &format!("test -x {compiler}"),
            ]);
            Ok(command.stderr(Stdio::null()).spawn()?)
        })
        .collect::<Result<Vec<_>>>()?;
    for mut child in children {
        let status = child.wait()?;
        ensure!(status.success(), "one of fifty ended with {status}");
    }
    let fetched = cache.fetched()?;
    ensure!(fetched.len() > 1, "{fetched:?}");
    let twice = repeated(fetched);
    ensure!(twice.is_empty(), "fetched more than once: {twice:?}");
    Ok(())
}

/// Given a slow cache and a fetcher that is killed in the middle, so that half a path stays, then a
/// second one that waits is released, begins anew and ends well, and what is in the store is whole.
fn killed(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "killed")?;
    let worker = OnDemand::mount(lab, "worker-killed", None)?;
    let path = package(&lab.store.main.compiler)?;
    publisher.copy(path, true)?;
    let slow = BinaryCache::start(&publisher.machine, None, Some("2m"))?;
    publisher.tell(&worker, &slow)?;
    let start = || {
        let mut command = worker.command(LAUNCHER);
        command.args(["/bin/sh", "-c", &format!("test -x {path}/bin/cc")]);
        command.stderr(Stdio::null()).spawn()
    };
    let mut first = start()?;
    let deadline = Instant::now() + PATIENCE;
    while slow.fetched()?.is_empty() {
        ensure!(Instant::now() < deadline, "nothing was fetched");
        sleep(Duration::from_millis(50));
    }
    let second = start()?;
    sleep(Duration::from_millis(500));
    let mut half = worker.stored()?;
    half.retain(|path| !is_valid(&worker, path).unwrap_or(true));
    // The launcher and, as it would be where the machine kills a group or runs out of memory, its Nix.
    first.kill()?;
    first.wait()?;
    ensure!(kill_nix()? > 0, "no Nix was fetching");
    ensure!(!half.is_empty(), "no path was half there");
    let port = slow.port();
    drop(slow);
    let fast = BinaryCache::start(&publisher.machine, Some(port), None)?;
    let ended = second.wait_with_output()?;
    ensure!(
        ended.status.success(),
        "the second ended with {}",
        ended.status
    );
    ensure!(!fast.fetched()?.is_empty(), "the second fetched nothing");
    run(worker
        .command("/usr/bin/nix-store")
        .args(["--verify-path", path]))
    .map(drop)
}

/// Given a cache that serves an altered, a cut off or an unsigned archive, or that is gone, then the
/// action's user is told, with our exit status, and there is nothing of the path; and once the cache
/// is well again, so is the worker.
fn cache_fails(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "fails")?;
    let worker = OnDemand::mount(lab, "worker-fails", None)?;
    let path = package(&lab.store.main.core_tools)?;
    publisher.copy(path, true)?;
    let cache = publisher.serve(&worker)?;
    let folder = publisher.machine.path(FOLDER);
    let nar = fs::read_dir(folder.join("nar"))?
        .filter_map(|entry| camino::Utf8PathBuf::try_from(entry.ok()?.path()).ok())
        .max_by_key(|path| path.metadata().map_or(0, |m| m.len()))
        .context("there are no archives")?;
    let whole = fs::read(&nar)?;
    let mut altered = whole.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    for (what, bytes, said) in [
        ("altered", altered.as_slice(), "hash mismatch"),
        ("cut off", &whole[..middle], "is incomplete"),
    ] {
        progress(format_args!("an archive that is {what}"));
        fs::write(&nar, bytes)?;
        told(&worker, path, &[], said)?;
    }
    fs::write(&nar, &whole)?;

    progress("a cache that is gone, and back");
    let port = cache.port();
    drop(cache);
    told(&worker, path, &[], "Could not connect to server")?;
    let cache = BinaryCache::start(&publisher.machine, Some(port), None)?;
    ensure!(
        asks_for(&worker, path, &[])?.status.success(),
        "it is not fetched from the cache that is back"
    );
    drop(cache);

    progress("an archive that nobody signed");
    worker.empty()?;
    crate::checkout::remove(&folder)?;
    fs::create_dir_all(&folder)?;
    publisher.copy(path, false)?;
    let _cache = publisher.serve(&worker)?;
    told(&worker, path, &[], "not signed by any of the keys")?;
    runs(&worker, path, &["--accept-unsigned"])?;
    Ok(())
}

/// Given a store that is smaller than what is asked for, then that is told, and a smaller path is
/// still fetched.
fn full(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "full")?;
    let worker = OnDemand::mount(lab, "worker-full", Some("64m"))?;
    let (large, small) = (
        package(&lab.store.main.compiler)?,
        package(&lab.store.main.core_tools)?,
    );
    publisher.copy(large, true)?;
    publisher.copy(small, true)?;
    let _cache = publisher.serve(&worker)?;
    told(&worker, large, &[], "No space left on device")?;
    runs(&worker, small, &[])?;
    Ok(())
}

/// Given a list of what may be asked for, or a limit on size, then what goes beyond is refused, with the
/// flag named and nothing fetched, and what does not is run.
fn refused(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "refused")?;
    let worker = OnDemand::mount(lab, "worker-refused", None)?;
    let Environment {
        compiler,
        core_tools,
        ..
    } = &lab.store.main;
    let (compiler, tools) = (package(compiler)?, package(core_tools)?);
    publisher.copy(compiler, true)?;
    let cache = publisher.serve(&worker)?;
    worker.write("opt/allowed", &format!("{tools}\n"), 0o644)?;
    told(
        &worker,
        compiler,
        &["--only", "/opt/allowed"],
        "/opt/allowed",
    )?;
    told(
        &worker,
        compiler,
        &["--max-closure-size", "1000000"],
        "--max-closure-size",
    )?;
    ensure!(cache.fetched()?.is_empty(), "{:?}", cache.fetched()?);
    told(
        &worker,
        compiler,
        &["--time-limit", "0"],
        "no answer within 0",
    )?;
    let enough = ["--max-closure-size", "10000000000"];
    runs(&worker, compiler, &enough)?;
    Ok(())
}

/// Given a path that was fetched, when garbage is collected, then it stays; and once its root is taken
/// away, collection takes it, and it is fetched again when it is asked for.
fn collected(lab: &Lab) -> Result<()> {
    let publisher = Publisher::new(lab, "collected")?;
    let worker = OnDemand::mount(lab, "worker-collected", None)?;
    let path = package(&lab.store.main.core_tools)?;
    publisher.copy(path, true)?;
    let cache = publisher.serve(&worker)?;
    let name = path.trim_start_matches("/nix/store/");
    let fetch = || -> Result<()> {
        let output = runs(&worker, path, &[])?;
        // What is said would be kept with the action's result.
        ensure!(output.stderr.is_empty(), "{:?}", output.stderr);
        Ok(())
    };
    let collect = || run(&mut worker.command("/usr/bin/nix-collect-garbage"));
    fetch()?;
    let first = cache.fetched()?.len();
    // What is there does not take Nix.
    runs(&worker, path, &["--nix-store", "/none/nix-store"])?;
    collect()?;
    ensure!(
        worker.path(path).exists(),
        "collection took {path}, which has a root"
    );
    fs::remove_file(worker.path("/nix/var/lre/roots").join(name))?;
    collect()?;
    ensure!(
        !worker.path(path).exists(),
        "collection left {path}, which has no root"
    );
    fetch()?;
    ensure!(
        cache.fetched()?.len() == 2 * first,
        "{:?}",
        cache.fetched()?
    );
    Ok(())
}

/// The launcher with `options`, before a command that names `path` and is there without it.
fn asks_for(worker: &OnDemand, path: &str, options: &[&str]) -> Result<Output> {
    let mut command = worker.command(LAUNCHER);
    if !options.is_empty() {
        command.args(options).arg("--");
    }
    command.args(["/bin/sh", "-c", &format!("test -e {path}")]);
    Ok(command.output()?)
}

/// As [`asks_for`], and asserts that the command was run.
fn runs(worker: &OnDemand, path: &str, options: &[&str]) -> Result<Output> {
    let output = asks_for(worker, path, options)?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}");
    Ok(output)
}

/// Asserts that the launcher refuses `path` with our status and `said` among its words, and that
/// nothing of it stays.
fn told(worker: &OnDemand, path: &str, options: &[&str], said: &str) -> Result<()> {
    let output = asks_for(worker, path, options)?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    eprintln!("{}", text.trim_end());
    ensure!(
        output.status.code() == Some(120),
        "{}: {text}",
        output.status
    );
    ensure!(
        text.contains(&format!("this action needs {path}")),
        "{text}"
    );
    ensure!(text.contains(said), "no {said:?} in {text}");
    ensure!(!is_valid(worker, path)?, "{path} counts as whole");
    Ok(())
}

/// Whether the worker's Nix takes `path` for whole.
fn is_valid(worker: &OnDemand, path: &str) -> Result<bool> {
    let mut nix = worker.command("/usr/bin/nix-store");
    let checked = nix.args(["--check-validity", path]).output()?;
    Ok(checked.status.success())
}

/// Kills every Nix that fetches, none of which is the machine's own; gives how many there were.
fn kill_nix() -> Result<usize> {
    let mut killed = 0;
    for process in fs::read_dir("/proc")?.flatten() {
        let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let name = process.file_name().to_string_lossy().parse();
        let fetches = String::from_utf8_lossy(&words).contains("nix-store\0--library-path");
        if let (Ok(number), true) = (name, fetches)
            && let Some(pid) = Pid::from_raw(number)
        {
            kill_process(pid, Signal::KILL)?;
            killed += 1;
        }
    }
    Ok(killed)
}

/// The store path that a tool is in.
fn package(tool: &str) -> Result<&str> {
    let name = tool.trim_start_matches("/nix/store/").split('/').next();
    let name = name.context("no store path")?;
    Ok(&tool[.."/nix/store/".len() + name.len()])
}

/// Those that are there more than once.
fn repeated(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    let twice = all.windows(2).filter(|two| two[0] == two[1]);
    twice.map(|two| two[0].clone()).collect()
}
