// Elements, made with text and never with markup: what a log says cannot become a part of the
// page. It must not know what the page is about.

/** The element of that id. */
const byId = (id) => document.getElementById(id);

/**
 * An element. Properties that start with `on` are listeners, those that an element has are set,
 * and the rest become attributes; `null` and `false` leave an attribute out.
 */
function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (value !== null && value !== false) element.setAttribute(key, value);
  }
  // `append` makes text nodes of strings.
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}

/** A bar that is filled to a share from 0 to 1, for the eye alone. */
function bar(share, kind) {
  const fill = el("span", { class: `fill ${kind}` });
  fill.style.width = `${100 * share}%`;
  return el("span", { class: "track", "aria-hidden": "true" }, fill);
}
