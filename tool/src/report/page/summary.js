// The first thing that is read: how much came from the cache, and how many causes there are for
// the rest. It must not know the other sections.

/** Draws it for the build that is shown. */
function summary() {
  watch(["build"], () => {
    const { log, states, letter, duration: durations, state, timed } = view.build;
    const unshared = log.spawns - log.shared;
    const inMisses = durations.reduce((sum, ms, row) => sum + (state[row] === MISS ? ms ?? 0 : 0), 0);
    const parts = [
      { kind: "hit", count: states[HIT], name: states[HIT] === 1 ? "hit" : "hits" },
      { kind: "miss", count: states[MISS], name: states[MISS] === 1 ? "miss" : "misses" },
      { kind: "unshared", count: unshared, name: "not shared" },
    ];
    const facts = [
      [counted(log.spawns, "spawn"), `in ${letter === "" ? "" : `${letter}, `}${log.file}${began(log)}`],
      [timed ? duration(lasted(view.build)) : "–", "from the first start to the last end"],
      [durations.some((ms) => ms !== null) ? duration(inMisses) : "–", "in misses, added up"],
    ];
    if (page.compared) {
      const { matched, equal } = page.compared;
      facts.push([`${count(equal)} of ${count(matched)}`, "matched spawns have the same digest"]);
    }
    byId("summary").replaceChildren(
      el(
        "p",
        { class: "rate" },
        el("strong", {}, percent(log.hits, log.shared)),
        el("span", {}, `hit rate: ${count(log.hits)} of ${counted(log.shared, "shared spawn")}`),
      ),
      el("div", { class: "share", "aria-hidden": "true" }, parts.map(slice(log.spawns))),
      el("ul", { class: "parts" }, parts.map(({ kind, count: number, name }) =>
        el("li", {}, el("span", { class: `swatch ${kind}` }), `${count(number)} ${name}`))),
      el("dl", { class: "facts" }, facts.map(([number, what]) =>
        el("div", {}, el("dd", {}, number), el("dt", {}, what)))),
    );
  });
}

/** When a build was, on this reader's clock. */
const began = (log) => log.began === null
  ? ""
  : `, ${new Date(log.began).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}`;

/** How long a build took, as far as its spawns tell. */
function lasted(build) {
  lanes(build);
  return build.end;
}

const slice = (all) => ({ kind, count: number }) => {
  const part = el("span", { class: kind });
  part.style.flexGrow = all === 0 ? 0 : number / all;
  part.hidden = number === 0;
  return part;
};
