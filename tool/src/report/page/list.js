// A long list of which only the rows in sight exist. It must not know what a row shows.

const ROW = 30;
const SPARE = 8;

/** `pane` scrolls; `draw(index)` makes a row of `ROW` pixels. */
class List {
  constructor(pane, draw) {
    this.pane = pane;
    this.draw = draw;
    this.size = 0;
    this.sheet = el("div", { class: "sheet", role: "presentation" });
    pane.append(this.sheet);
    pane.addEventListener("scroll", () => this.#refill(), { passive: true });
    new ResizeObserver(() => this.#refill()).observe(pane);
  }

  /** Another list, of that many rows. */
  reset(size) {
    this.size = size;
    this.sheet.style.height = `${size * ROW}px`;
    this.redraw();
  }

  /** The same rows, drawn anew. */
  redraw() {
    this.range = null;
    this.#refill();
  }

  /** Scrolls as little as brings a row into sight. */
  reveal(index) {
    const { scrollTop, clientHeight } = this.pane;
    const top = index * ROW;
    if (top < scrollTop) this.pane.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.pane.scrollTop = top + ROW - clientHeight;
    this.#refill();
  }

  /** How many rows are in sight. */
  get page() {
    return Math.max(1, Math.floor(this.pane.clientHeight / ROW) - 1);
  }

  #refill() {
    const { scrollTop, clientHeight } = this.pane;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
    const last = Math.min(this.size, Math.ceil((scrollTop + clientHeight) / ROW) + SPARE);
    if (this.range?.first === first && this.range.last === last) return;
    this.range = { first, last };
    const rows = [];
    for (let index = first; index < last; index += 1) {
      const row = this.draw(index);
      row.style.transform = `translateY(${index * ROW}px)`;
      rows.push(row);
    }
    this.sheet.replaceChildren(...rows);
  }
}
