// Light or dark: as the system says until the button is used. It must not know what is coloured.

const THEMES = ["auto", "light", "dark"];

/** Where this browser lets a page remember something, which it may refuse to a file. */
const remembered = {
  get: () => {
    try {
      return localStorage.getItem("lre-report-theme");
    } catch {
      return null;
    }
  },
  set: (theme) => {
    try {
      localStorage.setItem("lre-report-theme", theme);
    } catch {
      // Then the next page starts as the system says.
    }
  },
};

/** Sets up the button; `changed` is called once other colours hold. */
function theme(changed) {
  const button = byId("theme");
  const use = (name) => {
    document.documentElement.dataset.theme = name;
    const [mark, word] = { auto: ["◐", "Auto"], light: ["○", "Light"], dark: ["●", "Dark"] }[name];
    button.replaceChildren(mark, el("span", {}, ` ${word}`));
    button.setAttribute("aria-label", `Colours: ${name}`);
    changed();
  };
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme;
    const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    remembered.set(next);
    use(next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  const last = remembered.get();
  use(THEMES.includes(last) ? last : "auto");
}
