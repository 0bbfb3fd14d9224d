//! `.bazelrc.lre`: the environment as comments, then every flag that parity needs, each with
//! its reason. It is rendered from the manifest alone; where the file goes is not known here.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use super::config::runtime_version;
use super::{folder, order};
use crate::agreement::VERSION;
use crate::manifest::Manifest;
use crate::rc::quote;

/// The first line of every file of ours, by which it is told from a foreign one.
pub const MARKER: &str = "# Made by `lre bazelrc`; changes here are lost.";

/// The file's name, which a project's `.bazelrc` imports.
pub const FILE_NAME: &str = ".bazelrc.lre";

/// The line by which it does: the command, and the file.
pub const IMPORT: [&str; 2] = ["try-import", "%workspace%/.bazelrc.lre"];

/// The repository that the extension makes, as the root module calls it after `use_repo(lre, …)`.
pub const REPOSITORY: &str = "local-remote-execution";

/// What the rc file says besides the manifest.
#[derive(Clone, Debug, Default)]
pub struct Bazelrc {
    /// Where the repository rule finds environments or manifests, absolute paths in the
    /// user's order; empty where none was named and the embedded reference stands in.
    pub files: Vec<Utf8PathBuf>,
    /// The helper that the repository rule is to call, an absolute path.
    pub tool: Option<Utf8PathBuf>,
    /// With `lre`, the flags take effect with `--config=lre` only.
    pub prefix: Option<String>,
}

/// The text of the rc file.
pub fn bazelrc(manifest: &Manifest, options: &Bazelrc) -> String {
    let mut lines = vec![MARKER.to_owned()];
    lines.extend(if options.files.is_empty() {
        no_environment()
    } else {
        environment(manifest)
    });
    for flag in flags(manifest, options) {
        lines.push(String::new());
        lines.extend(flag.why.lines().map(|why| format!("# {why}")));
        for text in &flag.texts {
            let config = options.prefix.as_ref().map(|p| format!(":{p}"));
            let config = config.unwrap_or_default();
            lines.push(format!("{}{config} {}", flag.command, quote(text)));
        }
    }
    lines.join("\n") + "\n"
}

