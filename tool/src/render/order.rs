//! Which environment Bazel takes where several would do. It knows the orders of Bazel's flags
//! and must not know the flags.

use crate::manifest::Manifest;

/// The environments, the preferred one first: so does Bazel try execution platforms.
///
/// An action that asks for no toolchain runs on the first, and some of Java's ask for none
/// (Turbine in Bazel 7); and rules_java's own toolchains run on any platform, so one that lacks
/// the JDK would download another. So the order is: both a JDK and a compiler, a JDK, the
/// others; among those, compilers for where they run before cross compilers, and `cc` before
/// other names.
pub fn first_wins(manifest: &Manifest) -> Vec<&String> {
    let mut names: Vec<_> = manifest.environments.keys().collect();
    names.sort_by_key(|name| {
        let probed = &manifest.environments[*name];
        let cross = probed.target != probed.system;
        (
            probed.java.is_none(),
            probed.cc.is_none(),
            cross,
            *name != "cc",
        )
    });
    names
}

/// The preferred one last: so does Bazel read `--extra_toolchains`, since 7.0
/// (`RegisteredToolchainsFunction`). It matters where several run on one platform, because
/// they share an image or name none.
pub fn last_wins(manifest: &Manifest) -> impl Iterator<Item = &String> {
    first_wins(manifest).into_iter().rev()
}
