/** Where messages and commands are written. */

import { parseInvocation, slashEntries } from "./commands.js";
import { CommandForm } from "./command_form.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { encodeMentions } from "./mentions.js";
import { markedName, maySend, nameOf } from "./names.js";
import { ReplyBar } from "./reply_bar.js";
import { runCommand } from "./run_command.js";
import { Suggestions } from "./suggestions.js";
import { toast } from "./toast.js";
import { Tray } from "./tray.js";

/** @typedef {import("./commands.js").Entry} Entry */
/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */

const TYPING_EVERY_MS = 8000;
const MAX_MESSAGE_CHARS = 2000;
const NARROW = matchMedia("(width <= 760px)");

export class Composer {
  /** @type {CommandForm | null} */
  #command = null;
  /** @type {Map<string, {text: string, files: File[]}>} what was begun, by person and channel */
  #drafts = new Map();
  #place = "";
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
      "aria-autocomplete": "list",
    });
    this.error = h("div", { class: "composer-error", role: "alert", testid: "composer-error" });
    this.slot = h("div", { class: "composer-slot" }, this.input);
    this.suggestions = new Suggestions(app, this.input, this.popup, {
      onCommand: (entry) => this.startCommand(entry),
    });
    form.append(this.popup, this.replyBar.element, this.tray.element, this.#row(), this.error);
    this.#listen();
  }

  /** What happens to a file that is dropped now, in words. */
  get dropHint() {
    const { channel, state } = this.app.store;
    if (this.#command) return `Drop to use it in /${this.#command.entry.name}`;
    return `Drop to post it in ${channel ? markedName(channel, state) : ""} as ${nameOf(state, state.me)}`;
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
    const parsed = this.#parsed(text);
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

  #row() {
    const picker = h("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      tabindex: "-1",
      "aria-hidden": "true",
      testid: "file-input",
      onChange: () => {
        this.addFiles([...(picker.files ?? [])]);
        picker.value = "";
      },
    });
    const attach = {
      class: "composer-button",
      "aria-label": "Attach files",
      title: "Attach files",
    };
    const send = { class: "composer-send", "aria-label": "Send", title: "Send" };
    return h(
      "div",
      { class: "composer-row" },
      h(
        "button",
        { ...attach, type: "button", testid: "attach", onClick: () => picker.click() },
        icon("plus"),
      ),
      picker,
      this.slot,
      h("button", { ...send, type: "submit", testid: "send" }, icon("send")),
    );
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void (this.#command ? this.#submitCommand(this.#command) : this.#submitText());
    });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.suggestions.close());
    document.addEventListener("keydown", (event) => this.#catchTyping(event));
    this.app.store.on("channel", () => this.#move());
    this.app.store.on("snapshot", () => this.#move());
  }

  /** Keeps the draft of the place left, and brings back that of the place entered. */
  #move() {
    const { channelId, state } = this.app.store;
    const place = `${state.me.id} ${channelId}`;
    if (place !== this.#place) {
      this.cancelCommand();
      this.replyBar.hide();
      this.#drafts.set(this.#place, { text: this.input.value, files: this.tray.take() });
      const draft = this.#drafts.get(place);
      this.#place = place;
      this.#setText(draft?.text ?? "");
      this.tray.add(draft?.files ?? []);
    }
    this.#setPlaceholder();
  }

  #setPlaceholder() {
    const { channel, state } = this.app.store;
    const writable = maySend(channel);
    this.form.classList.toggle("readonly", !writable);
    this.input.disabled = !writable;
    if (!channel) return;
    const invitation = `Message ${markedName(channel, state)}`;
    const rest = NARROW.matches ? "" : ", or type / for commands";
    this.input.placeholder = writable
      ? invitation + rest
      : "You can read this channel, but not write in it";
  }

  /** @param {string} text */
  #parsed(text) {
    if (!text.startsWith("/")) return null;
    return parseInvocation(text, slashEntries(this.app.store.state.commands));
  }

  #typed() {
    this.#showError("");
    this.#fit();
    const { value } = this.input;
    const parsed = value.endsWith(" ") ? this.#parsed(value) : null;
    if (parsed) return this.startCommand(parsed.entry, parsed.values);
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
    else if (event.key === "ArrowUp" && !this.input.value) this.app.list.editLast();
    else return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event what is typed while nothing has the focus goes here */
  #catchTyping(event) {
    const isIdle = document.activeElement === document.body;
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isIdle && isText && !this.#command) this.input.focus();
  }

  /** @param {CommandForm} command */
  async #submitCommand(command) {
    const problem = command.check();
    if (problem) return this.#showError(problem);
    const invocation = { name: command.entry.name, ...command.invocation() };
    void this.app.list.toBottom();
    const refusal = await runCommand(this.app, "slash", invocation);
    if (refusal) return this.#showError(refusal);
    return this.cancelCommand();
  }

  async #submitText() {
    const { store, api } = this.app;
    const parsed = this.#parsed(this.input.value.trim());
    if (parsed) return this.startCommand(parsed.entry, parsed.values);
    const content = encodeMentions(this.input.value.trim(), store.state);
    if (!content && !this.tray.files.length) return undefined;
    if (content.length > MAX_MESSAGE_CHARS) {
      const most = `at most ${MAX_MESSAGE_CHARS} can be sent`;
      return this.#showError(`The message has ${content.length} characters; ${most}.`);
    }
    const replied = this.replyBar.message;
    const body = { channel_id: store.channelId, content, ...this.replyBar.body() };
    const draft = { text: this.input.value, files: this.tray.take() };
    this.#setText("");
    this.replyBar.hide();
    this.#typedAt = 0;
    void this.app.list.toBottom();
    try {
      return await api.act("say", body, draft.files);
    } catch (error) {
      this.#setText(draft.text);
      this.tray.add(draft.files);
      if (replied) this.replyBar.show(replied);
      return this.#showError(/** @type {Error} */ (error).message);
    }
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
