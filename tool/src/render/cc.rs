//! `cc/` of an environment: `cc_toolchain` and rules_cc's own unix configuration with probed
//! values. It passes facts on under rules_cc's names; no flag is invented here.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use camino::Utf8PathBuf;

use super::{Rendered, bazel_cpu};
use crate::manifest::{Cc, CompilerKind};
use crate::starlark::rules::{CcToolchain, CcToolchainConfig, Filegroup};
use crate::starlark::{BuildFile, Label};
use crate::tree::FileTree;

const PARSE_HEADERS: &str = "parse_headers.sh";
const MODULE_MAP: &str = "module.modulemap";
const CONFIG: &str = "config";

/// Tools that Bazel asks of every C++ toolchain, whether an action calls them or not.
const NEEDED: [&str; 6] = ["ar", "ld", "nm", "objcopy", "objdump", "strip"];

pub fn add_to(tree: &mut FileTree, environment: &Rendered, cc: &Cc) -> Result<()> {
    let module_map = cc.kind == CompilerKind::Clang;
    let shell = environment.probed.shell.as_ref();
    let mut compiler_files = Vec::new();
    if module_map {
        tree.add(environment.path("cc/module.modulemap"), modules(cc))?;
        compiler_files.push(Label::here(MODULE_MAP));
    }
    if let Some(shell) = shell {
        let script = parse_headers(shell, cc)?;
        tree.add_executable(environment.path("cc/parse_headers.sh"), script)?;
        compiler_files.push(Label::here(PARSE_HEADERS));
    }
    let mut file = BuildFile::public()?;
    file.add(&Filegroup {
        name: "empty",
        srcs: Vec::new(),
    })?;
    file.add(&Filegroup {
        name: "compiler-files",
        srcs: compiler_files,
    })?;
    let none = Label::here("empty");
    file.add(&CcToolchain {
        name: &format!("cc-compiler-{}", bazel_cpu(environment.probed.target.cpu)),
        all_files: Label::here("compiler-files"),
        ar_files: none.clone(),
        as_files: none.clone(),
        compiler_files: Label::here("compiler-files"),
        dwp_files: none.clone(),
        linker_files: none.clone(),
        module_map: module_map.then(|| Label::here(MODULE_MAP)),
        objcopy_files: none.clone(),
        strip_files: none,
        supports_header_parsing: shell.is_some(),
        supports_param_files: true,
        toolchain_config: Label::here(CONFIG),
    })?;
    file.add(&config(environment, cc)?)?;
    let text = file.print(&environment.comment(file!()))?;
    tree.add(environment.path("cc/BUILD"), text)
}

/// The names are those of Bazel's auto-configuration, and so are the variables that override them.
fn config<'a>(environment: &'a Rendered, cc: &'a Cc) -> Result<CcToolchainConfig<'a>> {
    let env = &environment.probed.env;
    let or = |variable: &str, probed: &'a str| env.get(variable).unwrap_or(probed);
    let libc = cc.libc.as_deref().unwrap_or("local");
    let kind = match cc.kind {
        CompilerKind::Clang => "clang",
        CompilerKind::Gcc => "gcc",
    };
    let flags = &cc.flags;
    let features = flags.extra_flags_per_feature.iter();
    Ok(CcToolchainConfig {
        name: CONFIG,
        abi_libc_version: or("ABI_LIBC_VERSION", libc),
        abi_version: or("ABI_VERSION", "local"),
        compile_flags: escape(&flags.compile_flags),
        compiler: or("BAZEL_COMPILER", kind),
        conly_flags: escape(&flags.conly_flags),
        coverage_compile_flags: escape(&flags.coverage_compile_flags),
        coverage_link_flags: escape(&flags.coverage_link_flags),
        cpu: or("BAZEL_TARGET_CPU", bazel_cpu(environment.probed.target.cpu)),
        cxx_builtin_include_directories: cc
            .include_directories
            .iter()
            .map(|d| d.as_str())
            .collect(),
        cxx_flags: escape(&flags.cxx_flags),
        dbg_compile_flags: escape(&flags.dbg_compile_flags),
        extra_flags_per_feature: features.map(|(k, v)| (k.as_str(), escape(v))).collect(),
        host_system_name: or("BAZEL_HOST_SYSTEM", &cc.triple),
        link_flags: escape(&flags.link_flags),
        link_libs: escape(&flags.link_libs),
        opt_compile_flags: escape(&flags.opt_compile_flags),
        opt_link_flags: escape(&flags.opt_link_flags),
        supports_start_end_lib: cc.start_end_lib,
        target_libc: or("BAZEL_TARGET_LIBC", libc),
        target_system_name: or("BAZEL_TARGET_SYSTEM", &cc.triple),
        tool_paths: tool_paths(environment, cc)?,
        toolchain_identifier: environment.name,
        unfiltered_compile_flags: escape(&flags.unfiltered_compile_flags),
    })
}

/// In a flag of a toolchain `%{…}` is a variable of the build, and `%%` a per cent sign.
fn escape(flags: &[String]) -> Vec<String> {
    flags.iter().map(|flag| flag.replace('%', "%%")).collect()
}

/// Bazel's name of the driver is `gcc`, whichever compiler it is. Where there
/// is no `cpp` the driver stands in for it: it preprocesses with -E.
fn tool_paths<'a>(environment: &Rendered, cc: &'a Cc) -> Result<BTreeMap<&'a str, &'a str>> {
    let mut paths: BTreeMap<&str, &str> = cc
        .tools
        .iter()
        .map(|(name, path)| (name.as_str(), path.as_str()))
        .collect();
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|tool| !paths.contains_key(tool))
        .collect();
    if !missing.is_empty() {
        bail!(
            "PATH has no {}, which a C++ toolchain needs; add the folder of its binutils to PATH",
            missing.join(", no ")
        );
    }
    paths.insert("gcc", cc.driver.as_str());
    paths.entry("cpp").or_insert(cc.driver.as_str());
    if environment.probed.shell.is_some() {
        paths.insert("parse_headers", PARSE_HEADERS);
    }
    Ok(paths)
}

/// Says which headers belong to the toolchain, so that layering_check lets
/// every target include them. One umbrella for each folder says it in a few lines.
fn modules(cc: &Cc) -> String {
    let mut text = String::from("module \"crosstool\" [system] {\n");
    for (index, folder) in cc.include_directories.iter().enumerate() {
        text += &format!("  module \"{index}\" {{\n    umbrella {folder:?}\n  }}\n");
    }
    text + "}\n"
}

/// Compiles a header alone, and leaves the empty output that Bazel waits for.
fn parse_headers(shell: &Utf8PathBuf, cc: &Cc) -> Result<String> {
    let driver = shlex::try_quote(cc.driver.as_str())?;
    Ok(format!(
        "#!{shell}\n\
         # Parses a header as a translation unit of its own. Bazel's parse_headers action\n\
         # declares an output, which a compiler that only checks syntax does not write.\n\
         set -euo pipefail\n\
         {driver} \"$@\"\n\
         while (($#)); do\n\
         \x20 if [[ $1 == @* ]]; then\n\
         \x20   mapfile -t arguments <\"${{1#@}}\"\n\
         \x20   shift\n\
         \x20   set -- \"${{arguments[@]}}\" \"$@\"\n\
         \x20   continue\n\
         \x20 fi\n\
         \x20 if [[ $1 == -o && ${{2-}} == *.processed ]]; then\n\
         \x20   : >\"$2\"\n\
         \x20 fi\n\
         \x20 shift\n\
         done\n"
    ))
}
