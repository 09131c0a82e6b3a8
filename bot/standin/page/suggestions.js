/** What the composer offers while text is typed: slash commands and mentions. */

import { matching } from "./choices.js";
import { matchingEntries, slashEntries } from "./commands.js";
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { mentionItems } from "./mentions.js";
import { nameOf } from "./names.js";

/** @typedef {import("./commands.js").Entry} Entry */
/** @typedef {import("./listbox.js").ListItem} ListItem */
/** @typedef {import("./types.js").App} App */

const MENTION = /(?:^|\s)([@#])([\p{L}\p{N}_.-]*)$/u;
const MOST_MENTIONS = 8;

export class Suggestions {
  /** @type {Listbox | null} */
  #list = null;

  /**
   * @param {App} app
   * @param {HTMLTextAreaElement} input
   * @param {HTMLElement} popup
   * @param {{onCommand: (entry: Entry) => void}} handlers
   */
  constructor(app, input, popup, { onCommand }) {
    this.app = app;
    this.input = input;
    this.popup = popup;
    this.onCommand = onCommand;
  }

  /** Looks at what was typed and offers what fits. */
  update() {
    const { value, selectionStart } = this.input;
    const mention = MENTION.exec(value.slice(0, selectionStart));
    if (/^\/[^\n]*$/.test(value)) this.#offerCommands(value.slice(1));
    else if (mention) this.#offerMentions(mention[1], mention[2]);
    else this.close();
  }

  close() {
    if (this.#list) this.popup.replaceChildren();
    this.#list = null;
    this.input.removeAttribute("aria-activedescendant");
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} true when the key was meant for the list
   */
  key(event) {
    const list = this.#list;
    if (!list) return false;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") list.move(1);
    else if (event.key === "ArrowUp") list.move(-1);
    else if (["Enter", "Tab"].includes(event.key) && list.active) list.options.onPick(list.active);
    else return false;
    event.preventDefault();
    return true;
  }

  /** @param {string} typed */
  #offerCommands(typed) {
    const { state } = this.app.store;
    const entries = matchingEntries(slashEntries(state.commands), typed);
    const items = entries.map((entry) => ({
      value: entry.name,
      label: `/${entry.name}`,
      description: entry.description,
      group: nameOf(state, state.bot),
      icon: h("span", { class: "avatar avatar-bot avatar-small" }),
      data: { command: entry.name },
    }));
    const empty = state.commands.length
      ? "No command of that name"
      : `${nameOf(state, state.bot)} has not registered its commands yet`;
    this.#offer({ items, testid: "command-option", label: "Commands", empty }, ({ value }) => {
      const entry = entries.find(({ name }) => name === value);
      if (entry) this.onCommand(entry);
    });
    this.popup.firstElementChild?.setAttribute("data-testid", "command-picker");
  }

  /**
   * @param {string} mark
   * @param {string} typed
   */
  #offerMentions(mark, typed) {
    const items = matching(mentionItems(this.app.store.state, mark), typed).slice(0, MOST_MENTIONS);
    const isWhole = items[0]?.label.toLowerCase() === typed.toLowerCase();
    if (!items.length || isWhole) return this.close();
    return this.#offer({ items, testid: "mention-option", label: "Mentions" }, ({ label }) => {
      const { value, selectionStart } = this.input;
      const start = selectionStart - typed.length;
      this.input.setRangeText(`${label} `, start, selectionStart, "end");
      this.close();
      if (!value) this.input.focus();
    });
  }

  /**
   * @param {{items: ListItem[], testid: string, label: string, empty?: string}} offer
   * @param {(item: ListItem) => void} onPick
   */
  #offer({ items, testid, label, empty }, onPick) {
    this.#list = new Listbox({
      label,
      testid,
      empty,
      onPick,
      onActive: (id) => this.input.setAttribute("aria-activedescendant", id),
    });
    this.popup.replaceChildren(this.#list.element);
    this.#list.show(items);
    this.input.setAttribute("aria-controls", this.#list.id);
  }
}
