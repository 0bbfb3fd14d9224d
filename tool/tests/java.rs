//! From a JAVA_HOME to toolchains, with JDKs made of scripts: what is asked, what is made
//! of the answers, and that a bad one leaves nothing behind.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use camino::Utf8PathBuf;
use lre::environment::{PathPolicy, parse};
use lre::manifest::{Java, Manifest};
use lre::probe::probe;
use lre::properties::Wanted;
use lre::render::{self, Bazelrc};
use lre::{tree::FileTree, validate};
use serde_json::json;
use tempfile::TempDir;

const RELEASE: &str = "IMPLEMENTOR_VERSION=\"x\"\nIMPLEMENTOR=\"Nobody\"\nJAVA_VERSION_DATE=\"2024-07-16\"\nJAVA_VERSION=\"21.0.4\"\nOS_ARCH=\"x86_64\"\n";

/// What a launcher prints on standard error.
const PROPERTIES: &str = "Property settings:\n    java.vendor = Somebody\n    \
    java.version = 17.0.14\n    os.arch = amd64\n\nopenjdk version \"17.0.14\"\n";

/// A folder that may or may not be a JDK.
struct Jdk {
    dir: TempDir,
}

impl Jdk {
    /// With these programs, of which `java` fails, and this `release` file.
    fn new(programs: &[&str], release: &str) -> Jdk {
        let jdk = Jdk {
            dir: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(jdk.home().join("bin")).unwrap();
        for name in programs {
            jdk.program(name, "echo Error: could not find libjava.so >&2; exit 1");
        }
        fs::write(jdk.home().join("release"), release).unwrap();
        jdk
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.home().join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn home(&self) -> Utf8PathBuf {
        Utf8PathBuf::try_from(self.dir.path().to_owned()).unwrap()
    }

    fn probed(&self) -> Java {
        manifest(&[("java", self, &[])]).environments["java"]
            .java
            .clone()
            .unwrap()
    }

    /// The helper's `generate` in this folder, with `home` as JAVA_HOME.
    fn generate(&self, home: &str) -> Output {
        let environment = json!({
            "version": 1,
            "system": "x86_64-linux",
            "environments": {"java": {"env": [format!("JAVA_HOME={home}")]}},
        });
        let file = self.home().join("env.json");
        fs::write(&file, environment.to_string()).unwrap();
        Command::new(env!("CARGO_BIN_EXE_lre"))
            .args(["generate", "--allow-path-prefix", "/", "--out", "repo"])
            .args(["--env", file.as_str()])
            .current_dir(self.dir.path())
            .output()
            .unwrap()
    }
}

/// The manifest of environments by name, each with more variables than JAVA_HOME.
fn manifest(jdks: &[(&str, &Jdk, &[&str])]) -> Manifest {
    let environments: serde_json::Map<_, _> = jdks
        .iter()
        .map(|(name, jdk, more)| {
            let home = format!("JAVA_HOME={}", jdk.home());
            let env: Vec<&str> = [home.as_str()].iter().chain(*more).copied().collect();
            ((*name).to_owned(), json!({ "env": env }))
        })
        .collect();
    let document = json!({"version": 1, "system": "x86_64-linux", "environments": environments});
    let policy = PathPolicy::new(vec!["/".into()]).unwrap();
    let parsed = parse(&document, "env.json", &policy).unwrap();
    let probed = parsed
        .into_iter()
        .map(|(name, environment)| (name, probe(&environment, &policy).unwrap()));
    Manifest::new(probed.collect())
}

fn rendered(manifest: &Manifest) -> FileTree {
    let tree = render::repository(manifest, &Wanted::default()).unwrap();
    validate::validate(&tree).unwrap();
    tree
}

fn text(tree: &FileTree, path: &str) -> String {
    tree.get(path).unwrap().text.clone()
}

#[test]
fn the_release_file_is_asked_first() {
    let java = Jdk::new(&["java", "javac", "jar"], RELEASE).probed();
    assert_eq!((java.version.as_str(), java.feature), ("21.0.4", 21));
    assert_eq!(java.vendor.as_deref(), Some("Nobody"));
    assert_eq!(
        java.tools.keys().collect::<Vec<_>>(),
        ["jar", "java", "javac"]
    );
}

#[test]
fn the_launcher_is_asked_where_the_release_file_says_nothing() {
    for release in ["", "no = version\n", "JAVA_VERSION=\"\"\n", "\u{0}\u{1}"] {
        let jdk = Jdk::new(&["java", "javac"], release);
        jdk.program("java", &format!("printf %s '{PROPERTIES}' >&2"));
        let java = jdk.probed();
        assert_eq!((java.version.as_str(), java.feature), ("17.0.14", 17));
        assert_eq!(java.vendor.as_deref(), Some("Somebody"));
    }
}

#[test]
fn a_jdk_compiles_its_own_language_version_and_the_long_term_ones_before() {
    let jdk = Jdk::new(&["java", "javac"], "JAVA_VERSION=\"19\"\n");
    let tree = rendered(&manifest(&[("java", &jdk, &[])]));
    let build = text(&tree, "generated-java/java/BUILD");
    let versions: Vec<_> = build
        .lines()
        .filter_map(|line| line.trim().strip_prefix("source_version = "))
        .collect();
    assert_eq!(versions, ["\"8\",", "\"11\",", "\"17\",", "\"19\","]);
}

#[test]
fn a_jre_runs_programs_and_compiles_none_and_that_is_said() {
    let jre = Jdk::new(&["java"], RELEASE);
    let manifest = manifest(&[("java", &jre, &[])]);
    let config = text(&rendered(&manifest), "generated-java/config/BUILD");
    assert!(config.contains("java-runtime-toolchain"), "{config}");
    assert!(!config.contains("jdk:toolchain_type"), "{config}");
    let rc = render::bazelrc(&manifest, &Bazelrc::default());
    assert!(rc.contains("--java_runtime_version=java_21"), "{rc}");
    assert!(!rc.contains("java_language_version"), "{rc}");

    let warning = warned(&jre, jre.home().as_str());
    assert!(warning.contains("has no bin/javac"), "{warning}");
}

#[test]
fn an_empty_java_home_is_none_and_that_is_said() {
    let jdk = Jdk::new(&["java", "javac"], RELEASE);
    let warning = warned(&jdk, "");
    assert!(warning.contains("it is empty"), "{warning}");
    assert!(!jdk.home().join("repo/generated-java/java").exists());
}

#[test]
fn bazels_native_tools_are_taken_from_the_path_where_they_are() {
    let jdk = Jdk::new(&["java", "javac", "ijar", "singlejar"], RELEASE);
    let path = format!("PATH={}", jdk.home().join("bin"));
    let more = [path.as_str(), "BAZEL_SH=/bin/sh"];
    let tree = rendered(&manifest(&[("java", &jdk, &more)]));
    let build = text(&tree, "generated-java/java/BUILD");
    assert!(build.contains("singlejar = \":singlejar\""), "{build}");
    assert_eq!(
        text(&tree, "generated-java/java/singlejar"),
        format!("#!/bin/sh\nexec {}/bin/singlejar \"$@\"\n", jdk.home())
    );
}

#[test]
fn environments_with_one_image_share_its_constraint() {
    let jdk = Jdk::new(&["java", "javac"], RELEASE);
    let mut manifest = manifest(&[("a", &jdk, &[]), ("b", &jdk, &[])]);
    let shared = "actual = \"//generated-a/config:environment-provided\"";
    let config = |manifest: &Manifest| text(&rendered(manifest), "generated-b/config/BUILD");
    let one_image = config(&manifest);
    assert!(one_image.contains(shared), "{one_image}");
    manifest.environments.get_mut("b").unwrap().image =
        Some(serde_json::from_value(serde_json::json!({"name": "b"})).unwrap());
    let two_images = config(&manifest);
    assert!(!two_images.contains(shared), "{two_images}");
    assert!(two_images.contains("\"//:image-known\""), "{two_images}");
}

#[test]
fn what_is_no_jdk_is_refused_and_nothing_is_written() {
    let full = ["java", "javac"];
    let mut messages = Vec::new();
    for (what, programs, release) in [
        ("nothing in it", &[][..], ""),
        ("a release file alone", &[], RELEASE),
        ("a broken release file and launcher", &full, "garbage"),
        ("an unreadable version", &full, "JAVA_VERSION=\"banana\"\n"),
        (
            "another CPU",
            &full,
            "JAVA_VERSION=\"21\"\nOS_ARCH=\"aarch64\"\n",
        ),
    ] {
        let jdk = Jdk::new(programs, release);
        messages.push(refused(what, &jdk, jdk.home().as_str()));
    }
    let jdk = Jdk::new(&full, RELEASE);
    messages.push(refused("missing", &jdk, jdk.home().join("gone").as_str()));
    messages.push(refused("a file", &jdk, jdk.home().join("release").as_str()));
    insta::assert_snapshot!(messages.join("\n"));
}

/// The warning for `home`.
fn warned(jdk: &Jdk, home: &str) -> String {
    let output = jdk.generate(home);
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{warning}");
    warning
}

/// The message for `home`, without the path of this run.
fn refused(what: &str, jdk: &Jdk, home: &str) -> String {
    let output = jdk.generate(home);
    assert_eq!(output.status.code(), Some(2), "{what}");
    assert!(!jdk.home().join("repo").exists(), "{what}");
    let message = String::from_utf8(output.stderr).unwrap();
    format!(
        "{what}\n    {}",
        message.replace(jdk.home().as_str(), "JDK")
    )
}
