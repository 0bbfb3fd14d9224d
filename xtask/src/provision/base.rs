//! The root of Debian sid that has Bazel, Nix, Clang and a remote executor in the
//! versions that are needed. It must not know what is built with them.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::{apt, stamp};

/// What the machines of the lab need, with what it is for: Bazel, its Java tools and
/// the sources of what it merges coverage with, Nix with git and direnv, the executor, the
/// compiler and the JDKs that go to the store (with what makes them run from there), the static
/// programs that actions and the worker use, what runs and reads container images, and what
/// reads and checks the manifests of Kubernetes.
const PACKAGES: &str = "ca-certificates,bazel-bootstrap,bazel-java-tools,\
    bazel-bootstrap-source,nix-bin,git,direnv,\
    justbuild,clang,lld,llvm,libclang-rt-21-dev,openjdk-17-jdk-headless,openjdk-21-jdk-headless,\
    openjdk-25-jdk-headless,patchelf,busybox-static,bash-static,locales,procps,\
    mold,musl-dev,g++-aarch64-linux-gnu,qemu-user,nginx-light,re2c,podman,crun,skopeo,umoci,\
    kustomize,python3-yaml,python3-jsonschema,python3-packaging,python3-typing-extensions";

/// Mount points, and the locale in which the second developer works; and Turbine, Bazel's
/// header compiler, as one jar that runs: Debian's is a library, without those it needs; and
/// the repository that `bazel coverage` would download, made of Bazel's own sources.
const CUSTOMIZE: &str = r#"mkdir -p "$1/nix" "$1/opt" "$1/srv" && \
    chroot "$1" localedef -i de_DE -f UTF-8 de_DE.UTF-8 && \
    chroot "$1" sh -eu -c '
        mkdir /tmp/turbine && cd /tmp/turbine
        for name in turbine guava protobuf checker-qual error-prone-annotations; do
            jar -xf "/usr/share/java/$name.jar"
        done
        jar -c -f /tmp/turbine.jar -e com.google.turbine.main.Main .
        mv /tmp/turbine.jar \
            /usr/lib/x86_64-linux-gnu/bazel/java_tools/turbine_direct_binary_deploy.jar
        rm -r /tmp/turbine

        from=/usr/src/bazel-bootstrap/tools/test/CoverageOutputGenerator/java
        package=com/google/devtools/coverageoutputgenerator
        to=/usr/lib/x86_64-linux-gnu/bazel/coverage_tools
        jars="guava gson jcommander jsr305 auto-value auto-value-annotations auto-common escapevelocity"
        mkdir "$to" /tmp/coverage && cd /tmp/coverage
        javac -nowarn -proc:full --release 17 -d . \
            -cp "$(for jar in $jars; do printf "/usr/share/java/$jar.jar:"; done)" \
            "$from/$package"/*.java
        for name in guava gson jcommander; do jar -xf "/usr/share/java/$name.jar"; done
        jar -c -f "$to/all_lcov_merger_tools_deploy.jar" -e com.google.devtools.coverageoutputgenerator.Main .
        cp "$from/$package/BUILD.remote" "$to/BUILD"
        touch "$to/WORKSPACE"
        rm -r /tmp/coverage'"#;

/// Identity of what [`provision`] makes; goes into the hash of store paths.
pub fn key() -> String {
    stamp::key(&[PACKAGES, CUSTOMIZE])
}

/// Makes the root at `base/` of the lab with mmdebstrap.
pub fn provision(lab: &Utf8Path) -> Result<Utf8PathBuf> {
    stamp::folder(lab, "base", &key(), |dir| {
        let customize = format!("--customize-hook={CUSTOMIZE}");
        apt::bootstrap(PACKAGES, &[&customize], dir)
    })
}
