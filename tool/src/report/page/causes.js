// The causes, each with what differs, what to do about it, and its spawns as a tree. It must not
// know how a cause was found.

let causeTree;

/** Draws them, as far as the search finds any of their spawns. */
function causes() {
  const section = byId("causes");
  section.querySelector("h2").textContent = page.compared ? "Causes" : "Why spawns were no hits";
  causeTree = new Tree(section.querySelector(".tree"));
  watch(["query"], () => {
    const nodes = page.causes.map(causeNode).filter((node) => node !== null);
    causeTree.draw(nodes);
    section.querySelector(".lead").textContent = lead(nodes.length);
  });
}

function lead(shown) {
  const all = page.causes.length;
  if (all === 0) {
    return page.compared
      ? "Every spawn that both builds have is the same action in both, and every shared one was a hit."
      : "Every spawn was a hit.";
  }
  if (shown < all) return `${count(shown)} of ${counted(all, "cause")} with a spawn that is found.`;
  if (!page.compared) {
    return "One log tells which spawns were no hits. Why an action is another one than that of a build before takes the logs of both.";
  }
  return `${counted(all, "cause")}, the one with the most spawns first.`;
}

/** The node of a cause, or `null` where nothing of it is found. */
function causeNode(cause, index) {
  const links = chain(cause);
  const finds = finder(view.query);
  const whole = finds === null || finds(`${cause.title}\n${cause.subject}`.toLowerCase());
  const kept = whole ? null : found(links, finds);
  if (kept?.size === 0) return null;
  const all = cause.firsts + cause.followers;
  return {
    id: `cause-${index}`,
    head: () => [
      el("span", { class: "title" }, cause.title),
      el("code", { class: "subject", title: cause.subject }, cause.subject),
      page.compared && !cause.breaks_parity ? el("span", { class: "aside" }, "good to know") : null,
      el("span", { class: "count" }, counted(all, "spawn")),
      bar(all / largest, "miss"),
    ],
    body: () => explained(cause),
    children: () => spawnNodes(`cause-${index}`, links, links.top, kept, cause),
  };
}

/** How many spawns the largest cause has. */
const largest = page.causes.reduce((most, { firsts, followers }) => Math.max(most, firsts + followers), 1);

function spawnNodes(parent, links, list, kept, cause) {
  const shown = kept === null ? list : list.filter((name) => kept.has(name));
  return shown.map((name) => {
    const below = links.below.get(name) ?? [];
    const reads = links.followed.get(name)?.path;
    const number = countBelow(links, name);
    return {
      id: `${parent}-${name}`,
      head: () => [
        el("span", { class: "mnemonic" }, names.mnemonicOf(name)),
        labelled(names.labelOf(name)),
        reads === undefined
          ? el("code", { class: "path" }, names.outputOf(name))
          : el("code", { class: "path", title: `reads ${reads}` }, "← ", reads),
        number === 0 ? null : el("span", { class: "count" }, counted(number, "follower")),
        // Of a leaf, the whole line does it.
        below.length === 0 ? null : detailsButton(name),
      ],
      children: below.length === 0
        ? null
        : () => spawnNodes(`${parent}-${name}`, links, below, kept, cause),
      act: () => showName(name),
    };
  });
}

const detailsButton = (name) =>
  el("button", {
    type: "button",
    class: "quiet",
    tabindex: "-1",
    "aria-label": `Details of ${names.labelOf(name)}`,
    onclick: () => showName(name),
  }, "details");

function explained({ details, advice, firsts, followers, first, follower }) {
  const cut = firsts + followers - first.length - follower.length;
  return [
    ...details.map(({ what, a, b }) =>
      el(
        "dl",
        { class: "sides" },
        el("dt", {}, what),
        ...[["A", a, b], ["B", b, a]].filter(([, text]) => text !== null).flatMap(([side, text, other]) => [
          el("dd", {}, el("b", {}, side), el("code", {}, ...differing(text, other ?? ""))),
        ]),
      )),
    el("p", { class: "advice" }, ...quoted(advice)),
    el("p", { class: "seen" }, `Seen first in ${counted(firsts, "spawn")}; ${
      followers === 0 ? "none follows" : `${counted(followers, "spawn")} follow${followers === 1 ? "s" : ""}`
    }.${cut > 0 ? ` Not named in this report: ${count(cut)}.` : ""}`),
  ];
}

/** A text in which words between backticks are code. */
const quoted = (text) => text.split("`").map((part, index) => index % 2 === 0 ? part : el("code", {}, part));

/** `text` with what is not in `other`, between a common head and tail, marked. */
function differing(text, other) {
  if (other === "") return [text];
  const most = Math.min(text.length, other.length);
  let head = 0;
  while (head < most && text[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < most - head && text.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const [from, to] = [head, text.length - tail];
  return [text.slice(0, from), el("mark", {}, text.slice(from, to)), text.slice(to)];
}

/** Opens the cause of a spawn down to that spawn. */
function revealCause(build, row) {
  const index = build.cause[row];
  const links = chain(page.causes[index]);
  const name = nameOf(build, row);
  byId("query").value = "";
  show({ query: "" });
  const ids = [`cause-${index}`];
  for (const step of name === undefined ? [] : wayTo(links, name)) ids.push(`${ids.at(-1)}-${step}`);
  causeTree.reach(ids);
}
