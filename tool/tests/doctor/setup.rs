//! A workspace that is well, and what the doctor says of it. It knows no fault.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use camino::Utf8PathBuf;
use serde_json::{Value, json};

use crate::place::{Place, code};

/// The line that has to be in a project's `.bazelrc`.
pub const IMPORT: &str = "try-import %workspace%/.bazelrc.lre\n";

/// A MODULE.bazel that is well.
pub const MODULE: &str = r#"module(name = "hello")

bazel_dep(name = "lre", version = "0.1.0")

lre = use_extension("@lre//:extensions.bzl", "lre")
use_repo(lre, "local-remote-execution")
"#;

/// A workspace with a home and programs beside it.
pub struct Setup {
    pub place: Place,
}

impl Setup {
    /// One in which nothing is wrong, with the configuration `lre`.
    pub fn new() -> Setup {
        let setup = Setup {
            place: Place::new(),
        };
        for folder in ["work/.git", "home", "bin"] {
            fs::create_dir_all(setup.path(folder)).unwrap();
        }
        setup.program("nix", "echo 'nix (Nix) 2.34.1'");
        setup.program("bazel", "echo 'bazel 7.7.1'");
        setup.write("manifest.json", &setup.manifest("one"));
        setup.write("work/MODULE.bazel", MODULE);
        setup.write("work/.bazelrc", IMPORT);
        setup.write("work/.gitignore", "/.bazelrc.lre\n");
        setup.enter();
        setup
    }

    /// A manifest whose paths are below this place, with something that tells it from others.
    pub fn manifest(&self, variable: &str) -> String {
        let bin = self.path("bin");
        let environment = |name: &str| {
            json!({
                "image": { "name": format!("lre-{name}") },
                "system": "x86_64-linux", "target": "x86_64-linux",
                "env": { "PATH": bin, "VARIABLE": variable },
                "shell": bin.join("bash"),
            })
        };
        let environments = json!({ "cc": environment("cc"), "java": environment("java") });
        json!({ "manifest_version": 1, "environments": environments }).to_string()
    }

    /// Writes `.bazelrc.lre` for the manifest, as a dev shell does.
    pub fn enter(&self) {
        let manifest = self.path("manifest.json");
        let args = ["bazelrc", "--prefix=lre", "--env", manifest.as_str()];
        let output = self.command(&args).output().unwrap();
        assert_eq!(code(&output), 0, "{output:?}");
    }

    pub fn path(&self, name: &str) -> Utf8PathBuf {
        self.place.path.join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        self.place.write(name, text);
    }

    /// Puts a program on PATH, which is a script that has a PATH of its own.
    pub fn program(&self, name: &str, script: &str) {
        let path = format!("bin/{name}");
        self.write(&path, &format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
        fs::set_permissions(self.path(&path), Permissions::from_mode(0o755)).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.place.command(args);
        command
            .arg("--allow-path-prefix")
            .arg(&self.place.path)
            .current_dir(self.path("work"))
            .env_clear()
            .env("HOME", self.path("home"))
            .env("TMPDIR", &self.place.path)
            .env("PATH", self.path("bin"));
        command
    }

    /// What the doctor says.
    pub fn doctor(&self, args: &[&str]) -> Said {
        self.doctor_with(&[], args)
    }

    /// What it says in a shell that has more variables.
    pub fn doctor_with(&self, variables: &[(&str, &str)], args: &[&str]) -> Said {
        let all = [&["doctor", "--format=json"], args].concat();
        let output = self.command(&all).envs(variables.iter().copied()).output();
        let output = output.unwrap();
        let report = serde_json::from_slice(&output.stdout);
        Said {
            report: report.unwrap_or_else(|_| panic!("{output:?}")),
            output,
        }
    }

    /// What comes of it where nobody reads what it says.
    pub fn unread(&self, args: &[&str]) -> Output {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let all = [&["doctor"], args].concat();
        self.command(&all).stdout(writer).output().unwrap()
    }

    /// What it says to a person.
    pub fn text(&self, args: &[&str]) -> String {
        let all = [&["doctor"], args].concat();
        let output = self.command(&all).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let text = text.replace(self.place.path.as_str(), "/PLACE");
        // The digest is of a manifest with the place's path in it.
        match text.split_once("sha256:") {
            Some((before, after)) => format!("{before}sha256:DIGEST{}", &after[64..]),
            None => text,
        }
    }
}

/// A report.
pub struct Said {
    pub report: Value,
    output: Output,
}

impl Said {
    fn checks(&self) -> impl Iterator<Item = &Value> {
        self.report["checks"].as_array().unwrap().iter()
    }

    /// What the checks called `name` found and how it is mended, with the state of each.
    #[track_caller]
    pub fn all(&self, name: &str) -> Vec<(&str, String)> {
        let checks = self.checks().filter(|check| check["name"] == name);
        let told = |check: &Value| {
            let mend = check["mend"].as_str().unwrap_or_default();
            format!("{} {mend}", check["found"].as_str().unwrap())
        };
        checks
            .map(|check| (check["state"].as_str().unwrap(), told(check)))
            .collect()
    }

    /// Asserts the state of the only check called `name`, and that these words are in it.
    #[track_caller]
    pub fn assert(&self, name: &str, state: &str, words: &[&str]) {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{:#}", self.report);
        assert_eq!(all[0].0, state, "{:?}", all[0]);
        for word in words {
            assert!(all[0].1.contains(word), "{word:?} is not in {:?}", all[0].1);
        }
    }

    /// Asserts that these checks, and no others, are not well; the endpoint, which nobody named, aside.
    #[track_caller]
    pub fn assert_only(&self, names: &[&str]) {
        let bad = self.checks().filter(|check| check["state"] != "ok");
        let bad: Vec<&str> = bad.map(|check| check["name"].as_str().unwrap()).collect();
        let bad: Vec<&str> = bad.into_iter().filter(|name| *name != "endpoint").collect();
        assert_eq!(bad, names, "{:#}", self.report);
        let wrong = self.checks().any(|check| check["state"] == "wrong");
        assert_eq!(code(&self.output), i32::from(wrong));
        assert_eq!(self.report["ok"], !wrong);
    }
}
