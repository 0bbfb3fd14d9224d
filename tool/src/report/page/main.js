// Puts the parts of the page together: what belongs to no section. Each section draws itself.

const KEYS = [
  ["/", "search"],
  ["Esc", "clear the search, close the details"],
  ["Tab", "go from part to part"],
  ["↑ ↓ ← →", "walk the causes, the timeline, the table"],
  ["Enter", "open a cause, show the details of a spawn"],
  ["+ −", "zoom the timeline; 0 shows all of it"],
];

const query = byId("query");

function keys() {
  byId("keys").querySelector("dl").append(...KEYS.flatMap(([key, what]) =>
    [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)]));
  byId("help").addEventListener("click", () => byId("keys").showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || byId("keys").open) return;
    const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.key === "/" && !typing) {
      event.preventDefault();
      query.select();
      query.focus();
    } else if (event.key === "?" && !typing) {
      byId("keys").showModal();
    } else if (event.key === "Escape" && view.selected !== null) {
      hideDetails();
    } else if (event.key === "Escape" && view.query !== "") {
      query.value = "";
      show({ query: "" });
    }
  });
}

/** Typing searches once nothing was typed for a moment. */
function search() {
  let waiting;
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show({ query: query.value }), 120);
  });
  watch(["build", "matches"], () => {
    const { build, matches: found } = view;
    const number = found === null ? build.size : found.reduce((sum, one) => sum + one, 0);
    byId("found").textContent = found === null
      ? counted(number, "spawn")
      : `${count(number)} of ${counted(build.size, "spawn")}`;
  });
}

/** Which of two builds is shown. */
function choice() {
  if (builds.length < 2) return;
  for (const build of builds) {
    const radio = el("input", {
      type: "radio",
      name: "build",
      checked: build === view.build ? "" : null,
      value: build.letter,
      onchange: () => show({ build, selected: null }),
    });
    byId("builds").append(el("label", { title: build.log.file }, radio, `Build ${build.letter}`));
  }
}

/** Shows a build, as if it was chosen. */
function showBuild(build) {
  byId("builds").querySelector(`[value="${build.letter}"]`).checked = true;
  show({ build, selected: null });
}

function warnings() {
  byId("warnings").hidden = page.warnings.length === 0;
  byId("warnings").querySelector("ul").append(...page.warnings.map((text) => el("li", {}, text)));
}

choice();
summary();
warnings();
causes();
const redraw = timeline();
mnemonics();
slowest();
table();
details();
search();
keys();
theme(redraw);
document.querySelector("footer").textContent =
  `Made by lre ${page.helper} from ${page.logs.map(({ file, format }) => `${file} (${format})`).join(" and ")}.`;
