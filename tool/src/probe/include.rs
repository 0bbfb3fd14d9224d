//! Reads a compiler driver's `-v` output: the include search list and the target.
//! It works on text alone and must not know what was asked.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// The lines between which GCC and clang list the folders of `#include <…>`.
const BEGIN: &str = "#include <...>";
const END: &str = "End of search list.";

/// The folders of the include search list, normalised, in the order of the search.
pub fn search_list(stderr: &str) -> Vec<Utf8PathBuf> {
    stderr
        .lines()
        .skip_while(|line| !line.starts_with(BEGIN))
        .skip(1)
        .take_while(|line| *line != END)
        .map(|line| normalise(Utf8Path::new(line.trim())))
        .collect()
}

/// The triple of the line `Target: …`.
pub fn target(stderr: &str) -> Option<&str> {
    stderr
        .lines()
        .find_map(|line| line.strip_prefix("Target: "))
        .map(str::trim)
}

/// clang's own folder, which its `-v` gives to the compiler proper.
pub fn resource_dir(stderr: &str) -> Option<Utf8PathBuf> {
    let line = stderr.lines().find(|line| line.contains(" -cc1 "))?;
    let mut args = shlex::split(line)?.into_iter();
    args.find(|arg| arg == "-resource-dir")?;
    args.next().map(Utf8PathBuf::from)
}

/// Collapses `.` and `..` in the text, never through the file system: Bazel
/// does the same with the paths of `.d` files, and compares the two as text. A
/// link among the parents would otherwise give "undeclared inclusion(s)".
pub fn normalise(path: &Utf8Path) -> Utf8PathBuf {
    let mut clean = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLANG: &str = "\
Debian clang version 21.1.8
Target: x86_64-pc-linux-gnu
 (in-process)
 \"/nix/store/x-clang/bin/clang-21\" -cc1 -triple x86_64-pc-linux-gnu -resource-dir \"/nix/store/x-clang/lib/clang 21\" -x c++ -
ignoring nonexistent directory \"/nix/store/x-clang/include\"
#include \"...\" search starts here:
#include <...> search starts here:
 /nix/store/x-clang/bin/../lib/gcc/x86_64-linux-gnu/16/../../../../include/c++/16
 /nix/store/x-clang/lib/clang/21/include
End of search list.
# 1 \"<stdin>\"
";

    #[test]
    fn the_search_list_comes_out_in_order_and_without_dots() {
        assert_eq!(
            search_list(CLANG),
            [
                "/nix/store/x-clang/include/c++/16",
                "/nix/store/x-clang/lib/clang/21/include"
            ]
        );
        assert_eq!(target(CLANG), Some("x86_64-pc-linux-gnu"));
        assert_eq!(
            resource_dir(CLANG).unwrap(),
            "/nix/store/x-clang/lib/clang 21"
        );
    }

    #[test]
    fn garbage_has_no_search_list() {
        assert!(search_list("no compiler at all\n").is_empty());
        assert_eq!(target("no compiler at all\n"), None);
        assert_eq!(resource_dir("no compiler at all\n"), None);
    }
}
