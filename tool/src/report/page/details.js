// All that the page knows of one spawn, beside the rest. It must not know who asked for it.

let asked = null;

/** Sets up the pane. */
function details() {
  const pane = byId("details");
  pane.querySelector("button").addEventListener("click", hideDetails);
  pane.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    hideDetails();
  });
  watch(["build", "selected"], () => {
    const { build, selected } = view;
    pane.hidden = selected === null;
    if (selected === null) return;
    pane.querySelector("h2").textContent = build.mnemonicOf(selected);
    pane.querySelector("dl").replaceChildren(...facts(build, selected).flatMap(([name, value]) =>
      value === null ? [] : [el("dt", {}, name), el("dd", {}, value)]));
  });
}

/** Shows a row of the build that is shown. */
function showDetails(row) {
  if (row === null || row === undefined) return;
  if (view.selected === null) asked = document.activeElement;
  show({ selected: row });
  byId("details").focus({ preventScroll: true });
}

function hideDetails() {
  show({ selected: null });
  if (asked?.isConnected) asked.focus({ preventScroll: true });
}

/** The file through which a cause reached a spawn, with the way to who made it; or `null`. */
function through(cause, name) {
  const follower = chain(cause).followed.get(name);
  if (follower === undefined) return null;
  const go = () => showName(follower.through);
  const maker = `${names.mnemonicOf(follower.through)} of ${names.labelOf(follower.through)}`;
  return [
    el("code", {}, follower.path),
    el("p", {}, "made by ", el("button", { type: "button", class: "link", onclick: go }, maker)),
  ];
}

function facts(build, row) {
  const cause = build.causeOf(row);
  const go = () => {
    hideDetails();
    revealCause(build, row);
  };
  const state = build.state[row];
  const [start, took] = [build.start[row], build.duration[row]];
  return [
    ["Target", el("code", {}, build.labelOf(row))],
    ["First output", el("code", {}, build.outputOf(row) || "none")],
    ["State", [stated(state), el("p", {}, STATES[state].means)]],
    ["Status", build.statusOf(row) || null],
    ["Runner", build.runnerOf(row) || "not in the log"],
    ["Duration", took === null ? "not in the log" : duration(took)],
    ["Start", start === null ? "not in the log" : `${duration(start)} after the first spawn`],
    ["Cause", cause && el("button", { type: "button", class: "link", onclick: go }, cause.title)],
    ["Through", cause && through(cause, nameOf(build, row))],
  ];
}
