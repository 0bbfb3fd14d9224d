// What keys and the pointer do on the timeline. It must not know how it is drawn.

/** Arrow keys walk from spawn to spawn that the search finds; plus, minus and 0 zoom. */
function byKeys(canvas, { by, all, pan, select, at }) {
  const first = () => step(0, -1, 1);
  const keys = {
    ArrowRight: () => select(at() === null ? first() : step(view.build.lane[at()], placeOf(at()), 1)),
    ArrowLeft: () => select(at() === null ? first() : step(view.build.lane[at()], placeOf(at()), -1)),
    ArrowDown: () => select(at() === null ? first() : beside(at(), 1)),
    ArrowUp: () => select(at() === null ? first() : beside(at(), -1)),
    PageDown: () => pan(0.5),
    PageUp: () => pan(-0.5),
    "+": () => by(0.5),
    "=": () => by(0.5),
    "-": () => by(2),
    0: all,
    Enter: () => showDetails(at()),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
}

const placeOf = (row) => before(view.build, lanes(view.build)[view.build.lane[row]], view.build.start[row]);

/** The next spawn of a lane in a direction that is found, or `null`. */
function step(lane, place, direction) {
  const list = lanes(view.build)[lane] ?? [];
  for (let next = place + direction; next >= 0 && next < list.length; next += direction) {
    if (matches(list[next])) return list[next];
  }
  return null;
}

/** The spawn of the nearest lane in a direction that runs at the time of `row`, or nearly. */
function beside(row, direction) {
  const { build } = view;
  const all = lanes(build);
  for (let lane = build.lane[row] + direction; lane >= 0 && lane < all.length; lane += direction) {
    const place = before(build, all[lane], build.start[row]);
    const next = step(lane, place + 1, -1) ?? step(lane, place, 1);
    if (next !== null) return next;
  }
  return null;
}

/** A click shows details, a range that is drawn is zoomed to, the wheel zooms with Ctrl. */
function byPointer(canvas, tip, { by, all, zoom, time, size, select }) {
  let pressed = null;
  const hide = () => (tip.hidden = true);
  canvas.addEventListener("pointerdown", (event) => {
    pressed = event.offsetX;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const row = under(event, time, size());
    tip.hidden = row === null;
    if (row === null) return;
    tip.textContent = said(row);
    const right = event.offsetX > size().width / 2;
    tip.style.left = right ? "" : `${event.offsetX + 12}px`;
    tip.style.right = right ? `${size().width - event.offsetX + 12}px` : "";
    tip.style.top = `${event.offsetY + 14}px`;
  });
  canvas.addEventListener("pointerup", (event) => {
    if (pressed === null) return;
    const [from, to] = [pressed, event.offsetX].sort((a, b) => a - b);
    pressed = null;
    if (to - from > 6) {
      zoom(time(from), time(to));
      return;
    }
    const row = under(event, time, size());
    if (row === null) return;
    select(row);
    showDetails(row);
  });
  canvas.addEventListener("pointerleave", hide);
  canvas.addEventListener("dblclick", all);
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    by(event.deltaY > 0 ? 1.25 : 0.8, time(event.offsetX));
  }, { passive: false });
}

/** The row that is drawn where the pointer is, or `null`. */
function under({ offsetX, offsetY }, time, { width, height }) {
  const { build } = view;
  const all = lanes(build);
  const lane = Math.floor((offsetY - LOAD - AXIS) / laneHeight(all.length, height));
  if (lane < 0 || lane >= all.length || width === 0) return null;
  const slack = time(2) - time(0);
  const place = before(build, all[lane], time(offsetX) + slack);
  const row = all[lane][place];
  if (row === undefined) return null;
  const end = build.start[row] + (build.duration[row] ?? 0);
  return end + slack >= time(offsetX) ? row : null;
}
