// Who follows whom: a cause's spawns as a tree, from those at which it is seen first to those
// that read what these made. It must not know how it is drawn.

/** The tree of one cause: `below` gives followers by the name that they follow. */
function chain(cause) {
  if (cause.chain) return cause.chain;
  const below = new Map();
  const followed = new Map();
  for (const follower of cause.follower) {
    const { spawn, through } = follower;
    if (through === null) continue;
    followed.set(spawn, follower);
    if (!below.has(through)) below.set(through, []);
    below.get(through).push(spawn);
  }
  // Who made what is read may be unknown, or not be named where a long list was cut.
  const alone = cause.follower.filter(({ through }) => through === null).map(({ spawn }) => spawn);
  const top = new Set([...cause.first, ...alone]);
  for (const name of below.keys()) if (!followed.has(name)) top.add(name);
  cause.chain = { top: [...top], below, followed };
  return cause.chain;
}

/** How many spawns follow `name`, from near and far. */
function countBelow({ below }, name) {
  const waiting = [name];
  const seen = new Set(waiting);
  while (waiting.length > 0) {
    for (const next of below.get(waiting.pop()) ?? []) {
      if (!seen.has(next)) waiting.push(next);
      seen.add(next);
    }
  }
  return seen.size - 1;
}

/** The names of a chain that are found, with all that lead there. */
function found(chain, finds) {
  const kept = new Set();
  const keep = (name) => {
    while (name !== undefined && !kept.has(name)) {
      kept.add(name);
      name = chain.followed.get(name)?.through;
    }
  };
  for (const name of chain.top) if (finds(names.searched(name))) keep(name);
  for (const name of chain.followed.keys()) if (finds(names.searched(name))) keep(name);
  return kept;
}

/** The names from the first one down to `name`. */
function wayTo(chain, name) {
  const way = [name];
  let follower = chain.followed.get(name);
  while (follower !== undefined && !way.includes(follower.through)) {
    way.unshift(follower.through);
    follower = chain.followed.get(follower.through);
  }
  return way;
}
