//! `.bazelrc` and `.gitignore`: one import and one pattern, whatever spelling is there already.

use crate::workspace::Tree;

const IMPORT: &str = "try-import %workspace%/.bazelrc.lre";

fn rc(text: &str) -> (String, Vec<String>) {
    let tree = Tree::new(&[("MODULE.bazel", b""), (".bazelrc", text.as_bytes())]);
    let notes = tree.init();
    (tree.read(".bazelrc"), notes)
}

#[test]
fn any_spelling_of_the_import_counts() {
    for text in [
        "try-import %workspace%/.bazelrc.lre",
        "import %workspace%/.bazelrc.lre\n",
        "build --x\n  try-import \"%workspace%/.bazelrc.lre\" # ours\r\nbuild --y\n",
        "try-import \\\n  %workspace%/./tools/../.bazelrc.lre\n",
    ] {
        assert_eq!(rc(text).0, text);
    }
    let tree = Tree::new(&[
        ("MODULE.bazel", b""),
        (".bazelrc", b"import %workspace%/tools/more.bazelrc\n"),
        (
            "tools/more.bazelrc",
            b"try-import %workspace%/.bazelrc.lre\n",
        ),
    ]);
    tree.init();
    assert_eq!(
        tree.read(".bazelrc"),
        "import %workspace%/tools/more.bazelrc\n"
    );

    let tree = Tree::of("");
    let absolute = format!("import {}/.bazelrc.lre\n", tree.root);
    std::fs::write(tree.root.join(".bazelrc"), &absolute).unwrap();
    tree.init();
    assert_eq!(tree.read(".bazelrc"), absolute);
}

#[test]
fn what_is_no_import_does_not_count() {
    for text in [
        "",
        "# try-import %workspace%/.bazelrc.lre\n",
        "build --x # try-import %workspace%/.bazelrc.lre\n",
        "try-import %workspace%/.bazelrc.lre.old\n",
        "# a comment that goes on \\\ntry-import %workspace%/.bazelrc.lre\n",
        // What follows the last line must not become part of it.
        "build --x \\",
        "build --x \\\n",
        "# why \\\r\n",
    ] {
        let new = rc(text).0;
        assert!(
            new.starts_with(text) && new.trim_end().ends_with(IMPORT),
            "{new:?}"
        );
        assert_eq!(
            new.ends_with('\n'),
            text.is_empty() || text.ends_with('\n'),
            "{new:?}"
        );
    }
}

#[test]
fn what_will_not_do_is_noted() {
    for (text, note) in [
        ("try-import .bazelrc.lre\n", ".bazelrc:1: Bazel looks for"),
        (
            "\ntry-import %workspace%/lre.bazelrc\n",
            ".bazelrc:2: lre.bazelrc is of NativeLink's",
        ),
        ("common --noenable_bzlmod\n", ".bazelrc:1: without Bzlmod"),
    ] {
        let notes = rc(text).1;
        assert!(notes.iter().any(|told| told.starts_with(note)), "{notes:?}");
    }
}

#[test]
fn the_generated_file_is_ignored_once() {
    for (text, wanted) in [
        ("", "/.bazelrc.lre\n"),
        ("*.o", "*.o\n/.bazelrc.lre"),
        ("/.bazelrc.lre\n", "/.bazelrc.lre\n"),
        (".bazelrc.lre  \n*.o\n", ".bazelrc.lre  \n*.o\n"),
        ("# /.bazelrc.lre\n", "# /.bazelrc.lre\n/.bazelrc.lre\n"),
        (
            ".bazelrc.lre\n!.bazelrc.lre\n",
            ".bazelrc.lre\n!.bazelrc.lre\n/.bazelrc.lre\n",
        ),
    ] {
        let tree = Tree::new(&[("MODULE.bazel", b""), (".gitignore", text.as_bytes())]);
        tree.init();
        assert_eq!(tree.read(".gitignore"), wanted);
    }
}

#[test]
fn git_is_asked_what_it_ignores() {
    let tree = Tree::new(&[("MODULE.bazel", b""), (".gitignore", b"/.bazelrc.*\n")]);
    let git = std::process::Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(&tree.root)
        .status();
    assert!(git.unwrap().success());
    tree.init();
    assert_eq!(tree.read(".gitignore"), "/.bazelrc.*\n");
}

#[test]
fn without_git_no_ignore_file_is_made() {
    let tree = Tree::of("");
    std::fs::remove_dir(tree.root.join(".git")).unwrap();
    let notes = tree.init();
    assert!(!tree.root.join(".gitignore").exists());
    assert!(
        notes.iter().any(|note| note.contains("no git repository")),
        "{notes:?}"
    );
}
