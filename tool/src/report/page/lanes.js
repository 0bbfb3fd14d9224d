// Spawns packed into lanes, so that no two of a lane overlap, and how many ran at each time. It
// must not know how they are drawn.

/** Where more than these ran at once, lanes are shared: there are not so many pixels. */
const MOST_LANES = 500;

/** The lanes of a build, each a list of rows by start; made when they are first asked for. */
function lanes(build) {
  if (build.lanes) return build.lanes;
  const timed = [];
  for (let row = 0; row < build.size; row += 1) if (build.start[row] !== null) timed.push(row);
  timed.sort((a, b) => build.start[a] - build.start[b]);
  const [packed, ends] = [[], []];
  build.lane = new Int32Array(build.size).fill(-1);
  build.end = 0;
  for (const row of timed) {
    const start = build.start[row];
    let lane = ends.findIndex((end) => end <= start);
    if (lane === -1 && packed.length < MOST_LANES) {
      lane = packed.length;
      packed.push([]);
    } else if (lane === -1) {
      lane = row % MOST_LANES;
    }
    packed[lane].push(row);
    build.lane[row] = lane;
    // What took no time is there all the same.
    ends[lane] = Math.max(ends[lane] ?? 0, start + Math.max(1, build.duration[row] ?? 0));
    build.end = Math.max(build.end, ends[lane]);
  }
  build.lanes = packed;
  return packed;
}

/** For each of three kinds how many spawns ran in each of `bins` parts of the time from..to. */
function concurrency(build, from, to, bins) {
  const width = (to - from) / bins;
  const sums = [0, 1, 2].map(() => new Float64Array(bins + 1));
  for (let row = 0; row < build.size; row += 1) {
    const start = build.start[row];
    if (start === null || !matches(row)) continue;
    const first = Math.max(0, (start - from) / width);
    const last = Math.min(bins, (start + Math.max(1, build.duration[row] ?? 0) - from) / width);
    if (last <= first) continue;
    const sum = sums[Math.min(2, build.state[row])];
    const [low, high] = [Math.floor(first), Math.floor(last)];
    if (low === high) {
      sum[low] += last - first;
      continue;
    }
    sum[low] += low + 1 - first;
    for (let bin = low + 1; bin < high; bin += 1) sum[bin] += 1;
    sum[high] += last - high;
  }
  return sums;
}

/** The index in a lane of the last spawn that starts at or before `time`, or -1. */
function before(build, lane, time) {
  let [low, high] = [0, lane.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (build.start[lane[middle]] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
