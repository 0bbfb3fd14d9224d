// What the helper put into the page, with names for what its columns hold. It must not know how
// anything is shown.

const page = JSON.parse(document.getElementById("data").textContent);

/** What may be said of a spawn and the cache, by the number that stands for it in the columns. */
const STATES = [
  {
    kind: "hit",
    name: "hit",
    mark: "●",
    means: "Its result came from a cache.",
  },
  {
    kind: "miss",
    name: "miss",
    mark: "▲",
    means: "Its result may be shared, and was in no cache.",
  },
  {
    kind: "unshared",
    name: "local only",
    mark: "◇",
    means: "Its result may not be shared through a remote cache.",
  },
  {
    kind: "unshared",
    name: "uncacheable",
    mark: "◇",
    means: "Its result may not be cached.",
  },
];
const [HIT, MISS] = [0, 1];

/** A path from the number of its folder and the name in it. */
function path(folder, name) {
  const text = page.folders[folder];
  return text === "" ? name : `${text}/${name}`;
}

/** One of the builds: its spawns, by row. */
class Build {
  constructor(log, letter) {
    Object.assign(this, log.columns);
    this.log = log;
    this.letter = letter;
    this.size = log.columns.label.length;
    this.timed = log.columns.start.some((start) => start !== null);
  }

  labelOf = (row) => page.labels[this.label[row]];
  mnemonicOf = (row) => page.mnemonics[this.mnemonic[row]];
  outputOf = (row) => path(this.folder[row], this.name[row]);
  runnerOf = (row) => page.runners[this.runner[row]];
  statusOf = (row) => page.statuses[this.status[row]];
  causeOf = (row) => (this.cause[row] === null ? null : page.causes[this.cause[row]]);

  /** How many spawns are in each of the states. */
  get states() {
    const counts = STATES.map(() => 0);
    for (const state of this.state) counts[state] += 1;
    return counts;
  }
}

const builds = page.logs.map((log, index) =>
  new Build(log, page.logs.length > 1 ? "AB"[index] : "")
);
