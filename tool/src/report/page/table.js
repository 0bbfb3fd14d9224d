// The table of all spawns that the search finds: sorted by its heads, walked with arrow keys. It
// must not know what is in its columns.

let rows = [];
let sort = { column: COLUMNS.find(({ id }) => id === "start"), descending: false };
let active = 0;

/** Sets it up. */
function table() {
  const section = byId("spawns");
  const [grid, heads, pane] = [".grid", ".heads", ".rows"].map((name) => section.querySelector(name));
  grid.setAttribute("aria-colcount", COLUMNS.length);
  const list = new List(pane, (index) => tableRow(index));
  const move = (index) => {
    if (rows.length === 0) return;
    active = Math.min(rows.length - 1, Math.max(0, index));
    list.reveal(active);
    list.redraw();
    grid.setAttribute("aria-activedescendant", `row-${active}`);
  };
  const refresh = () => {
    rows = sorted(view.build, visible(), sort.column, sort.descending);
    active = 0;
    heads.replaceChildren(headRow(heads, refresh));
    grid.setAttribute("aria-rowcount", rows.length + 1);
    grid.hidden = rows.length === 0;
    section.querySelector(".note").hidden = rows.length > 0;
    pane.scrollTop = 0;
    pane.style.height = `${Math.min(18, rows.length) * ROW + 2}px`;
    list.reset(rows.length);
    grid.removeAttribute("aria-activedescendant");
  };
  pane.addEventListener("click", (event) => {
    const row = event.target.closest("[role=row]");
    if (row === null) return;
    grid.focus({ preventScroll: true });
    move(Number(row.dataset.index));
    showDetails(rows[active]);
  });
  grid.addEventListener("focus", () => move(active));
  grid.addEventListener("keydown", (event) => {
    // The heads have keys of their own.
    if (event.target !== grid) return;
    const keys = {
      ArrowDown: () => move(active + 1),
      ArrowUp: () => move(active - 1),
      PageDown: () => move(active + list.page),
      PageUp: () => move(active - list.page),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      Enter: () => rows.length > 0 && showDetails(rows[active]),
    };
    if (!(event.key in keys) || event.altKey || event.metaKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  stateChoice();
  watch(["build", "matches", "hidden"], refresh);
  watch(["selected"], () => list.redraw());
}

/** Rows that are found and of a state that is shown. */
function visible() {
  const { build, hidden } = view;
  const kept = [];
  for (let row = 0; row < build.size; row += 1) {
    if (matches(row) && !hidden.has(STATES[build.state[row]].kind)) kept.push(row);
  }
  return kept;
}

function headRow(heads, refresh) {
  return el("div", { role: "row", class: "row" }, COLUMNS.map((column, index) => {
    const by = column === sort.column;
    const said = by ? (sort.descending ? "descending" : "ascending") : "none";
    const sign = by ? (sort.descending ? " ↓" : " ↑") : "";
    const click = () => {
      // Numbers are looked at from the largest down.
      sort = { column, descending: by ? !sort.descending : column.number === true };
      refresh();
      heads.querySelectorAll("button")[index].focus();
    };
    return el(
      "div",
      { role: "columnheader", "aria-sort": said, class: cellClass(column) },
      el("button", { type: "button", onclick: click }, `${column.name}${sign}`),
    );
  }));
}

function tableRow(index) {
  const row = rows[index];
  const { build } = view;
  const selected = row === view.selected;
  return el(
    "div",
    {
      id: `row-${index}`,
      role: "row",
      class: `row${index === active ? " active" : ""}`,
      "data-index": index,
      "aria-rowindex": index + 2,
      "aria-selected": String(selected),
    },
    COLUMNS.map((column) =>
      el("div", { role: "gridcell", class: cellClass(column) }, column.cell(build, row))),
  );
}

const cellClass = ({ id, number }) => `cell in-${id}${number ? " number" : ""}`;

/** One box for each kind of state, all of them ticked. */
function stateChoice() {
  for (const [kind, name] of [["hit", "hits"], ["miss", "misses"], ["unshared", "not shared"]]) {
    const change = ({ target }) => {
      const hidden = new Set(view.hidden);
      if (target.checked) hidden.delete(kind);
      else hidden.add(kind);
      show({ hidden });
    };
    byId("states").append(el(
      "label",
      {},
      el("input", { type: "checkbox", checked: "", value: kind, onchange: change }),
      el("span", { class: `swatch ${kind}` }),
      name,
    ));
  }
}
