//! The classes of Bazel's server as an archive that a JVM maps rather than loads one by one: stories
//! start many servers, and half of what a start takes is that. It must not know what is built.

use std::fs;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::machine::{BUILDER, Machine};
use super::{mounts, roots};
use crate::provision::{base, stamp};
use crate::shell::{progress, run};

/// The folder of the lab, and where machines have it.
const FOLDER: &str = "classes";
const INSIDE: &str = "/opt/classes";
const ARCHIVE: &str = "bazel.jsa";

/// The flag with which a server starts from the archive, or without it where it does not fit:
/// <https://docs.oracle.com/en/java/javase/25/docs/specs/man/java.html>.
pub fn flag() -> String {
    format!("-XX:SharedArchiveFile={INSIDE}/{ARCHIVE}")
}

/// What a server does that writes the archive when it ends.
const LESSON: [&[&str]; 3] = [
    &[
        "build",
        "//:all",
        "--disk_cache=/tmp/disk",
        "--execution_log_json_file=/tmp/log",
    ],
    // Nobody is there; the classes that ask are.
    &[
        "build",
        "//:all",
        "--remote_executor=grpc://127.0.0.1:1",
        "--remote_retries=0",
    ],
    &["query", "--output=build", "//:all"],
];

const BUILD: &str = r#"load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "library",
    srcs = ["library.c"],
)

genrule(
    name = "text",
    outs = ["text.txt"],
    cmd = "echo text > $@",
)
"#;

/// Writes the archive, once for each root that Bazel is in.
pub fn provision(lab: &Utf8Path, base: &Utf8Path) -> Result<Utf8PathBuf> {
    stamp::folder(lab, FOLDER, &stamp::key(&[&base::key(), BUILD]), |dir| {
        progress("classes of Bazel's server");
        let (root, nix) = (roots(lab)?.join("classes"), lab.join("nix"));
        fs::create_dir_all(&nix)?;
        let machine = Machine::mount(BUILDER, root, base, &nix, false)?;
        // A JVM that is to start from an archive writes none.
        let rc = "/etc/bazel.bazelrc";
        machine.write(rc, &machine.read(rc)?.replace(&flag(), "-Xshare:auto"))?;
        // Of the module that the rc file names nothing is asked.
        fs::create_dir_all(machine.path(BUILDER.module))?;
        for (file, text) in [
            (
                "MODULE.bazel",
                "bazel_dep(name = \"rules_cc\", version = \"0.0.11\")\n",
            ),
            ("BUILD.bazel", BUILD),
            ("library.c", ""),
        ] {
            machine.write(&format!("/srv/lesson/{file}"), text)?;
        }
        let to = machine.path("/tmp").join(ARCHIVE);
        let write = format!("--host_jvm_args=-XX:ArchiveClassesAtExit=/tmp/{ARCHIVE}");
        for words in LESSON.iter().copied().chain([&["shutdown"][..]]) {
            // What becomes of it is the same to the archive.
            machine
                .command("/srv/lesson", "bazel")
                .arg(&write)
                .args(words)
                .output()?;
        }
        // A server is gone before its JVM is.
        run(machine.command("/", "sh").args(["-c", WAIT]))?;
        fs::copy(&to, dir.join(ARCHIVE))?;
        Ok(())
    })
}

/// Waits until no server runs any more.
const WAIT: &str = "while pgrep -f [A]-server.jar >/dev/null; do sleep 0.1; done";

/// Gives the machine whose root is `root` the archive of the lab that `base` is in, if it has one.
pub fn mount(base: &Utf8Path, root: &Utf8Path) -> Result<()> {
    let archive = base.with_file_name(FOLDER);
    if archive.is_dir() {
        mounts::bind_read_only(&archive, &root.join(INSIDE.trim_start_matches('/')))?;
    }
    Ok(())
}
