// Spawns added up by mnemonic, as far as the search finds them. It must not know the other
// sections.

const SUMS = [
  { name: "Mnemonic", key: (sum) => sum.mnemonic },
  { name: "Spawns", key: (sum) => sum.spawns, number: true },
  { name: "Hit rate", key: (sum) => (sum.shared === 0 ? -1 : sum.hits / sum.shared), number: true },
  { name: "Misses", key: (sum) => sum.shared - sum.hits, number: true },
  { name: "Time", key: (sum) => sum.time, number: true },
];
let sumOrder = { sum: SUMS[1], descending: true };

/** Sets the table up. */
function mnemonics() {
  watch(["build", "matches"], drawMnemonics);
}

function drawMnemonics() {
  const sums = added(view.build);
  const sign = sumOrder.descending ? -1 : 1;
  const { key } = sumOrder.sum;
  sums.sort((a, b) => sign * (key(a) - key(b)) || a.mnemonic - b.mnemonic);
  const most = Math.max(1, ...sums.map(({ spawns }) => spawns));
  byId("mnemonics").querySelector("table").replaceChildren(
    el("thead", {}, el("tr", {}, SUMS.map(sumHead))),
    el("tbody", {}, sums.map((sum) => sumRow(sum, most))),
  );
}

/** One sum for each mnemonic that is found. */
function added(build) {
  const sums = new Map();
  for (let row = 0; row < build.size; row += 1) {
    if (!matches(row)) continue;
    const mnemonic = build.mnemonic[row];
    let sum = sums.get(mnemonic);
    if (sum === undefined) {
      sum = { mnemonic, spawns: 0, shared: 0, hits: 0, time: 0, timed: false };
      sums.set(mnemonic, sum);
    }
    sum.spawns += 1;
    sum.hits += build.state[row] === HIT ? 1 : 0;
    sum.shared += build.state[row] <= MISS ? 1 : 0;
    sum.time += build.duration[row] ?? 0;
    sum.timed ||= build.duration[row] !== null;
  }
  return [...sums.values()];
}

function sumHead(sum, index) {
  const by = sum === sumOrder.sum;
  const said = by ? (sumOrder.descending ? "descending" : "ascending") : "none";
  const click = () => {
    sumOrder = { sum, descending: by ? !sumOrder.descending : sum.number === true };
    drawMnemonics();
    byId("mnemonics").querySelectorAll("th button")[index].focus();
  };
  const sign = by ? (sumOrder.descending ? " ↓" : " ↑") : "";
  return el(
    "th",
    { scope: "col", "aria-sort": said, class: sum.number ? "number" : "" },
    el("button", { type: "button", onclick: click }, `${sum.name}${sign}`),
  );
}

function sumRow({ mnemonic, spawns, shared, hits, time, timed }, most) {
  const name = page.mnemonics[mnemonic];
  const search = () => {
    byId("query").value = name;
    show({ query: name });
  };
  const find = el("button", { type: "button", class: "link", onclick: search }, name);
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, find),
    el("td", { class: "number" }, bar(spawns / most, "plain"), count(spawns)),
    el("td", { class: "number" }, shared === 0 ? null : bar(hits / shared, "hit"), percent(hits, shared)),
    el("td", { class: "number" }, count(shared - hits)),
    el("td", { class: "number" }, timed ? duration(time) : "–"),
  );
}
