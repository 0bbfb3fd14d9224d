//! What there is to look at: the workspace, its files, the user's, and the calling shell's variables. It
//! must not know what is right about them.

use std::collections::BTreeMap;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::module::Module;
use super::ours::OurFile;
use crate::environment::PathPolicy;
use crate::input;
use crate::manifest::Manifest;
use crate::oci::Limits;
use crate::rc::{Flag, Origin, Rc, Source, effective, is_same};
use crate::render::BAZELRC;
use crate::workspace::Workspace;

/// The command that gets the most lines of rc files: those for build, test and its own.
const WIDEST: &str = "coverage";

/// What the user says.
#[derive(Clone, Debug)]
pub struct Options {
    /// Environments or manifests to write a `.bazelrc.lre` for, where there is none.
    pub files: Vec<Utf8PathBuf>,
    /// Which paths they may name.
    pub policy: PathPolicy,
    /// Configurations that are on in the builds that are meant.
    pub configs: Vec<String>,
    /// The endpoint, where rc files do not name it.
    pub executor: Option<String>,
    /// How long the probe action may take.
    pub action_limit: Duration,
    /// A worker's image, an OCI layout.
    pub image: Option<Utf8PathBuf>,
    /// The store paths that belong into it, one a line, where Nix is not to be asked.
    pub closure: Option<Utf8PathBuf>,
    /// How much the image may unpack to.
    pub limits: Limits,
    /// Bazel.
    pub bazel: Utf8PathBuf,
}

/// All that checks look at.
#[derive(Debug)]
pub struct Place {
    /// Where the workspace starts.
    pub workspace: Workspace,
    /// The user's home.
    pub home: Option<Utf8PathBuf>,
    /// The variables of the calling shell that are UTF-8.
    pub variables: BTreeMap<String, String>,
    /// What rc files say.
    pub rc: Rc,
    /// The `.bazelrc.lre`.
    pub our_file: OurFile,
    /// What MODULE.bazel says.
    pub module: Module,
    /// What `.bazelrc.lre` was written for; else what the user names. `None`: there is neither.
    pub manifest: Option<Result<Manifest, String>>,
    /// What the user says.
    pub options: Options,
}

impl Place {
    /// The workspace around `folder`.
    pub fn around(
        folder: &Utf8Path,
        variables: BTreeMap<String, String>,
        options: Options,
    ) -> Place {
        let workspace = Workspace::around(folder);
        let home = variables.get("HOME").map(Utf8PathBuf::from);
        let root = &workspace.root;
        let our_file = OurFile::read(root);
        let files = match (&our_file, options.files.as_slice()) {
            (OurFile::Ours(ours), _) => Some(ours.options.files.as_slice()),
            (_, []) => None,
            (_, files) => Some(files),
        };
        let manifest = files.map(|files| {
            input::load(files, None, &options.policy).map_err(|error| format!("{error:#}"))
        });
        Place {
            rc: Rc::read(&Source::all(root, home.as_deref()), root),
            module: Module::read(root),
            our_file,
            manifest,
            home,
            variables,
            options,
            workspace,
        }
    }

    /// The manifest, where there is one to go by.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()?.as_ref().ok()
    }

    /// Whether `.bazelrc.lre` names no environment, so that the embedded reference stands in.
    pub fn is_for_reference(&self) -> bool {
        let ours = self.our_file.ours();
        ours.is_some_and(|ours| ours.options.files.is_empty())
    }

    /// Where `.bazelrc.lre` is, or would be.
    pub fn our_path(&self) -> Utf8PathBuf {
        self.workspace.root.join(BAZELRC)
    }

    /// Whether `.bazelrc.lre` is imported by a file that Bazel reads.
    pub fn is_imported(&self) -> bool {
        self.rc.imports_of(&self.our_path()).next().is_some()
    }

    /// Whether a flag stands in `.bazelrc.lre`.
    pub fn is_ours(&self, flag: &Flag) -> bool {
        is_same(&flag.at.file, &self.our_path())
    }

    /// The flags of builds, tests and coverage, in Bazel's order, with the configuration of
    /// `.bazelrc.lre` on.
    pub fn flags(&self) -> Vec<Flag> {
        self.flags_of(WIDEST)
    }

    /// The flags of `command`, likewise.
    pub fn flags_of(&self, command: &str) -> Vec<Flag> {
        let mut configs = self.options.configs.clone();
        if let Some(prefix) = self.prefix()
            && !self.is_always_on()
        {
            configs.push(prefix.to_owned());
        }
        effective(&self.rc, command, &configs)
    }

    /// The configuration without which `.bazelrc.lre` has no effect.
    pub fn prefix(&self) -> Option<&str> {
        self.our_file.ours()?.options.prefix.as_deref()
    }

    /// Whether `.bazelrc.lre` takes effect in every build.
    pub fn is_always_on(&self) -> bool {
        let flags = effective(&self.rc, WIDEST, &self.options.configs);
        flags.iter().any(|flag| self.is_ours(flag))
    }

    /// Whether all who work on the project have the file: it is in the workspace, and git does not
    /// ignore it.
    pub fn is_shared(&self, flag: &Flag) -> bool {
        let below = flag.at.file.strip_prefix(&self.workspace.root);
        flag.at.origin == Origin::Workspace
            && below.is_ok_and(|path| !self.workspace.ignores(path.as_str()))
    }
}
