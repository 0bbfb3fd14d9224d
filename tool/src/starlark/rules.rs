//! One struct for each rule that we emit, attributes in buildifier's order. Attribute
//! names and their meaning are documented by Bazel, rules_cc and rules_java; no value is chosen here.
#![expect(missing_docs, reason = "the rules document their own attributes")]

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Label, Load, Rule};

/// Implements [`Rule`] for structs; a load follows where the rule needs one.
macro_rules! rule {
    ($struct:ty) => {
        impl Rule for $struct {
            const LOAD: Option<Load> = None;
        }
    };
    ($struct:ty, $file:literal, $($symbol:literal),+) => {
        impl Rule for $struct {
            const LOAD: Option<Load> = Some(Load {
                file: $file,
                symbols: &[$($symbol),+],
            });
        }
    };
}

#[derive(Serialize)]
#[serde(rename = "package")]
pub struct Package<'a> {
    pub default_visibility: &'a [&'a str],
}
rule!(Package<'_>);

#[derive(Serialize)]
#[serde(rename = "exports_files")]
pub struct ExportsFiles<'a>(pub &'a [&'a str]);
rule!(ExportsFiles<'_>);

#[derive(Serialize)]
#[serde(rename = "filegroup")]
pub struct Filegroup<'a> {
    pub name: &'a str,
    pub srcs: Vec<Label>,
}
rule!(Filegroup<'_>);

#[derive(Serialize)]
#[serde(rename = "constraint_setting")]
pub struct ConstraintSetting<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_constraint_value: Option<Label>,
}
rule!(ConstraintSetting<'_>);

#[derive(Serialize)]
#[serde(rename = "constraint_value")]
pub struct ConstraintValue<'a> {
    pub name: &'a str,
    pub constraint_setting: Label,
}
rule!(ConstraintValue<'_>);

#[derive(Serialize)]
#[serde(rename = "platform")]
pub struct Platform<'a> {
    pub name: &'a str,
    pub constraint_values: Vec<Label>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exec_properties: BTreeMap<String, String>,
}
rule!(Platform<'_>);

#[derive(Serialize)]
#[serde(rename = "toolchain")]
pub struct Toolchain<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exec_compatible_with: Vec<Label>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_compatible_with: Vec<Label>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_settings: Vec<Label>,
    pub toolchain: Label,
    pub toolchain_type: Label,
}
rule!(Toolchain<'_>);

#[derive(Serialize)]
#[serde(rename = "config_setting")]
pub struct ConfigSetting<'a> {
    pub name: &'a str,
    pub values: BTreeMap<&'a str, &'a str>,
}
rule!(ConfigSetting<'_>);

#[derive(Serialize)]
#[serde(rename = "alias")]
pub struct Alias<'a, T> {
    pub name: &'a str,
    pub actual: T,
}
impl<T: Serialize> Rule for Alias<'_, T> {
    const LOAD: Option<Load> = None;
}

/// A value that depends on which condition holds.
#[derive(Serialize)]
#[serde(rename = "select")]
pub struct Select(pub BTreeMap<String, Label>);

#[derive(Serialize)]
#[serde(rename = "sh_toolchain")]
pub struct ShToolchain<'a> {
    pub name: &'a str,
    pub path: &'a str,
}
rule!(
    ShToolchain<'_>,
    "@bazel_tools//tools/sh:sh_toolchain.bzl",
    "sh_toolchain"
);

#[derive(Serialize)]
#[serde(rename = "cc_toolchain")]
pub struct CcToolchain<'a> {
    pub name: &'a str,
    pub all_files: Label,
    pub ar_files: Label,
    pub as_files: Label,
    pub compiler_files: Label,
    pub dwp_files: Label,
    pub linker_files: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module_map: Option<Label>,
    pub objcopy_files: Label,
    pub strip_files: Label,
    pub supports_header_parsing: bool,
    pub supports_param_files: bool,
    pub toolchain_config: Label,
}
rule!(
    CcToolchain<'_>,
    "@rules_cc//cc/toolchains:cc_toolchain.bzl",
    "cc_toolchain"
);

#[derive(Serialize)]
#[serde(rename = "cc_toolchain_config")]
pub struct CcToolchainConfig<'a> {
    pub name: &'a str,
    pub abi_libc_version: &'a str,
    pub abi_version: &'a str,
    pub compile_flags: Vec<String>,
    pub compiler: &'a str,
    pub conly_flags: Vec<String>,
    pub coverage_compile_flags: Vec<String>,
    pub coverage_link_flags: Vec<String>,
    pub cpu: &'a str,
    pub cxx_builtin_include_directories: Vec<&'a str>,
    pub cxx_flags: Vec<String>,
    pub dbg_compile_flags: Vec<String>,
    pub extra_flags_per_feature: BTreeMap<&'a str, Vec<String>>,
    pub host_system_name: &'a str,
    pub link_flags: Vec<String>,
    pub link_libs: Vec<String>,
    pub opt_compile_flags: Vec<String>,
    pub opt_link_flags: Vec<String>,
    pub supports_start_end_lib: bool,
    pub target_libc: &'a str,
    pub target_system_name: &'a str,
    pub tool_paths: BTreeMap<&'a str, &'a str>,
    pub toolchain_identifier: &'a str,
    pub unfiltered_compile_flags: Vec<String>,
}
rule!(
    CcToolchainConfig<'_>,
    "@rules_cc//cc/private/toolchain:unix_cc_toolchain_config.bzl",
    "cc_toolchain_config"
);

#[derive(Serialize)]
#[serde(rename = "java_runtime")]
pub struct JavaRuntime<'a> {
    pub name: &'a str,
    pub java_home: &'a str,
    pub version: u32,
}
rule!(
    JavaRuntime<'_>,
    "@rules_java//java/toolchains:java_runtime.bzl",
    "java_runtime"
);

#[derive(Serialize)]
#[serde(rename = "default_java_toolchain")]
pub struct DefaultJavaToolchain<'a> {
    pub name: &'a str,
    pub configuration: NonprebuiltToolchainConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijar: Option<Label>,
    pub java_runtime: Label,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub javabuilder_jvm_opts: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub singlejar: Option<Label>,
    pub source_version: &'a str,
    pub target_version: &'a str,
    pub toolchain_definition: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub turbine_jvm_opts: Vec<&'a str>,
}
rule!(
    DefaultJavaToolchain<'_>,
    "@rules_java//toolchains:default_java_toolchain.bzl",
    "NONPREBUILT_TOOLCHAIN_CONFIGURATION",
    "default_java_toolchain"
);

/// rules_java's own set of attributes, which it exports beside the macro.
#[derive(Serialize)]
#[serde(rename = "NONPREBUILT_TOOLCHAIN_CONFIGURATION")]
pub struct NonprebuiltToolchainConfiguration;
