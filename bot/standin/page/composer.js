/** Where messages and commands are written. */

import { parseInvocation, slashEntries } from "./commands.js";
import { CommandForm } from "./command_form.js";
import { h } from "./dom.js";
import { localId } from "./history.js";
import { icon } from "./icons.js";
import { encodeMentions } from "./mentions.js";
import { channelName, maySend } from "./names.js";
import { ReplyBar } from "./reply_bar.js";
import { Suggestions } from "./suggestions.js";
import { toast } from "./toast.js";
import { Tray } from "./tray.js";

/** @typedef {import("./commands.js").Entry} Entry */
/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */

const TYPING_EVERY_MS = 8000;

export class Composer {
  /** @type {CommandForm | null} */
  #command = null;
  /** @type {Map<string, string>} what was typed, by channel */
  #drafts = new Map();
  #drawnChannel = "";
  #typedAt = 0;

  /**
   * @param {App} app
   * @param {HTMLFormElement} form
   */
  constructor(app, form) {
    this.app = app;
    this.form = form;
    this.popup = h("div", { class: "composer-popup" });
    this.tray = new Tray();
    this.replyBar = new ReplyBar(app.store);
    this.input = h("textarea", {
      rows: "1",
      testid: "composer-input",
      "aria-label": "Message",
      role: "combobox",
      "aria-expanded": "false",
    });
    this.error = h("div", { class: "composer-error", role: "alert", testid: "composer-error" });
    this.picker = h("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      tabindex: "-1",
      "aria-hidden": "true",
      testid: "file-input",
    });
    this.slot = h("div", { class: "composer-slot" }, this.input);
    this.suggestions = new Suggestions(app, this.input, this.popup, {
      onCommand: (entry) => this.startCommand(entry),
    });
    form.append(this.popup, this.replyBar.element, this.tray.element, this.#row(), this.error);
    this.#listen();
  }

  /** @param {File[]} files */
  addFiles(files) {
    if (!maySend(this.app.store.channel)) return toast("You cannot write in this channel.");
    if (!this.#command) {
      this.tray.add(files);
      return this.input.focus();
    }
    if (!files.every((file) => this.#command?.takeFile(file))) {
      this.#showError(`/${this.#command.entry.name} takes no more files.`);
    }
    return this.#command.focus();
  }

  /**
   * Fills in an example; a command becomes pills, nothing is sent.
   *
   * @param {string} text
   */
  fill(text) {
    const parsed = parseInvocation(text, slashEntries(this.app.store.state.commands));
    this.cancelCommand();
    if (parsed) return this.startCommand(parsed.entry, parsed.values);
    this.input.value = text;
    this.#typed();
    return this.input.focus();
  }

  /** @param {string} text added at the cursor */
  insert(text) {
    if (this.#command) return;
    this.input.setRangeText(text, this.input.selectionStart, this.input.selectionEnd, "end");
    this.#typed();
    this.input.focus();
  }

  /** @param {Message} message */
  startReply(message) {
    this.cancelCommand();
    this.replyBar.show(message);
    this.input.focus();
  }

  /**
   * @param {Entry} entry
   * @param {Record<string, string>} [values]
   */
  startCommand(entry, values = {}) {
    this.suggestions.close();
    this.#command?.close();
    this.#setText("");
    const onCancel = () => this.cancelCommand();
    const command = new CommandForm(this.app, entry, { popup: this.popup, onCancel });
    this.#command = command;
    this.slot.replaceChildren(command.element);
    command.fill(values);
    if (this.tray.files.length && command.takeFile(this.tray.files[0])) this.tray.take();
    command.focus();
  }

  /** Goes back from a command to plain text. */
  cancelCommand() {
    this.#showError("");
    if (!this.#command) return;
    this.#command.close();
    this.#command = null;
    this.slot.replaceChildren(this.input);
    this.input.focus();
  }

  /**
   * Runs a command; if the bot does not answer, a notice stays in the channel.
   *
   * @param {"slash" | "menu"} verb
   * @param {Record<string, any>} body
   * @param {string} name
   * @param {File[]} [files]
   * @returns {Promise<string | null>} why the stand-in refused it, or null
   */
  async runCommand(verb, body, name, files = []) {
    const channelId = this.app.store.channelId ?? "";
    const label = verb === "slash" ? `/${name}` : name;
    try {
      const request = { channel_id: channelId, ...body };
      const { acknowledged } = await this.app.interactions.send(verb, request, { files, label });
      void acknowledged.catch((error) => this.#notice(channelId, label, error.message));
      return null;
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      if (verb === "menu") toast(message);
      return message;
    }
  }

  #row() {
    const attach = h(
      "button",
      {
        type: "button",
        class: "composer-button",
        "aria-label": "Attach files",
        title: "Attach files",
        testid: "attach",
      },
      icon("plus"),
    );
    attach.addEventListener("click", () => this.picker.click());
    const send = h(
      "button",
      {
        type: "submit",
        class: "composer-send",
        "aria-label": "Send",
        title: "Send",
        testid: "send",
      },
      icon("send"),
    );
    return h("div", { class: "composer-row" }, attach, this.picker, this.slot, send);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.suggestions.close());
    this.picker.addEventListener("change", () => {
      this.addFiles([...(this.picker.files ?? [])]);
      this.picker.value = "";
    });
    this.app.store.on("channel", () => this.#switchChannel());
    this.app.store.on("snapshot", () => this.#setPlaceholder());
  }

  #switchChannel() {
    this.cancelCommand();
    this.replyBar.hide();
    this.#drafts.set(this.#drawnChannel, this.input.value);
    this.#drawnChannel = this.app.store.channelId ?? "";
    this.#setText(this.#drafts.get(this.#drawnChannel) ?? "");
    this.#setPlaceholder();
  }

  #setPlaceholder() {
    const { channel, state } = this.app.store;
    const writable = maySend(channel);
    this.form.classList.toggle("readonly", !writable);
    this.input.disabled = !writable;
    if (!channel) return;
    const mark = channel.type === 1 ? "@" : "#";
    this.input.placeholder = writable
      ? `Message ${mark}${channelName(channel, state)}, or type / for commands`
      : "You can read this channel, but not write in it";
  }

  #typed() {
    this.#showError("");
    this.#fit();
    const parsed =
      this.input.value.endsWith(" ") &&
      parseInvocation(this.input.value, slashEntries(this.app.store.state.commands));
    if (parsed && this.input.value.startsWith("/"))
      return this.startCommand(parsed.entry, parsed.values);
    this.suggestions.update();
    return this.#tellTyping();
  }

  #tellTyping() {
    const isText = this.input.value && !this.input.value.startsWith("/");
    if (!isText || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.app.api.act("typing", { channel_id: this.app.store.channelId }).catch(() => {});
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this.form.requestSubmit();
    else if (event.key === "Escape" && this.replyBar.message) this.replyBar.hide();
    else if (event.key === "ArrowUp" && !this.input.value) this.#editLast();
    else return;
    event.preventDefault();
  }

  #editLast() {
    const { history, state } = this.app.store;
    const mine = history.messages.filter(
      ({ author, notice }) => author.id === state.me.id && !notice,
    );
    const last = mine.at(-1);
    if (last) this.app.list.edit(last.id);
  }

