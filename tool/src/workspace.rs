//! Finds the folder in which a Bazel workspace starts, and what git ignores in
//! it. It must not know what is written in any other file.

use std::fs;
use std::process::{Command, Stdio};

use camino::{Utf8Path, Utf8PathBuf};

/// The files by which Bazel itself tells where a workspace starts.
const BOUNDARIES: [&str; 4] = ["MODULE.bazel", "REPO.bazel", "WORKSPACE.bazel", "WORKSPACE"];

/// A folder, or in a worktree a file, at the top level of every checkout.
const GIT: [&str; 1] = [".git"];

/// Where a workspace starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its top folder.
    pub root: Utf8PathBuf,
    /// Whether it lies in a checkout of git.
    pub in_git: bool,
}

impl Workspace {
    /// The workspace around `folder`, an absolute path: the nearest folder upward that
    /// Bazel would take for one, else the top of the checkout, else `folder` itself.
    pub fn around(folder: &Utf8Path) -> Workspace {
        let root = nearest(folder, &BOUNDARIES)
            .or_else(|| nearest(folder, &GIT))
            .unwrap_or(folder);
        Workspace {
            root: root.to_owned(),
            in_git: nearest(root, &GIT).is_some(),
        }
    }

    /// Whether git ignores the file `name` beside the root: git itself is asked, which knows patterns
    /// and other ignore files. Where there is no git to ask, the `.gitignore` at the root has to
    /// name it.
    pub fn ignores(&self, name: &str) -> bool {
        let asked = self.in_git.then(|| self.ask_git(name)).flatten();
        asked.unwrap_or_else(|| self.names(name))
    }

    /// What git says, where it does (git-check-ignore(1), "EXIT STATUS").
    fn ask_git(&self, name: &str) -> Option<bool> {
        let status = Command::new("git")
            .args(["check-ignore", "--quiet", "--no-index", "--", name])
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match status.ok()?.code() {
            Some(0) => Some(true),
            Some(1) => Some(false),
            _ => None,
        }
    }

    fn names(&self, name: &str) -> bool {
        let bytes = fs::read(self.root.join(".gitignore")).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        // The last pattern that matches decides.
        let last = text
            .trim_start_matches('\u{feff}')
            .lines()
            .rev()
            .find_map(|line| {
                let pattern = line.trim_end();
                let (ignored, pattern) = match pattern.strip_prefix('!') {
                    Some(pattern) => (false, pattern),
                    None => (true, pattern),
                };
                (pattern.strip_prefix('/').unwrap_or(pattern) == name).then_some(ignored)
            });
        last == Some(true)
    }
}

fn nearest<'a>(folder: &'a Utf8Path, names: &[&str]) -> Option<&'a Utf8Path> {
    folder
        .ancestors()
        .find(|ancestor| names.iter().any(|name| ancestor.join(name).exists()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these entries; one that ends in `/` is a folder.
    fn tree(entries: &[&str]) -> (tempfile::TempDir, Utf8PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::try_from(dir.path().to_owned()).unwrap();
        for entry in entries {
            let path = root.join(entry);
            if entry.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "").unwrap();
            }
        }
        (dir, root)
    }

    fn found(entries: &[&str], from: &str) -> (String, bool) {
        let (_dir, root) = tree(entries);
        let found = Workspace::around(&root.join(from));
        let relative = found.root.strip_prefix(&root).unwrap();
        (relative.to_string(), found.in_git)
    }

    #[test]
    fn the_nearest_workspace_wins_over_the_top_of_the_checkout() {
        let entries = [
            ".git/",
            "MODULE.bazel",
            "example/MODULE.bazel",
            "example/a/b/",
        ];
        assert_eq!(found(&entries, "example/a/b"), ("example".to_owned(), true));
        assert_eq!(found(&entries, ""), (String::new(), true));
    }

    #[test]
    fn an_old_workspace_counts_as_one() {
        for name in ["WORKSPACE", "WORKSPACE.bazel"] {
            let entries = [".git/", &format!("old/{name}"), "old/a/"];
            assert_eq!(found(&entries, "old/a"), ("old".to_owned(), true));
        }
    }

    #[test]
    fn without_a_workspace_it_is_the_top_of_the_checkout() {
        assert_eq!(found(&[".git/", "a/b/"], "a/b"), (String::new(), true));
        // The checkout of a worktree or a submodule has a file there.
        assert_eq!(found(&["w/.git", "w/a/"], "w/a"), ("w".to_owned(), true));
    }

    #[test]
    fn without_either_it_is_the_folder_itself() {
        assert_eq!(found(&["a/b/"], "a/b"), ("a/b".to_owned(), false));
        assert_eq!(
            found(&["a/MODULE.bazel", "a/b/"], "a/b"),
            ("a".to_owned(), false)
        );
    }

    #[test]
    fn an_ignore_file_names_it_with_or_without_a_slash() {
        for (text, ignored) in [
            ("/bazel-*\n.bazelrc.lre\n", true),
            ("/.bazelrc.lre", true),
            ("*.o\n", false),
        ] {
            let (_dir, root) = tree(&[".git/"]);
            fs::write(root.join(".gitignore"), text).unwrap();
            let workspace = Workspace::around(&root);
            assert_eq!(workspace.ignores(".bazelrc.lre"), ignored, "{text:?}");
        }
    }
}
