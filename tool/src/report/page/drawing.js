// The timeline as pixels: above how many spawns ran, below each in its lane. What falls on one
// pixel is drawn once, as what matters most. It must not know about mice and keys.

const [LOAD, AXIS, GAP] = [72, 18, 10];
/** Heights within a lane by kind, so that colour is not all that tells them apart. */
const TALL = [0.45, 1, 0.7];
/** Of the kinds on one pixel the one of the highest rank is drawn. */
const RANK = [0, 2, 1];

/** Draws `build` from time `from` to `to` on a canvas of that size; `at` is a row to mark. */
function drawTimeline(canvas, { build, from, to, width, height, at, colours }) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.clearRect(0, 0, width, height);
  const frame = { build, from, to, width, height, colours, scale: width / (to - from) };
  drawAxis(pen, frame);
  drawLoad(pen, frame);
  drawLanes(pen, frame);
  if (at !== null && build.lane[at] >= 0) drawMark(pen, frame, at);
}

function drawAxis(pen, { from, to, width, height, scale, colours }) {
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = "top";
  const step = niceStep((to - from) / Math.max(2, Math.floor(width / 110)));
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    const x = Math.round((time - from) * scale) + 0.5;
    pen.fillStyle = colours.line;
    pen.fillRect(x, LOAD, 1, height - LOAD);
    pen.fillStyle = colours.text;
    const text = tick(time, step);
    const right = x + 4 + pen.measureText(text).width > width;
    if (!right) pen.fillText(text, x + 4, LOAD + 3);
  }
  pen.fillStyle = colours.line;
  pen.fillRect(0, LOAD, width, 1);
}

/** One, two or five times a power of ten of milliseconds; of seconds and minutes what clocks have. */
function niceStep(ms) {
  const clock = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5];
  return clock.find((step) => step >= ms) ?? 36e5 * Math.ceil(ms / 36e5);
}

/** A time of the axis, as exact as its steps are. */
function tick(ms, step) {
  if (ms >= 60_000) {
    const seconds = Math.floor(ms / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const text = parts.slice(parts[0] === 0 ? 1 : 0).map((part, index) =>
      index === 0 ? `${part}` : `${part}`.padStart(2, "0")).join(":");
    return step < 1000 ? `${text}.${`${ms % 1000}`.padStart(3, "0")}` : text;
  }
  if (step >= 1000) return `${ms / 1000} s`;
  return ms >= 1000 ? `${(ms / 1000).toFixed(step >= 100 ? 1 : 3)} s` : `${ms} ms`;
}

function drawLoad(pen, { build, from, to, width, colours }) {
  const bins = Math.max(1, Math.floor(width / 2));
  const kinds = concurrency(build, from, to, bins);
  let most = 1;
  for (let bin = 0; bin < bins; bin += 1) {
    most = Math.max(most, kinds[0][bin] + kinds[1][bin] + kinds[2][bin]);
  }
  const room = LOAD - 16;
  for (let bin = 0; bin < bins; bin += 1) {
    let y = LOAD;
    for (const kind of [1, 2, 0]) {
      const tall = (kinds[kind][bin] / most) * room;
      pen.fillStyle = colours.kinds[kind];
      pen.fillRect((bin * width) / bins, y - tall, width / bins, tall);
      y -= tall;
    }
  }
  pen.fillStyle = colours.text;
  pen.fillText(`${count(Math.ceil(most))} at once`, 0, 0);
}

function drawLanes(pen, frame) {
  const { build, from, to, width, height, scale, colours } = frame;
  const all = lanes(build);
  const tall = laneHeight(all.length, height);
  for (const [index, lane] of all.entries()) {
    const top = LOAD + AXIS + index * tall;
    const first = Math.max(0, before(build, lane, from));
    // Spawns that end on a pixel that is taken already wait until the next one is free.
    let open = null;
    for (let place = first; place < lane.length; place += 1) {
      const row = lane[place];
      if (build.start[row] > to) break;
      const left = Math.max(0, (build.start[row] - from) * scale);
      const right = Math.min(width, (build.start[row] + Math.max(1, build.duration[row] ?? 0) - from) * scale);
      if (right < 0) continue;
      const kind = Math.min(2, build.state[row]);
      const rank = matches(row) ? 3 + RANK[kind] : RANK[kind];
      if (open !== null && right < open.left + 1) {
        if (rank > open.rank) Object.assign(open, { kind, rank });
        continue;
      }
      if (open !== null) drawSpawn(pen, open, top, tall, colours);
      open = { left, right: Math.max(left + 1, right - (right - left > 3 ? 1 : 0)), kind, rank };
    }
    if (open !== null) drawSpawn(pen, open, top, tall, colours);
  }
}

/** How tall a lane is, where there are that many; they fill the canvas. */
const laneHeight = (number, height) => (height - LOAD - AXIS - GAP) / Math.max(1, number);

function drawSpawn(pen, { left, right, kind, rank }, top, tall, colours) {
  const room = tall > 4 ? tall - 1 : tall;
  pen.globalAlpha = rank >= 3 ? 1 : 0.15;
  pen.fillStyle = colours.kinds[kind];
  const height = tall > 4 ? room * TALL[kind] : room;
  pen.fillRect(left, top + room - height, right - left, height);
  pen.globalAlpha = 1;
}

function drawMark(pen, { build, from, scale, height, colours }, row) {
  const tall = laneHeight(lanes(build).length, height);
  const left = (build.start[row] - from) * scale;
  const wide = Math.max(4, (build.duration[row] ?? 0) * scale);
  const top = LOAD + AXIS + build.lane[row] * tall;
  pen.strokeStyle = colours.focus;
  pen.lineWidth = 2;
  pen.strokeRect(left - 2, top - 2, wide + 3, Math.max(6, tall + 2));
}
