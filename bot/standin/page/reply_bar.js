/** The line above the composer that says which message is being answered. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { nameOf } from "./names.js";

/** @typedef {import("./state.js").Store} Store */
/** @typedef {import("./types.js").Message} Message */

export class ReplyBar {
  /** @type {Message | null} */
  message = null;
  #mention = true;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.element = h("div", { class: "reply-bar", testid: "reply-bar", hidden: true });
  }

  /** @param {Message} message */
  show(message) {
    this.message = message;
    this.#mention = message.author.id !== this.store.state.me.id;
    this.element.hidden = false;
    this.#draw(message);
  }

  hide() {
    this.message = null;
    this.element.hidden = true;
  }

  /** What the `say` verb needs to make it a reply. */
  body() {
    return this.message ? { reply_to: this.message.id, mention: this.#mention } : {};
  }

  /** @param {Message} message */
  #draw(message) {
    const toggle = () => {
      this.#mention = !this.#mention;
      this.#draw(message);
    };
    this.element.replaceChildren(
      icon("reply"),
      h(
        "span",
        { class: "reply-text" },
        "Replying to ",
        h("strong", {}, nameOf(this.store.state, message.author)),
      ),
      h(
        "button",
        {
          type: "button",
          class: "reply-mention",
          "aria-pressed": String(this.#mention),
          title: "Whether the reply notifies the author",
          testid: "reply-mention",
          onClick: toggle,
        },
        `@ ${this.#mention ? "on" : "off"}`,
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Cancel reply",
          testid: "reply-cancel",
          onClick: () => this.hide(),
        },
        icon("close"),
      ),
    );
  }
}
