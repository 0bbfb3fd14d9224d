//! The root of Debian sid that has Bazel, Nix, Clang and a remote executor in the versions that are
//! needed, and what few stories want besides. It must not know what is built with them.

use std::process::Command;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::{Need, Needs, apt, stamp};
use crate::shell::{progress, run};

/// What every lab needs, with what it is for: Bazel and its Java tools, Nix with git and direnv, the
/// executor, the compiler and the JDK that go to the store (with what makes them run from there), the
/// static programs that actions and the worker use, and a web server.
const CORE: Part = Part {
    packages: "ca-certificates,bazel-bootstrap,bazel-java-tools,nix-bin,git,direnv,\
        justbuild,clang,lld,llvm,libclang-rt-21-dev,openjdk-25-jdk-headless,\
        patchelf,busybox-static,bash-static,locales,procps,nginx-light",
    customize: MOUNT_POINTS_AND_TURBINE,
};

/// Other compilers, JDKs and a code generator; the sources of what Bazel merges coverage with; what
/// runs and reads container images; and what reads and checks the manifests of Kubernetes.
const REST: Part = Part {
    packages: "openjdk-17-jdk-headless,openjdk-21-jdk-headless,mold,musl-dev,\
        g++-aarch64-linux-gnu,qemu-user,re2c,bazel-bootstrap-source,podman,crun,skopeo,umoci,\
        kustomize,python3-yaml,python3-jsonschema,python3-packaging,python3-typing-extensions",
    customize: COVERAGE_TOOLS,
};

/// Who wants [`REST`].
const WANT_REST: [Need; 6] = [
    Need::Separate,
    Need::Compilers,
    Need::Features,
    Need::Generator,
    Need::Containers,
    Need::Kubernetes,
];

/// Mount points, and the locale in which the second developer works; and Turbine, Bazel's
/// header compiler, as one jar that runs: Debian's is a library, without those it needs.
const MOUNT_POINTS_AND_TURBINE: &str = r#"mkdir -p "$1/nix" "$1/opt" "$1/srv" && \
    chroot "$1" localedef -i de_DE -f UTF-8 de_DE.UTF-8 && \
    chroot "$1" sh -eu -c '
        mkdir /tmp/turbine && cd /tmp/turbine
        for name in turbine guava protobuf checker-qual error-prone-annotations; do
            jar -xf "/usr/share/java/$name.jar"
        done
        jar -c -0 -f /tmp/turbine.jar -e com.google.turbine.main.Main .
        mv /tmp/turbine.jar \
            /usr/lib/x86_64-linux-gnu/bazel/java_tools/turbine_direct_binary_deploy.jar
        rm -r /tmp/turbine'"#;

/// The repository that `bazel coverage` would download, made of Bazel's own sources.
const COVERAGE_TOOLS: &str = r#"chroot "$1" sh -eu -c '
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

/// Packages, and what is done with them; `$1` is the root.
struct Part {
    packages: &'static str,
    customize: &'static str,
}

impl Part {
    fn key(&self) -> String {
        stamp::key(&[self.packages, self.customize])
    }

    fn customize(&self) -> String {
        format!("--customize-hook={}", self.customize)
    }
}

/// Identity of what everything is built with; goes into the hash of store paths.
pub fn key() -> String {
    CORE.key()
}

/// The same of what has programs of the rest in it.
pub fn key_with_rest() -> String {
    stamp::key(&[&CORE.key(), &REST.key()])
}

/// Makes the root at `base/` of the lab with mmdebstrap; one that has all is good for everything, and
/// one without the rest gets it when that is needed.
pub fn provision(lab: &Utf8Path, needs: &Needs) -> Result<Utf8PathBuf> {
    let (core, whole) = (key(), key_with_rest());
    let name = "base";
    if stamp::made(lab, name, &whole) {
        return stamp::folder(lab, name, &whole, |_| Ok(()));
    }
    if !needs.has_any(&WANT_REST) {
        return stamp::folder(lab, name, &core, |dir| {
            apt::bootstrap(CORE.packages, &[&CORE.customize()], dir)
        });
    }
    if stamp::made(lab, name, &core) {
        progress("base: more packages");
        return stamp::extend(lab, name, &whole, |dir| {
            apt::extend(REST.packages, dir)?;
            run(Command::new("sh").args(["-c", REST.customize, "sh", dir.as_str()])).map(drop)
        });
    }
    stamp::folder(lab, name, &whole, |dir| {
        let packages = format!("{},{}", CORE.packages, REST.packages);
        apt::bootstrap(&packages, &[&CORE.customize(), &REST.customize()], dir)
    })
}
