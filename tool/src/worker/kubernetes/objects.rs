//! The part of Kubernetes' and Kustomize's objects that we write, under their own names of
//! fields. It must not know what goes into them.

use std::collections::BTreeMap;

use serde::Serialize;

/// Labels, selectors, limits and other names with values.
pub type Names = BTreeMap<&'static str, String>;

/// `Kustomization` of kustomize.config.k8s.io/v1beta1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kustomization {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub resources: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config_map_generator: Vec<ConfigMap>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replicas: Vec<Replicas>,
}

impl Kustomization {
    /// One of `resources`, which changes nothing yet.
    pub fn of(resources: Vec<String>) -> Kustomization {
        Kustomization {
            api_version: "kustomize.config.k8s.io/v1beta1",
            kind: "Kustomization",
            resources,
            config_map_generator: Vec::new(),
            images: Vec::new(),
            replicas: Vec::new(),
        }
    }
}

/// `ConfigMapArgs`: Kustomize adds a hash of the files to the name, so that pods are started
/// anew where a file changed.
#[derive(Serialize)]
pub struct ConfigMap {
    pub name: String,
    pub files: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<GeneratorOptions>,
}

impl ConfigMap {
    /// One of `files`.
    pub fn of(name: impl Into<String>, files: &[&str]) -> ConfigMap {
        ConfigMap {
            name: name.into(),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            options: None,
        }
    }
}

/// `GeneratorOptions`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GeneratorOptions {
    pub disable_name_suffix_hash: bool,
}

/// `Image`: another name for the image `name`; tag and digest stay.
#[derive(PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageName {
    pub name: String,
    pub new_name: String,
}

#[derive(Serialize)]
pub struct Replicas {
    pub name: String,
    pub count: u32,
}

/// What all objects have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object<Spec> {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub metadata: Metadata,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<Spec>,
}

#[derive(Default, Serialize)]
pub struct Metadata {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "Names::is_empty")]
    pub labels: Names,
}

/// `DeploymentSpec`.
#[derive(Serialize)]
pub struct Deployment {
    pub replicas: u32,
    pub selector: Selector,
    pub strategy: Strategy,
    pub template: Template,
}

/// `StatefulSetSpec`: its pods have numbers, and each keeps its claims when it starts anew.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatefulSet {
    pub replicas: u32,
    pub selector: Selector,
    pub service_name: String,
    pub pod_management_policy: &'static str,
    pub template: Template,
    pub volume_claim_templates: Vec<Claim>,
}

/// `PersistentVolumeClaim`, as a template.
#[derive(Serialize)]
pub struct Claim {
    pub metadata: Metadata,
    pub spec: ClaimSpec,
}

/// `PersistentVolumeClaimSpec`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimSpec {
    pub access_modes: [&'static str; 1],
    pub resources: ClaimResources,
}

/// `VolumeResourceRequirements`, in Kubernetes' quantities.
#[derive(Serialize)]
pub struct ClaimResources {
    pub requests: Names,
}

/// `TopologySpreadConstraint`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Spread {
    pub max_skew: u32,
    pub topology_key: &'static str,
    pub when_unsatisfiable: &'static str,
    pub label_selector: Selector,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    pub match_labels: Names,
}

#[derive(Serialize)]
pub struct Strategy {
    pub r#type: &'static str,
}

#[derive(Serialize)]
pub struct Template {
    pub metadata: Metadata,
    pub spec: Pod,
}

/// `PodSpec`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pod {
    pub automount_service_account_token: bool,
    pub enable_service_links: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub share_process_namespace: bool,
    pub node_selector: Names,
    pub security_context: PodSecurity,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topology_spread_constraints: Vec<Spread>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_containers: Vec<Container>,
    pub containers: Vec<Container>,
    pub volumes: Vec<Volume>,
}

/// `PodSecurityContext`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSecurity {
    pub run_as_non_root: bool,
    pub run_as_user: u32,
    pub run_as_group: u32,
    pub fs_group: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fs_group_change_policy: Option<&'static str>,
    pub seccomp_profile: Seccomp,
}

#[derive(Serialize)]
pub struct Seccomp {
    pub r#type: &'static str,
}

/// `Container`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    pub name: &'static str,
    pub image: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    pub args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<Variable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<ContainerPort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_probe: Option<Probe>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_probe: Option<Probe>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_probe: Option<Probe>,
    pub resources: Resources,
    pub security_context: Security,
    pub volume_mounts: Vec<Mount>,
}

#[derive(Serialize)]
pub struct Variable {
    pub name: &'static str,
    pub value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerPort {
    pub name: &'static str,
    pub container_port: u16,
}

/// `Probe`; times are seconds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    pub tcp_socket: Socket,
    pub period_seconds: u32,
    pub failure_threshold: u32,
}

#[derive(Serialize)]
pub struct Socket {
    pub port: &'static str,
}

/// `ResourceRequirements`, in Kubernetes' quantities.
#[derive(Serialize)]
pub struct Resources {
    pub requests: Names,
    pub limits: Names,
}

/// `SecurityContext`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Security {
    pub allow_privilege_escalation: bool,
    pub read_only_root_filesystem: bool,
    pub capabilities: Capabilities,
}

#[derive(Serialize)]
pub struct Capabilities {
    pub drop: [&'static str; 1],
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mount {
    pub name: &'static str,
    pub mount_path: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
}

/// `Volume`: one of the kinds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    pub name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_dir: Option<EmptyDir>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<ConfigMapVolume>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmptyDir {
    pub size_limit: &'static str,
}

#[derive(Serialize)]
pub struct ConfigMapVolume {
    pub name: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// `ServiceSpec`.
#[derive(Serialize)]
pub struct Service {
    pub selector: Names,
    pub ports: Vec<ServicePort>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    pub name: &'static str,
    pub port: u16,
    pub target_port: &'static str,
}

/// `NetworkPolicySpec`: who may reach the pods of `pod_selector`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkPolicy {
    pub pod_selector: Selector,
    pub policy_types: [&'static str; 1],
    pub ingress: Vec<Ingress>,
}

/// `NetworkPolicyIngressRule`; without `from` it is everyone.
#[derive(Serialize)]
pub struct Ingress {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Peer>,
    pub ports: Vec<PolicyPort>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    pub pod_selector: Selector,
}

#[derive(Serialize)]
pub struct PolicyPort {
    pub port: u16,
}
