//! Files put together of whatever users write: lines are put in, none is changed, and the second
//! time nothing is left to do. Where the lines go is told in the other files.

use std::fs;

use proptest::prelude::*;

use crate::workspace::Tree;

const MODULE: &[&str] = &[
    "bazel_dep(name = \"a\", version = \"1\")",
    "bazel_dep(\n    name = \"b\",  # why\n)",
    "  ",
    "",
    "# bazel_dep(name = \"lre\")",
    "\"\"\"\nbazel_dep(name = \"lre\")\n\"\"\"",
    "x = [\n    \"lre\",\n\n]  # end",
    "x = 1; bazel_dep(name = \"c\"); y = [\n]",
    "lre = 1",
    "lre = use_extension(\"@a//:a.bzl\", \"a\")\nuse_repo(lre, \"r\")",
    "lre = use_extension(\"@lre//:extensions.bzl\", \"lre\")",
    "tools = use_extension(\"@lre//:extensions.bzl\", \"lre\")\ntools.platform(on_demand = True)",
    "use_extension(\"@lre//:extensions.bzl\", \"lre\")",
    "bazel_dep(name = \"d\", repo_name = \"lre\")",
    "bazel_dep(name = \"lre\", version = \"0.0.9\")",
    "bazel_dep(name = \"lre\", repo_name = \"l\", dev_dependency = True)",
    "local_path_override(module_name = \"a\", path = \"a\")",
    "[bazel_dep(name = n) for n in [\"e\"]]",
    "x = \"a\" + \\\n    \"b\"",
    "register_toolchains(\"//:t\")  # \u{fc}",
];

const RC: &[&str] = &[
    "build --x",
    "# why \\",
    "build --y \\",
    "build \"--z=open",
    "",
    "\t",
    "import %workspace%/none",
    "try-import %workspace%/.bazelrc.lre",
    "# try-import %workspace%/.bazelrc.lre",
    "try-import 'x",
    "build --\u{fc}",
];

const IGNORE: &[&str] = &[
    "*.o",
    "",
    "/.bazelrc.lre",
    "!.bazelrc.lre",
    "# x \\",
    ".bazelrc.lre ",
    "\\",
];

/// Some of `lines`, with or without a mark, a last newline and line ends of Windows.
fn file(lines: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let lines = prop::collection::vec(prop::sample::select(lines), 0..7);
    (lines, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(lines, mark, last, windows)| {
        let mut text = lines.join("\n");
        text.push_str(if last { "\n" } else { "" });
        let mark = if mark { "\u{feff}" } else { "" };
        let text = if windows {
            text.replace('\n', "\r\n")
        } else {
            text
        };
        format!("{mark}{text}").into_bytes()
    })
}

/// Whether `new` is `old` with lines put in.
fn only_inserted(old: &[u8], new: &[u8]) -> bool {
    let lines = |text: &[u8]| -> Vec<Vec<u8>> {
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        text.split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
            .collect()
    };
    let mut new = lines(new).into_iter();
    lines(old)
        .into_iter()
        .all(|line| line.is_empty() || new.any(|other| other == line))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_put_in_once_and_nothing_else_changes(
        module in file(MODULE),
        rc in file(RC),
        ignore in file(IGNORE),
    ) {
        let files = [("MODULE.bazel", module), (".bazelrc", rc), (".gitignore", ignore)];
        let named: Vec<_> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let tree = Tree::new(&named);
        let contents = || files.each_ref().map(|(name, _)| fs::read(tree.root.join(name)).unwrap());

        let planned = tree.plan();
        if let Ok(plan) = &planned {
            lre::adopt::put(&plan.edits).unwrap();
        }

        let once = contents();
        for ((name, old), new) in files.iter().zip(&once) {
            prop_assert!(only_inserted(old, new), "{name}: {old:?} became {new:?}");
            let empty = old.is_empty() || old == "\u{feff}".as_bytes();
            prop_assert!(empty || old.ends_with(b"\n") == new.ends_with(b"\n"), "{name}: {new:?}");
        }
        if planned.is_ok() {
            let again = tree.plan().unwrap();
            prop_assert!(again.edits.is_empty(), "{:?}", again.edits);
        }
    }
}
