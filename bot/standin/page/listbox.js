/** A list to choose from with the arrow keys, for pickers, autocompletion and selects. */

import { h } from "./dom.js";

/**
 * @typedef {{value: string, label: string, description?: string, icon?: Node | null,
 *   group?: string, data?: Record<string, string>}} ListItem
 */

let listCount = 0;

export class Listbox {
  /** @type {ListItem[]} */
  items = [];
  /** @type {Set<string>} values marked as chosen */
  chosen = new Set();
  #active = -1;
  #id = `list-${listCount++}`;

  /**
   * @param {{label: string, testid: string, multiple?: boolean, empty?: string,
   *   onPick: (item: ListItem) => void, onActive?: (optionId: string) => void}} options `testid`
   *   is the hook of each option; `onActive` tells the text field which option is highlighted.
   */
  constructor(options) {
    this.options = options;
    this.element = h("div", {
      class: "listbox",
      role: "listbox",
      id: this.#id,
      "aria-label": options.label,
      "aria-multiselectable": options.multiple ? "true" : null,
    });
  }

  get id() {
    return this.#id;
  }

  /** @returns {ListItem | undefined} */
  get active() {
    return this.items[this.#active];
  }

  /**
   * @param {ListItem[]} items
   * @param {{active?: number}} [options] which one is highlighted, none with -1
   */
  show(items, { active = 0 } = {}) {
    this.items = items;
    this.element.replaceChildren(...this.#rows());
    this.#highlight(Math.min(active, items.length - 1));
  }

  /** @param {1 | -1} step */
  move(step) {
    if (!this.items.length) return;
    const from = this.#active < 0 && step < 0 ? 0 : this.#active;
    this.#highlight((from + step + this.items.length) % this.items.length);
  }

  /** Marks which values are chosen. */
  mark() {
    this.#options().forEach((option, index) => {
      const isChosen = this.chosen.has(this.items[index].value);
      option.setAttribute("aria-selected", String(isChosen));
    });
  }

  /** @returns {HTMLElement[]} */
  #options() {
    return [...this.element.querySelectorAll("[role=option]")].map(
      (option) => /** @type {HTMLElement} */ (option),
    );
  }

  #rows() {
    /** @type {Node[]} */
    const rows = [];
    let group = "";
    this.items.forEach((item, index) => {
      if (item.group && item.group !== group)
        rows.push(h("div", { class: "list-group" }, item.group));
      group = item.group ?? "";
      rows.push(this.#row(item, index));
    });
    if (!rows.length && this.options.empty)
      rows.push(h("div", { class: "list-empty" }, this.options.empty));
    return rows;
  }

  /**
   * @param {ListItem} item
   * @param {number} index
   */
  #row(item, index) {
    return h(
      "div",
      {
        class: "list-option",
        role: "option",
        id: `${this.#id}-${index}`,
        "aria-selected": String(this.chosen.has(item.value)),
        testid: this.options.testid,
        data: { value: item.value, ...item.data },
        onPointermove: () => this.#highlight(index, { scroll: false }),
        onPointerdown: (/** @type {Event} */ event) => event.preventDefault(),
        onClick: () => this.options.onPick(item),
      },
      item.icon && h("span", { class: "list-icon" }, item.icon),
      h(
        "span",
        { class: "list-text" },
        h("span", { class: "list-label" }, item.label),
        item.description && h("span", { class: "list-description" }, item.description),
      ),
      this.options.multiple && h("span", { class: "list-check", "aria-hidden": "true" }),
    );
  }

  /**
   * @param {number} index
   * @param {{scroll?: boolean}} [options]
   */
  #highlight(index, { scroll = true } = {}) {
    if (index === this.#active && !scroll) return;
    this.#active = index;
    this.#options().forEach((option, at) => {
      option.classList.toggle("active", at === index);
      if (at === index && scroll) option.scrollIntoView({ block: "nearest" });
    });
    this.options.onActive?.(index < 0 ? "" : `${this.#id}-${index}`);
  }
}
