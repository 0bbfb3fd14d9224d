// Numbers and names as people read them. It must not know where they are shown.

const whole = new Intl.NumberFormat("en");

/** `1,234`. */
const count = (number) => whole.format(number);

/** `1 spawn`, `1,234 spawns`. */
const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** `98.7 %`; 100 and 0 only where all or none are meant. */
function percent(part, all) {
  if (all === 0) return "–";
  const share = (100 * part) / all;
  if (part === all || part === 0) return `${share} %`;
  return `${Math.min(99.9, Math.max(0.1, share)).toFixed(1)} %`;
}

/** Milliseconds as `3 ms`, `1.25 s`, `2 min 5 s`, `1 h 2 min`; a dash where there is none. */
function duration(ms) {
  if (ms === null) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A label in two parts, of which the first gives way where room is scarce. */
function labelled(label) {
  const colon = label.lastIndexOf(":");
  const cut = colon > 0 ? colon : 0;
  return el(
    "span",
    { class: "label", title: label },
    el("span", { class: "package" }, label.slice(0, cut)),
    el("span", { class: "target" }, label.slice(cut)),
  );
}

/** A state by its mark and its name: colour is never all that tells states apart. */
const stated = (state) =>
  el(
    "span",
    { class: `state ${STATES[state].kind}` },
    el("span", { class: "mark", "aria-hidden": "true" }, STATES[state].mark),
    STATES[state].name,
  );