fn no_environment() -> Vec<String> {
    [
        "#",
        "# WARNING: no environment is set, so the embedded reference is used. Its tools are in",
        "# its image and not on this machine: builds work remotely only. Name your own with",
        "# `lre bazelrc --env FILE`, or enter the dev shell of a flake that does.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Comments that show what the toolchain is made of, to read and to compare.
fn environment(manifest: &Manifest) -> Vec<String> {
    let mut lines = vec![
        "#".to_owned(),
        format!("# Manifest sha256:{}", manifest.digest()),
    ];
    let references = manifest.references();
    for (name, probed) in &manifest.environments {
        lines.push("#".to_owned());
        let image = references.get(name.as_str());
        let image = image.map(|image| format!(", {image}")).unwrap_or_default();
        let cross = probed.target != probed.system;
        let target = if cross {
            format!(", for {}", probed.target)
        } else {
            String::new()
        };
        lines.push(format!(
            "# Environment {name} ({}{target}{image}{}):",
            probed.system,
            if probed.in_image { ", in it alone" } else { "" }
        ));
        for (key, value) in probed.env.iter() {
            let line = format!("#   {key}={value}");
            // A backslash at the end of a line would make the next one part of
            // the comment: Bazel joins such lines before it looks for comments.
            lines.push(if line.ends_with('\\') {
                line + " "
            } else {
                line
            });
        }
    }
    lines
}

/// Flags with one reason.
struct Flag {
    command: &'static str,
    texts: Vec<String>,
    why: &'static str,
}

fn flags(manifest: &Manifest, options: &Bazelrc) -> Vec<Flag> {
    let mut flags = Vec::new();
    let mut add = |command, texts: Vec<String>, why| {
        if !texts.is_empty() {
            flags.push(Flag {
                command,
                texts,
                why,
            });
        }
    };
    let files: Vec<&str> = options.files.iter().map(|f| f.as_str()).collect();
    let named = (!files.is_empty()).then(|| format!("--repo_env=LRE_ENV={}", files.join(":")));
    add(
        "common",
        named.into_iter().collect(),
        "What the repository is made from. For every command, since a query loads it too.",
    );
    let tool = options.tool.iter();
    add(
        "common",
        tool.map(|tool| format!("--repo_env=LRE_TOOL={tool}"))
            .collect(),
        "The helper that makes it.",
    );
    add(
        "common",
        vec![
            format!("--repo_env=LRE_VERSION={VERSION}"),
            format!("--repo_env=LRE_DIGEST={}", manifest.digest()),
        ],
        "What this file was written by and for: the repository is not made from anything else.",
    );
    add(
        "common",
        vec!["--repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1".to_owned()],
        "No toolchain out of whatever compiler this machine happens to have.",
    );
    add(
        "build",
        platforms(manifest),
        "Actions run where an environment is provided, locally and remotely alike.",
    );
    add(
        "build",
        remote_only(manifest),
        "There are environments whose tools are in their images alone: run on this machine, an\n\
         action would find others at the same paths, or none, and what came of it would be cached\n\
         as theirs. So all actions go to workers, which --remote_executor has to name.",
    );
    add(
        "build",
        toolchains(manifest),
        "The tools of the environments.",
    );
    add(
        "build",
        java(manifest),
        "The JDK that builds and the one that runs, for what is built and for Java tools of the\n\
         build; set any of them after this file to choose another.",
    );
    add(
        "build",
        vec!["--incompatible_strict_action_env".to_owned()],
        "No variable of the calling shell gets into an action: two users would never share a hit.",
    );
    let path = path(manifest);
    add(
        "build",
        ["action_env", "host_action_env"]
            .iter()
            .filter(|_| !path.is_empty())
            .map(|flag| format!("--{flag}=PATH={path}"))
            .collect(),
        "The only programs that an action finds by name.",
    );
    let shell = manifest
        .environments
        .values()
        .find_map(|e| e.shell.as_ref());
    add(
        "build",
        shell
            .iter()
            .map(|s| format!("--shell_executable={s}"))
            .collect(),
        "The shell of genrules and of run_shell actions.",
    );
    add(
        "build",
        vec!["--noexperimental_split_xml_generation".to_owned()],
        "The action that writes a test's XML would have the test's duration among its arguments,\n\
         and so another digest each time; without it the test writes the XML itself.",
    );
    let zips = manifest
        .environments
        .values()
        .any(|e| e.core_tools.contains_key("zip"));
    let unzipped = (!zips).then(|| "--nozip_undeclared_test_outputs".to_owned());
    add(
        "build",
        unzipped.into_iter().collect(),
        "There is no zip on the environment's PATH to pack a test's undeclared outputs with.",
    );
    add(
        "coverage",
        vec![
            "--experimental_split_coverage_postprocessing".to_owned(),
            "--experimental_fetch_all_coverage_outputs".to_owned(),
        ],
        "The coverage of a test is collected by an action of its own: within the test's, a worker\n\
         lacks the runfiles of the program that merges it.",
    );
    add(
        "build",
        symbolizer(manifest),
        "What sanitizers make their reports readable with; some look for it outside of PATH.",
    );
    flags
}

fn platforms(manifest: &Manifest) -> Vec<String> {
    let names: Vec<String> = order::first_wins(manifest)
        .iter()
        .map(|name| format!("@{REPOSITORY}//{}/config:platform", folder(name)))
        .collect();
    vec![format!("--extra_execution_platforms={}", names.join(","))]
}

fn remote_only(manifest: &Manifest) -> Vec<String> {
    let in_image = manifest.environments.values().any(|e| e.in_image);
    let flag = in_image.then(|| "--spawn_strategy=remote".to_owned());
    flag.into_iter().collect()
}

fn toolchains(manifest: &Manifest) -> Vec<String> {
    let mut labels = Vec::new();
    for name in order::last_wins(manifest) {
        let probed = &manifest.environments[name];
        if probed.cc.is_some() || probed.shell.is_some() || probed.java.is_some() {
            labels.push(format!("@{REPOSITORY}//{}/config:all", folder(name)));
        }
    }
    if labels.is_empty() {
        return labels;
    }
    vec![format!("--extra_toolchains={}", labels.join(","))]
}

/// Versions of the first environment with a JDK. Where that compiles nothing, the language
/// version is the user's own.
fn java(manifest: &Manifest) -> Vec<String> {
    let mut javas = order::first_wins(manifest)
        .into_iter()
        .filter_map(|name| Some((name, manifest.environments[name].java.as_ref()?)));
    let Some((name, java)) = javas.next() else {
        return Vec::new();
    };
    let mut flags = Vec::new();
    for tool in ["", "tool_"] {
        if java.has_compiler() {
            flags.push(format!("--{tool}java_language_version={}", java.feature));
        }
        let runtime = runtime_version(name, java);
        flags.push(format!("--{tool}java_runtime_version={runtime}"));
    }
    flags
}

/// One variable for each sanitizer that rules_cc knows, and for the one that comes with asan.
fn symbolizer(manifest: &Manifest) -> Vec<String> {
    let mut tools = order::first_wins(manifest).into_iter().filter_map(|name| {
        manifest.environments[name]
            .core_tools
            .get("llvm-symbolizer")
    });
    let Some(symbolizer) = tools.next() else {
        return Vec::new();
    };
    ["ASAN", "LSAN", "TSAN", "UBSAN"]
        .iter()
        .map(|sanitizer| format!("--test_env={sanitizer}_SYMBOLIZER_PATH={symbolizer}"))
        .collect()
}

/// One PATH for all actions: the folders of every environment, each once. A
/// folder that a worker's image lacks does no harm there.
fn path(manifest: &Manifest) -> String {
    let mut seen = BTreeSet::new();
    order::first_wins(manifest)
        .into_iter()
        .flat_map(|name| manifest.environments[name].env.path())
        .filter(|folder| seen.insert(folder.clone()))
        .map(Utf8PathBuf::into_string)
        .collect::<Vec<_>>()
        .join(":")
}
