/** The composer while a slash command is filled in: pills, their lists and the checks. */

import { OptionType } from "./commands.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { FileField, TextField } from "./option_field.js";
import { choiceItem } from "./option_values.js";

/** @typedef {import("./commands.js").Entry} Entry */
/** @typedef {import("./option_field.js").OptionField} OptionField */
/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").CommandOption} CommandOption */

const AUTOCOMPLETE_DELAY_MS = 120;

export class CommandForm {
  /** @type {Map<string, OptionField>} the options on show, in the command's order */
  #fields = new Map();
  /** @type {OptionField | null} */
  #focused = null;
  #timer = 0;
  #asked = 0;

  /**
   * @param {App} app
   * @param {Entry} entry
   * @param {{popup: HTMLElement, onCancel: () => void}} extra `popup` is where lists are shown
   */
  constructor(app, entry, { popup, onCancel }) {
    this.app = app;
    this.entry = entry;
    this.popup = popup;
    this.onCancel = onCancel;
    this.list = new Listbox({
      label: "Choices",
      testid: "option-choice",
      onPick: (item) => this.#pick(item),
      onActive: (id) => this.#focused?.input.setAttribute("aria-activedescendant", id),
    });
    this.pills = h("span", { class: "pills" });
    this.more = h("span", { class: "pill-more" });
    this.element = h(
      "div",
      { class: "command-form", testid: "command-form", data: { command: entry.name } },
      h("span", { class: "command-name" }, `/${entry.name}`),
      this.pills,
      this.more,
    );
    this.element.addEventListener("keydown", (event) => this.#key(event));
    for (const option of entry.options) if (option.required) this.#add(option);
    this.#draw();
  }

  /** @param {Record<string, string>} values texts by option name */
  fill(values) {
    for (const option of this.entry.options) {
      const text = values[option.name];
      if (text === undefined) continue;
      const field = this.#add(option);
      if (field instanceof TextField) field.set(text);
    }
    this.#draw();
  }

  /** Puts the cursor where something is missing. */
  focus() {
    const fields = [...this.#fields.values()];
    const field = fields.find(({ isEmpty }) => isEmpty) ?? fields.at(-1);
    if (field) field.focus();
    else /** @type {HTMLElement | null} */ (this.more.querySelector("button"))?.focus();
  }

  /**
   * Puts a dropped file into the first attachment option that is free.
   *
   * @param {File} file
   * @returns {boolean} false when the command takes no more files
   */
  takeFile(file) {
    const options = this.entry.options.filter(({ type }) => type === OptionType.ATTACHMENT);
    const free = options.find(({ name }) => this.#fields.get(name)?.isEmpty ?? true);
    if (!free) return false;
    const field = this.#add(free);
    if (field instanceof FileField) field.setFile(file);
    this.#draw();
    return true;
  }

  /**
   * Marks what is wrong and puts the cursor there.
   *
   * @returns {string | null} a sentence for the person
   */
  check() {
    for (const field of this.#fields.values()) {
      const problem = field.problem();
      field.element.classList.toggle("wrong", Boolean(problem));
      if (!problem) continue;
      field.focus();
      return `The option “${field.option.name}” ${problem}.`;
    }
    return null;
  }

  /** The body of the `slash` verb and its files. */
  invocation() {
    /** @type {Record<string, any>} */
    const options = {};
    /** @type {File[]} */
    const files = [];
    for (const [name, field] of this.#fields) {
      if (field.isEmpty) continue;
      options[name] = field instanceof FileField ? files.length : field.value();
      if (field instanceof FileField && field.file) files.push(field.file);
    }
    const { command, path } = this.entry;
    const body = { channel_id: this.app.store.channelId, command_id: command.id, path, options };
    return { body, files };
  }

  /** Hides the lists and forgets answers that are still under way. */
  close() {
    this.#asked += 1;
    clearTimeout(this.#timer);
    this.popup.replaceChildren();
  }

  /**
   * @param {CommandOption} option
   * @returns {OptionField}
   */
  #add(option) {
    const known = this.#fields.get(option.name);
    if (known) return known;
    const field =
      option.type === OptionType.ATTACHMENT
        ? new FileField(option)
        : new TextField(option, this.app.store.state);
    field.input.addEventListener("focus", () => this.#enter(field));
    field.input.addEventListener("input", () => this.#suggest(field));
    this.#fields.set(option.name, field);
    const order = this.entry.options.map(({ name }) => name);
    this.#fields = new Map(
      [...this.#fields].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)),
    );
    return field;
  }

  /** @param {OptionField} field */
  #remove(field) {
    const names = [...this.#fields.keys()];
    const before = names[names.indexOf(field.option.name) - 1];
    this.#fields.delete(field.option.name);
    this.#draw();
    if (before) this.#fields.get(before)?.focus();
    else this.focus();
  }

  #draw() {
    const focused = document.activeElement;
    this.pills.replaceChildren(...[...this.#fields.values()].map(({ element }) => element));
    const rest = this.entry.options.filter(({ name }) => !this.#fields.has(name));
    this.more.replaceChildren(...rest.map((option) => this.#addButton(option)));
    if (focused instanceof HTMLElement && this.pills.contains(focused)) focused.focus();
  }

  /** @param {CommandOption} option */
  #addButton(option) {
    const add = () => {
      const field = this.#add(option);
      this.#draw();
      field.focus();
    };
    const props = {
      type: "button",
      title: option.description,
      testid: "option-add",
      data: { option: option.name },
    };
    return h("button", { ...props, onClick: add }, icon("plus"), option.name);
  }

  /** @param {OptionField} field */
  #enter(field) {
    this.#focused = field;
    field.input.setAttribute("aria-controls", this.list.id);
    const { name, description, required } = field.option;
    this.list.show([]);
    this.popup.replaceChildren(
      h(
        "div",
        { class: "popup-head" },
        h("strong", {}, name),
        ` ${description}`,
        required ? h("span", { class: "popup-note" }, "required") : null,
      ),
      this.list.element,
    );
    this.#suggest(field);
  }

  /** @param {OptionField} field */
  #suggest(field) {
    if (!(field instanceof TextField)) return;
    if (field.list) this.list.show(field.matches());
    else if (field.option.autocomplete) this.#askLater(field);
  }

  /** @param {TextField} field */
  #askLater(field) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(field), AUTOCOMPLETE_DELAY_MS);
  }

  /** @param {TextField} field asks the bot to complete it; answers that come too late are dropped */
  async #ask(field) {
    const asked = ++this.#asked;
    const { command_id, channel_id, path, options } = this.#typedSoFar(field);
    const body = { command_id, channel_id, path, options, focused: field.option.name };
    const { choices } = await this.app.api.act("autocomplete", body).catch(() => ({ choices: [] }));
    if (asked !== this.#asked || this.#focused !== field) return;
    this.list.show(choices.map(choiceItem), { active: -1 });
  }

  /** @param {TextField} focused */
  #typedSoFar(focused) {
    const { body } = this.invocation();
    for (const [name, field] of this.#fields) {
      if (field instanceof FileField) delete body.options[name];
    }
    body.options[focused.option.name] = focused.text;
    return body;
  }

  /** @param {import("./listbox.js").ListItem} item */
  #pick(item) {
    const field = this.#focused;
    if (!(field instanceof TextField)) return;
    field.pick(item);
    this.list.show([]);
    const next = [...this.#fields.values()].find(({ isEmpty }) => isEmpty);
    (next ?? field).focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const field = this.#focused;
    const typing = event.target === field?.input && field instanceof TextField;
    const offered = typing && !field.isSettled ? this.list.active : undefined;
    if (event.key === "Escape") this.onCancel();
    else if (typing && event.key === "ArrowDown") this.list.move(1);
    else if (typing && event.key === "ArrowUp") this.list.move(-1);
    else if (event.key === "Enter" && offered) this.#pick(offered);
    else if (event.key === "Tab" && offered && !field?.isEmpty) this.#pick(offered);
    else if (event.key === "Backspace" && field?.isEmpty && event.target === field.input) {
      if (field.option.required) return;
      this.#remove(field);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
