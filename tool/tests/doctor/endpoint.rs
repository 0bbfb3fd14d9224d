//! What is made of what Bazel says of an endpoint, and that nothing is left of the Bazel that was asked.

use crate::setup::Setup;

const URL: &str = "grpc://executor.example:8980";
const EXECUTOR: &str = "--remote_executor=grpc://executor.example:8980";

/// A Bazel that answers `--version`, and keeps the workspace that it is started in; then does what
/// `script` says, with `$base` for the output base.
fn bazel(setup: &Setup, script: &str) {
    let kept = setup.path("kept");
    setup.program(
        "bazel",
        &format!(
            "[ \"$1\" = --version ] && {{ echo bazel 7.7.1; exit; }}\n\
             for word; do case $word in --output_base=*) base=${{word#*=}}; esac; done\n\
             rm -rf {kept}; cp -a . {kept}; echo \"$*\" > {kept}/words\n\
             out=$base/execroot/_main/bazel-out/k8-fastbuild/bin\n{script}"
        ),
    );
}

const RUNS: &str =
    "echo 'SUBCOMMAND: # //:probe_0' >&2; mkdir -p $out; touch $out/probe_0.out $out/probe_1.out";

#[test]
fn an_action_for_each_set_of_properties_is_sent_and_runs() {
    let setup = Setup::new();
    bazel(&setup, RUNS);
    let said = setup.doctor(&[EXECUTOR]);
    said.assert("endpoint", "ok", &[URL]);
    let actions = said.all("probe-action");
    assert_eq!(actions.len(), 2, "{actions:?}");
    for ((state, text), image) in actions.iter().zip(["lre-cc:", "lre-java:"]) {
        assert_eq!(*state, "ok");
        assert!(text.contains(image), "{text}");
    }
    assert_eq!(left(&setup), 0);
    let build = setup.place.read("kept/BUILD.bazel");
    assert!(build.contains("\"OSFamily\": \"Linux\""), "{build}");
}

#[test]
fn the_platforms_properties_are_those_of_the_module_file() {
    let setup = Setup::new();
    bazel(&setup, RUNS);
    let module = setup.place.read("work/MODULE.bazel");
    let tag = "lre.platform(exec_properties = {\"Pool\": \"big\"}, on_demand = True)\n";
    setup.write("work/MODULE.bazel", &format!("{module}{tag}"));
    let said = setup.doctor(&[EXECUTOR]);
    // Without images both environments ask for the same.
    said.assert(
        "probe-action",
        "ok",
        &["ISA=x86-64, OSFamily=Linux, Pool=big (of cc, java)"],
    );
}

#[test]
fn flags_about_the_endpoint_are_carried_over_and_no_others() {
    let setup = Setup::new();
    bazel(&setup, RUNS);
    let rc = "startup --host_jvm_args=-Dx=y --max_idle_secs=3\n\
              build:far --remote_executor=grpc://far.example --remote_header='x-key=se cret'\n\
              build --tls_certificate=ca.pem --noremote_upload_local_results\n\
              build --registry=file:///%workspace%/registry --copt=-g --remote_grpc_log=/log\n\
              build --bes_backend=grpc://other --remote_default_exec_properties=a=b\n\
              common --override_module=lre=third\n";
    let import = setup.place.read("work/.bazelrc");
    setup.write("work/.bazelrc", &format!("{import}{rc}"));
    let said = setup.doctor(&["--config=far"]);
    said.assert("endpoint", "ok", &["grpc://far.example"]);
    let work = setup.path("work");
    let kept = setup.place.read("kept/.bazelrc");
    assert_eq!(
        kept.lines().collect::<Vec<_>>(),
        [
            "startup --host_jvm_args=-Dx=y",
            &format!("build --override_module=lre={work}/third"),
            &format!("build --tls_certificate={work}/ca.pem"),
            "build --noremote_upload_local_results",
            &format!("build --registry=file:///{work}/registry"),
            "build --remote_executor=grpc://far.example",
            "build \"--remote_header=x-key=se cret\"",
            "build --remote_executor=grpc://far.example",
        ]
    );
    let module = setup.place.read("kept/MODULE.bazel");
    assert!(module.contains("name = \"lre\""), "{module}");
    let words = setup.place.read("kept/words");
    assert!(
        !words.contains("cret"),
        "a secret is for all to see: {words}"
    );
}

#[test]
fn an_endpoint_that_does_not_answer_is_told_in_bazels_words() {
    let setup = Setup::new();
    bazel(
        &setup,
        "echo 'ERROR: Failed to query remote execution capabilities: UNAVAILABLE: io exception' >&2\n\
         echo 'Connection refused: /127.0.0.1:1' >&2; exit 34",
    );
    let said = setup.doctor(&[EXECUTOR]);
    said.assert(
        "endpoint",
        "wrong",
        &[URL, "does not answer", "Connection refused: /127.0.0.1:1"],
    );
    assert!(said.all("probe-action").is_empty());
}

#[test]
fn an_action_that_fails_is_told_in_bazels_words() {
    let setup = Setup::new();
    bazel(
        &setup,
        "echo 'SUBCOMMAND: # //:probe_0' >&2; mkdir -p $out; touch $out/probe_1.out\n\
         echo 'ERROR: /x/BUILD.bazel:3:6: Probing //:probe_0 failed: (Exit 127): no bash' >&2; exit 1",
    );
    let actions = setup.doctor(&[EXECUTOR]);
    let actions = actions.all("probe-action");
    assert_eq!((actions[0].0, actions[1].0), ("wrong", "ok"));
    assert!(actions[0].1.contains("(Exit 127): no bash"), "{actions:?}");
}

#[test]
fn an_action_that_does_not_start_is_given_up_with_its_bazel() {
    let setup = Setup::new();
    bazel(
        &setup,
        "echo 'SUBCOMMAND: # //:probe_0' >&2; mkdir -p $out/closed; chmod 0 $out/closed\n\
         sleep 1000 & echo $! $$ > ${base%/*/*}/pids; wait",
    );
    let said = setup.doctor(&[EXECUTOR, "--action-limit=1"]);
    for (state, text) in said.all("probe-action") {
        assert_eq!(state, "wrong");
        assert!(text.contains("did not start within 1 s"), "{text}");
    }
    assert_eq!(left(&setup), 0);
    for pid in setup.place.read("pids").split_whitespace() {
        let mut looks = (0..500).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            lives(pid)
        });
        assert!(looks.any(|lives| !lives), "{pid} lives on");
    }
}

/// Whether a process is one that was not killed, or does not know it yet. A zombie has nobody who waits for
/// it where no init does.
fn lives(pid: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

#[test]
fn a_bazel_that_cannot_work_is_no_fault_of_the_endpoint() {
    let setup = Setup::new();
    bazel(
        &setup,
        "echo 'ERROR: Error computing the main repository mapping: no network' >&2; exit 36",
    );
    let said = setup.doctor(&[EXECUTOR]);
    said.assert(
        "endpoint",
        "unknown",
        &["did not come to ask", "no network"],
    );
    let said = setup.doctor(&[EXECUTOR, "--bazel=/nowhere/bazel"]);
    said.assert("endpoint", "unknown", &["/nowhere/bazel cannot be started"]);
}

/// How many temporary folders are left.
fn left(setup: &Setup) -> usize {
    let names = setup.place.names();
    names
        .iter()
        .filter(|name| name.starts_with("lre-doctor-"))
        .count()
}
