// Which spawns a search finds: those that hold all of its words, and none of those that a minus
// stands before. It must not know what is done with them.

/** What is searched of each row, in small letters; made when it is first asked for. */
function searched(build) {
  build.texts ??= Array.from({ length: build.size }, (_, row) =>
    [
      build.labelOf(row),
      build.mnemonicOf(row),
      build.outputOf(row),
      build.runnerOf(row),
      STATES[build.state[row]].name,
      build.statusOf(row),
    ].join("\n").toLowerCase());
  return build.texts;
}

/** A function that says whether a text in small letters is found; `null` for an empty search. */
function finder(query) {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "" && word !== "-");
  if (words.length === 0) return null;
  const without = words.filter((word) => word.startsWith("-")).map((word) => word.slice(1));
  const within = words.filter((word) => !word.startsWith("-"));
  return (text) =>
    within.every((word) => text.includes(word)) && !without.some((word) => text.includes(word));
}

/** For each row of a build 1 where the search finds it, else 0; `null` for an empty search. */
function matching(build, query) {
  const finds = finder(query);
  return finds && Uint8Array.from(searched(build), (text) => finds(text) ? 1 : 0);
}