  async #submit() {
    const written = this.input.value;
    const parsed =
      written.startsWith("/") &&
      parseInvocation(written.trim(), slashEntries(this.app.store.state.commands));
    if (!this.#command && parsed) this.startCommand(parsed.entry, parsed.values);
    if (this.#command) await this.#submitCommand(this.#command);
    else await this.#submitText();
  }

  /** @param {CommandForm} command */
  async #submitCommand(command) {
    const problem = command.check();
    if (problem) return this.#showError(problem);
    const { body, files } = command.invocation();
    void this.app.list.toBottom();
    const refusal = await this.runCommand("slash", body, command.entry.name, files);
    if (refusal) return this.#showError(refusal);
    return this.cancelCommand();
  }

  async #submitText() {
    const { store, api } = this.app;
    const content = encodeMentions(this.input.value.trim(), store.state);
    if (!content && !this.tray.files.length) return;
    const draft = { text: this.input.value, files: this.tray.take(), reply: this.replyBar.body() };
    const replied = this.replyBar.message;
    this.#setText("");
    this.replyBar.hide();
    this.#typedAt = 0;
    void this.app.list.toBottom();
    try {
      await api.act("say", { channel_id: store.channelId, content, ...draft.reply }, draft.files);
    } catch (error) {
      this.#setText(draft.text);
      this.tray.add(draft.files);
      if (replied) this.replyBar.show(replied);
      this.#showError(/** @type {Error} */ (error).message);
    }
  }

  /**
   * @param {string} channelId
   * @param {string} label
   * @param {string} reason
   */
  #notice(channelId, label, reason) {
    const { history, state } = this.app.store;
    if (channelId !== this.app.store.channelId) return toast(`${label}: ${reason}`);
    const timestamp = new Date().toISOString();
    const line = {
      id: localId(),
      channel_id: channelId,
      author: state.me,
      content: label,
      notice: reason,
    };
    history.merge([
      {
        ...line,
        timestamp,
        edited_timestamp: null,
        type: 0,
        mentions: [],
        attachments: [],
        embeds: [],
      },
    ]);
    return this.app.store.emit("history");
  }

  /** @param {string} text */
  #setText(text) {
    this.input.value = text;
    this.#fit();
    this.suggestions.close();
  }

  #fit() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${this.input.scrollHeight}px`);
  }

  /** @param {string} text */
  #showError(text) {
    this.error.textContent = text;
  }
}
