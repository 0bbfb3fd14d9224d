// The timeline as something to use: zoomed by buttons, keys, the wheel and by drawing a range;
// walked from spawn to spawn. It must not know how it is drawn.

/** Sets it up; gives what draws it anew. */
function timeline() {
  const section = byId("timeline");
  const [canvas, tip] = [section.querySelector("canvas"), section.querySelector(".tip")];
  const swatches = legend(section.querySelector(".legend"));
  const range = { from: 0, to: 1 };
  let [at, size] = [null, { width: 0, height: 0 }];

  const draw = () => {
    if (size.width === 0 || !view.build.timed) return;
    drawTimeline(canvas, { build: view.build, ...range, ...size, at, colours: colours(swatches) });
  };
  const fit = () => {
    const number = lanes(view.build).length;
    size = { width: canvas.clientWidth, height: LOAD + AXIS + GAP + Math.min(420, Math.max(60, number * 14)) };
    canvas.style.height = `${size.height}px`;
    draw();
  };
  const zoom = (from, to) => {
    const end = Math.max(1, view.build.end);
    const wide = Math.min(end, Math.max(5, to - from));
    range.from = Math.min(end - wide, Math.max(0, from));
    range.to = range.from + wide;
    draw();
  };
  const by = (factor, time = at === null ? (range.from + range.to) / 2 : view.build.start[at]) => {
    const middle = Math.min(range.to, Math.max(range.from, time));
    zoom(middle - (middle - range.from) * factor, middle + (range.to - middle) * factor);
  };
  const all = () => zoom(0, view.build.end);
  const select = (row) => {
    if (row === null) return;
    at = row;
    const [start, wide] = [view.build.start[row], range.to - range.from];
    if (start < range.from || start > range.to) zoom(start - wide / 2, start + wide / 2);
    else draw();
    byId("timeline-said").textContent = said(row);
  };
  const time = (x) => range.from + (x / size.width) * (range.to - range.from);

  watch(["build"], () => {
    const { build } = view;
    at = null;
    byId("timeline-said").textContent = "";
    for (const part of section.querySelectorAll(".chart, .zoom, .legend")) part.hidden = !build.timed;
    const note = section.querySelector(".note");
    const untimed = build.start.filter((start) => start === null).length;
    note.hidden = untimed === 0;
    note.textContent = build.timed
      ? `Not drawn: ${counted(untimed, "spawn")} of which the log has no start. Of cache hits, Bazel need not write one.`
      : `${build.log.file} does not say when its spawns started.`;
    lanes(build);
    Object.assign(range, { from: 0, to: Math.max(1, build.end) });
    fit();
  });
  watch(["matches"], draw);
  new ResizeObserver(fit).observe(canvas);
  byKeys(canvas, { by, all, pan: (share) => {
    const step = (range.to - range.from) * share;
    zoom(range.from + step, range.to + step);
  }, select, at: () => at });
  byPointer(canvas, tip, { by, all, zoom, time, size: () => size, select });
  for (const button of section.querySelectorAll("[data-zoom]")) {
    const does = { in: () => by(0.5), out: () => by(2), all };
    button.addEventListener("click", does[button.dataset.zoom]);
  }
  return draw;
}

/** The legend, whose swatches have the colours that the canvas takes. */
function legend(place) {
  const kinds = [["hit", "hit, low"], ["miss", "miss, tall"], ["unshared", "not shared, medium"]];
  const swatches = kinds.map(([kind]) => el("span", { class: `swatch ${kind}` }));
  place.append(...kinds.map(([, name], index) => el("span", {}, swatches[index], name)));
  return swatches;
}

function colours(swatches) {
  const style = getComputedStyle(byId("timeline"));
  return {
    kinds: swatches.map((swatch) => getComputedStyle(swatch).backgroundColor),
    line: style.borderTopColor,
    text: style.columnRuleColor,
    focus: style.outlineColor,
  };
}

/** A spawn in one line. */
function said(row) {
  const { build } = view;
  const [start, took] = [duration(build.start[row]), duration(build.duration[row])];
  return `${build.mnemonicOf(row)} ${build.labelOf(row)}: ${STATES[build.state[row]].name}, ${took} from ${start}, ${build.runnerOf(row)}`;
}
