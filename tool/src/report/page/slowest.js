// The misses that took longest, of those that the search finds. It must not know the other
// sections.

const SLOWEST = 12;

/** Sets the list up. */
function slowest() {
  watch(["build", "matches"], () => {
    const section = byId("slowest");
    const top = slowestMisses(view.build);
    const most = view.build.duration[top[0]];
    section.querySelector("ol").replaceChildren(...top.map((row) => slowRow(row, most)));
    const note = section.querySelector(".note");
    note.hidden = top.length > 0;
    note.textContent = view.build.duration.every((ms) => ms === null)
      ? `${view.build.log.file} has no times of its spawns.`
      : "No miss is found.";
  });
}

/** The rows of the slowest misses, the slowest first. */
function slowestMisses({ size, state, duration: durations }) {
  const misses = [];
  for (let row = 0; row < size; row += 1) {
    if (state[row] === MISS && durations[row] !== null && matches(row)) misses.push(row);
  }
  return misses.sort((a, b) => durations[b] - durations[a]).slice(0, SLOWEST);
}

function slowRow(row, most) {
  const { build } = view;
  const ms = build.duration[row];
  return el("li", {}, el(
    "button",
    { type: "button", onclick: () => showDetails(row) },
    el("span", { class: "time" }, duration(ms)),
    el("span", { class: "mnemonic" }, build.mnemonicOf(row)),
    labelled(build.labelOf(row)),
    bar(most === 0 ? 0 : ms / most, "miss"),
  ));
}
