// What the table of spawns has in its columns, and how each is ordered. Names are numbered in
// alphabetical order, so that numbers are compared. It must not know where the table is.

/** `order(build, row)` is a number by which rows are sorted; `null` comes last. */
const COLUMNS = [
  {
    id: "state",
    name: "State",
    order: (build, row) => build.state[row],
    cell: (build, row) => stated(build.state[row]),
  },
  {
    id: "mnemonic",
    name: "Mnemonic",
    order: (build, row) => build.mnemonic[row],
    cell: (build, row) => build.mnemonicOf(row),
  },
  {
    id: "label",
    name: "Target",
    order: (build, row) => build.label[row],
    cell: (build, row) => labelled(build.labelOf(row)),
  },
  {
    id: "output",
    name: "First output",
    order: (build, row) => nameRanks(build)[row],
    cell: (build, row) => el("span", { title: build.outputOf(row) }, build.name[row]),
  },
  {
    id: "runner",
    name: "Runner",
    order: (build, row) => build.runner[row],
    cell: (build, row) => build.runnerOf(row),
  },
  {
    id: "start",
    name: "Start",
    number: true,
    order: (build, row) => build.start[row],
    cell: (build, row) => duration(build.start[row]),
  },
  {
    id: "duration",
    name: "Duration",
    number: true,
    order: (build, row) => build.duration[row],
    cell: (build, row) => duration(build.duration[row]),
  },
];

/** For each row the place of its output's name in the alphabet; found when it is first asked for. */
function nameRanks(build) {
  if (build.ranks) return build.ranks;
  const { name } = build;
  const order = name.map((_, row) => row).sort((a, b) => name[a] < name[b] ? -1 : Number(name[a] > name[b]));
  build.ranks = new Uint32Array(build.size);
  for (let place = 1; place < order.length; place += 1) {
    const [last, row] = [order[place - 1], order[place]];
    build.ranks[row] = build.ranks[last] + Number(name[last] !== name[row]);
  }
  return build.ranks;
}

/** The rows, sorted by a column; rows that are equal in it stay as they ran. */
function sorted(build, rows, { order }, descending) {
  const sign = descending ? -1 : 1;
  const keys = new Float64Array(build.size);
  for (const row of rows) {
    const key = order(build, row);
    keys[row] = key === null ? Infinity : sign * key;
  }
  return rows.sort((a, b) => keys[a] - keys[b] || a - b);
}
