// What the user looks at: which build, which search, which spawn. Sections watch it and change
// it; it must not know any of them.

const view = {
  build: builds.at(-1),
  query: "",
  /** For each row whether the search finds it; `null` where nothing is searched for. */
  matches: null,
  /** Kinds of states that the table leaves out. */
  hidden: new Set(),
  /** A row of the build. */
  selected: null,
};

const watchers = [];

/** Calls `render` now, and whenever one of `keys` of the view changes. */
function watch(keys, render) {
  watchers.push({ keys, render });
  render();
}

/** Changes the view. */
function show(change) {
  Object.assign(view, change);
  if ("query" in change || "build" in change) {
    view.matches = matching(view.build, view.query);
    change.matches = view.matches;
  }
  for (const { keys, render } of watchers) {
    if (keys.some((key) => key in change)) render();
  }
}

/** Whether the search finds a row. */
const matches = (row) => view.matches === null || view.matches[row] === 1;
