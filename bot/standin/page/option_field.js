/** One option of a slash command: a pill that holds its name and what was typed or chosen. */

import { matching } from "./choices.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { closedList, converted, problemWith } from "./option_values.js";
import { preview } from "./preview.js";

/** @typedef {import("./listbox.js").ListItem} ListItem */
/** @typedef {import("./types.js").CommandOption} CommandOption */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {TextField | FileField} OptionField */

/**
 * The pill around an option's input.
 *
 * @param {CommandOption} option
 * @param {HTMLElement[]} content
 */
function pill({ name }, ...content) {
  return h(
    "label",
    { class: "pill", testid: "option-pill", data: { option: name } },
    h("span", { class: "pill-name" }, name),
    h("span", { class: "pill-value" }, content),
  );
}

/** An option that is typed, or chosen from a list while typing. */
export class TextField {
  /** @type {ListItem | null} */
  #picked = null;

  /**
   * @param {CommandOption} option
   * @param {Snapshot} state
   */
  constructor(option, state) {
    this.option = option;
    this.list = closedList(option, state);
    this.input = h("input", {
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      role: this.list || option.autocomplete ? "combobox" : null,
      "aria-label": `${option.name}: ${option.description}`,
      testid: "option-input",
      data: { option: option.name },
    });
    this.element = pill(option, this.input);
    this.input.addEventListener("input", () => this.#typed());
    this.#fit();
  }

  get text() {
    return this.input.value.trim();
  }

  get isEmpty() {
    return !this.text;
  }

  /** True when there is nothing left to choose. */
  get isSettled() {
    return Boolean(this.#picked) || (!this.list && !this.option.autocomplete);
  }

  /** @param {string} text */
  set(text) {
    this.input.value = text;
    this.#typed();
    this.#picked = this.#exactMatch();
  }

  /** @param {ListItem} item */
  pick(item) {
    this.input.value = item.label;
    this.#picked = item;
    this.#fit();
  }

  /** Items of the closed list that fit what was typed. */
  matches() {
    if (!this.list) return [];
    return this.#picked ? this.list : matching(this.list, this.text);
  }

  value() {
    const picked = this.#picked ?? this.#exactMatch();
    return converted(this.option, picked ? picked.value : this.text);
  }

  /** What is wrong with it, or null. */
  problem() {
    if (this.isEmpty) return this.option.required ? "is required" : null;
    if (this.#picked ?? this.#exactMatch()) return null;
    return this.list ? "must be one of the list" : problemWith(this.option, this.text);
  }

  focus() {
    this.input.focus();
  }

  #typed() {
    this.#picked = null;
    this.element.classList.remove("wrong");
    this.#fit();
  }

  #fit() {
    this.input.size = Math.min(60, Math.max(4, this.input.value.length));
  }

  #exactMatch() {
    const wanted = this.text.toLowerCase().replace(/^[@#]/, "");
    const same = (/** @type {ListItem} */ { label, value }) =>
      label.toLowerCase() === wanted || value === wanted;
    return this.list?.find(same) ?? null;
  }
}

/** An option that takes a file. */
export class FileField {
  /** @type {File | null} */
  file = null;
  isSettled = true;
  list = null;

  /** @param {CommandOption} option */
  constructor(option) {
    this.option = option;
    this.input = h("input", {
      type: "file",
      class: "visually-hidden",
      "aria-label": `${option.name}: ${option.description}`,
      testid: "option-file",
      data: { option: option.name },
      onChange: () => this.input.files?.[0] && this.setFile(this.input.files[0]),
    });
    this.face = h("span", { class: "pill-file" });
    this.element = pill(option, this.input, this.face);
    this.#draw();
  }

  get isEmpty() {
    return !this.file;
  }

  /** @param {File} file */
  setFile(file) {
    this.file = file;
    this.element.classList.remove("wrong");
    this.#draw();
  }

  value() {
    return this.file;
  }

  problem() {
    return this.isEmpty && this.option.required ? "is required" : null;
  }

  focus() {
    this.input.focus();
  }

  #draw() {
    this.face.replaceChildren(
      this.file ? preview(this.file, "upload") : icon("upload"),
      this.file?.name ?? "Choose, drop or paste a file",
    );
  }
}
