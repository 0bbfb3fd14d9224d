// A tree of which only opened parts exist, and of a long part the beginning until more is asked
// for; arrow keys walk it. It must not know what its nodes stand for.

const SHOWN_AT_ONCE = 30;

/**
 * A node: `{ id, head, body, children }`. `head` and `body` are functions that make elements (a
 * line; what is below it once it is open), `children` one that makes nodes, or `null` for a leaf.
 * `act` is what Enter does, where it does not open and shut, and what a click does to a leaf.
 */
class Tree {
  constructor(root) {
    this.root = root;
    this.open = new Set();
    this.limits = new Map();
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("focusin", (event) => this.#enter(event.target.closest("[role=treeitem]")));
  }

  /** Draws these nodes anew; what was open stays open, and the focus stays where it was. */
  draw(nodes) {
    this.top = nodes;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.id : null;
    this.nodes = new Map();
    this.root.replaceChildren(...this.#items(nodes, 1, ""));
    const again = focused === null ? null : byId(focused);
    (again ?? this.root.querySelector("[role=treeitem]"))?.setAttribute("tabindex", "0");
    again?.focus({ preventScroll: true });
  }

  /** Opens the way down to a node, given as the ids of its ancestors and its own, and goes there. */
  reach(ids) {
    let [nodes, parent] = [this.top, ""];
    for (const id of ids) {
      const at = nodes.findIndex((node) => node.id === id);
      this.limits.set(parent, Math.max(at + 1, this.limits.get(parent) ?? SHOWN_AT_ONCE));
      if (id !== ids.at(-1)) this.open.add(id);
      [nodes, parent] = [nodes[at]?.children?.() ?? [], id];
    }
    this.draw(this.top);
    const item = byId(ids.at(-1));
    item?.focus();
    item?.firstElementChild.scrollIntoView({ block: "center" });
  }

  #items(nodes, level, parent) {
    const limit = this.limits.get(parent) ?? SHOWN_AT_ONCE;
    const items = nodes.slice(0, limit).map((node, index) =>
      this.#item(node, level, index + 1, nodes.length));
    if (nodes.length > limit) {
      items.push(this.#more(parent, nodes, level, limit));
    }
    return items;
  }

  #item(node, level, position, size) {
    const { id, children } = node;
    const open = children !== null && this.open.has(id);
    const item = el(
      "li",
      {
        id,
        role: "treeitem",
        tabindex: "-1",
        "aria-level": level,
        "aria-posinset": position,
        "aria-setsize": size,
        "aria-expanded": children === null ? null : String(open),
        "aria-labelledby": `${id}-head`,
      },
      el("div", { id: `${id}-head`, class: "line" }, node.head()),
    );
    this.nodes.set(id, { node, level });
    if (open) this.#fill(item, node, level);
    return item;
  }

  #fill(item, node, level) {
    if (node.body) item.append(el("div", { class: "body" }, node.body()));
    item.append(el("ul", { role: "group" }, this.#items(node.children(), level + 1, node.id)));
  }

  #more(parent, nodes, level, limit) {
    const id = `${parent}-more`;
    const node = {
      children: null,
      act: () => {
        this.limits.set(parent, limit + 10 * SHOWN_AT_ONCE);
        const items = this.#items(nodes, level, parent).slice(limit);
        byId(id).replaceWith(...items);
        this.#move(items[0]);
      },
    };
    this.nodes.set(id, { node, level });
    const text = `${count(nodes.length - limit)} more`;
    return el(
      "li",
      { id, role: "treeitem", tabindex: "-1", "aria-level": level },
      el("div", { class: "line more" }, text),
    );
  }

  /** Opens or shuts a node, as `open` says. */
  set(item, open) {
    const { node, level } = this.nodes.get(item.id);
    if (node.children === null || this.open.has(node.id) === open) return;
    item.setAttribute("aria-expanded", String(open));
    if (open) {
      this.open.add(node.id);
      this.#fill(item, node, level);
    } else {
      this.open.delete(node.id);
      for (const child of [...item.children].slice(1)) child.remove();
    }
  }

  #toggle(item) {
    const { node } = this.nodes.get(item.id);
    if (node.children === null) node.act?.();
    else this.set(item, !this.open.has(node.id));
  }

  #click(event) {
    const item = event.target.closest(".line")?.parentElement;
    if (!item || event.target.closest("button")) return;
    this.#move(item);
    this.#toggle(item);
  }

  #enter(item) {
    if (item === null) return;
    for (const other of this.root.querySelectorAll("[tabindex='0'][role=treeitem]")) {
      other.setAttribute("tabindex", "-1");
    }
    item.setAttribute("tabindex", "0");
  }

  #move(item) {
    item?.focus();
    item?.firstElementChild.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const item = event.target;
    if (item.role !== "treeitem" || event.ctrlKey || event.altKey || event.metaKey) return;
    const items = [...this.root.querySelectorAll("[role=treeitem]")];
    const at = items.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    const keys = {
      ArrowDown: () => this.#move(items[at + 1]),
      ArrowUp: () => this.#move(items[at - 1]),
      Home: () => this.#move(items[0]),
      End: () => this.#move(items.at(-1)),
      ArrowRight: () => {
        if (expanded === "false") this.set(item, true);
        else if (expanded === "true") this.#move(item.querySelector("[role=treeitem]"));
      },
      ArrowLeft: () => {
        if (expanded === "true") this.set(item, false);
        else this.#move(item.parentElement.closest("[role=treeitem]"));
      },
      Enter: () => (this.nodes.get(item.id).node.act ?? (() => this.#toggle(item)))(),
      " ": () => this.#toggle(item),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }
}
