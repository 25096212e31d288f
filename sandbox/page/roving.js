/** A roving tab stop: the arrow keys move between the buttons and links of a list. */

const PRESSABLE = "button, a[href], [role=button]";
const KEYS = {
  ArrowDown: (place) => place + 1,
  ArrowRight: (place) => place + 1,
  ArrowUp: (place) => place - 1,
  ArrowLeft: (place) => place - 1,
  Home: () => 0,
  End: (_, last) => last,
};

export class Roving {
  #root;
  #stop = null; // the element that Tab reaches: the one last focused, or else the last one

  constructor(root) {
    this.#root = root;
    root.addEventListener("focusin", ({ target }) => this.#hold(target));
    root.addEventListener("keydown", (event) => this.#go(event));
  }

  /** Call this after a change in the list. */
  refresh() {
    const all = this.#all();
    const stop = all.includes(this.#stop) && this.#stop === document.activeElement ? this.#stop : all.at(-1);
    for (const element of all) element.tabIndex = element === stop ? 0 : -1;
    this.#stop = stop ?? null;
  }

  #all() {
    return [...this.#root.querySelectorAll(PRESSABLE)];
  }

  #hold(element) {
    if (element === this.#stop || !element.matches(PRESSABLE)) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    element.tabIndex = 0;
    this.#stop = element;
  }

  #go(event) {
    const next = KEYS[event.key];
    if (!next || !event.target.matches(PRESSABLE)) return;
    const all = this.#all();
    event.preventDefault();
    all[next(all.indexOf(event.target), all.length - 1)]?.focus();
  }
}
