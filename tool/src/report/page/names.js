// The spawns that causes name, which need not be in the build that is shown: a build may lack
// what the other one ran. It must not know how causes are drawn.

/** A build that has the spawn of a name, and its row there; the last build where several do. */
function place(name) {
  const rows = page.names[name];
  const at = rows.findLastIndex((row) => row !== null);
  return [builds[at], rows[at]];
}

const names = {
  labelOf: (name) => {
    const [build, row] = place(name);
    return build.labelOf(row);
  },
  mnemonicOf: (name) => {
    const [build, row] = place(name);
    return build.mnemonicOf(row);
  },
  outputOf: (name) => {
    const [build, row] = place(name);
    return build.outputOf(row);
  },
  /** What is searched of it, in small letters. */
  searched: (name) => {
    const [build, row] = place(name);
    return searched(build)[row];
  },
};

/** The name of a row of a build, or `undefined` where no cause names it. */
function nameOf(build, row) {
  const column = builds.indexOf(build);
  build.names ??= new Map(page.names.map((rows, name) => [rows[column], name]));
  return build.names.get(row);
}

/** Shows the details of a name, and with them the build that has it. */
function showName(name) {
  const [build, row] = place(name);
  const shown = page.names[name][builds.indexOf(view.build)];
  if (shown === null) showBuild(build);
  showDetails(shown ?? row);
}
