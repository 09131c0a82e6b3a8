/** The open channel's messages: keeps the elements in step with the history, and the scroll. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { hasOpening, isEphemeral, messageElement } from "./message.js";
import { editForm } from "./message_edit.js";
import { openMessageMenu, openUserMenu, toolbar } from "./message_menu.js";
import { dayName } from "./time.js";
import { welcome } from "./welcome.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Message} Message */

const GROUP_MS = 7 * 60 * 1000;
const BOTTOM_PX = 60;
const LOAD_PX = 400;

export class MessageList {
  /** @type {Map<string, {message: Message, compact: boolean, element: HTMLElement}>} */
  #drawn = new Map();
  #pinned = true;
  #missed = 0;
  /** @type {string | undefined} the newest message whose beginning was shown, as it is so long */
  #begun;

  /**
   * @param {App} app
   * @param {HTMLElement} scroller
   * @param {HTMLElement} jumpButton
   */
  constructor(app, scroller, jumpButton) {
    this.app = app;
    this.scroller = scroller;
    this.jumpButton = jumpButton;
    this.inner = h("div", { class: "messages" });
    scroller.append(this.inner);
    scroller.addEventListener("scroll", () => this.#scrolled());
    scroller.addEventListener("pointerover", (event) => this.#showToolbar(event));
    scroller.addEventListener("focusin", (event) => this.#showToolbar(event));
    scroller.addEventListener("contextmenu", (event) => this.#contextMenu(event));
    scroller.addEventListener("keydown", (event) => this.#walk(event));
    jumpButton.addEventListener("click", () => void this.toBottom());
    new ResizeObserver(() => this.#keepPinned()).observe(this.inner);
    new ResizeObserver(() => this.#keepPinned()).observe(scroller);
    app.store.on("channel", () => this.#restart());
    app.store.on("snapshot", () => this.#redraw());
    app.store.on("history", () => this.#sync());
    app.store.on("arrival", () => this.#count());
  }

  /** Scrolls to the newest message, fetching it when an old stretch is shown. */
  async toBottom() {
    this.#pinned = true;
    if (this.app.store.history.hasNewer) await this.app.navigation.toPresent();
    this.#keepPinned();
    this.#scrolled();
  }

  /** @param {string} messageId */
  elementOf(messageId) {
    return this.#drawn.get(messageId)?.element;
  }

  /** @param {string} messageId scrolls to it and lets it glow */
  point(messageId) {
    const element = this.elementOf(messageId);
    if (!element) return;
    this.#pinned = false;
    element.scrollIntoView({ block: "center" });
    element.classList.remove("pointed");
    void element.offsetWidth;
    element.classList.add("pointed");
    element.focus({ preventScroll: true });
  }

  /** @param {string} messageId puts an editor in the place of the text */
  edit(messageId) {
    const drawn = this.#drawn.get(messageId);
    if (!drawn) return;
    const body = drawn.element.querySelector(".message-body");
    body?.replaceChildren(editForm(drawn.message, this.app, () => this.#redrawOne(messageId)));
    body?.querySelector("textarea")?.focus();
  }

  /** Puts the person's own newest message into the editor. */
  editLast() {
    const { history, state } = this.app.store;
    const mine = history.messages.filter(
      ({ author, notice }) => author.id === state.me.id && !notice,
    );
    const last = mine.at(-1);
    if (last) this.edit(last.id);
  }

  #restart() {
    this.#drawn.clear();
    this.inner.replaceChildren();
    this.#pinned = true;
    this.#missed = 0;
    this.#showJumpButton();
  }

  #redraw() {
    this.#drawn.clear();
    if (this.app.store.channel) this.#sync();
  }

  /** @param {string} messageId */
  #redrawOne(messageId) {
    this.#drawn.delete(messageId);
    this.#sync();
  }

  /** Brings the elements in line with the history, touching only what changed. */
  #sync() {
    const { messages, hasOlder } = this.app.store.history;
    const fromBottom = this.scroller.scrollHeight - this.scroller.scrollTop;
    const anchorId = messages[0]?.id;
    const prepended = anchorId !== this.inner.dataset.firstId;
    this.inner.dataset.firstId = anchorId ?? "";
    reconcile(this.inner, [...(hasOlder ? [] : [this.#welcome()]), ...this.#elements(messages)]);
    if (this.#pinned) this.#showNewest();
    else if (prepended) this.scroller.scrollTop = this.scroller.scrollHeight - fromBottom;
    this.#showJumpButton();
  }

  #welcome() {
    const channelId = this.app.store.channelId ?? "";
    const known = /** @type {HTMLElement | null} */ (this.inner.querySelector(".welcome"));
    return known?.dataset.channelId === channelId ? known : welcome(this.app);
  }

  /**
   * @param {Message[]} messages
   * @returns {Node[]}
   */
  #elements(messages) {
    /** @type {Node[]} */
    const nodes = [];
    /** @type {Map<string, {message: Message, compact: boolean, element: HTMLElement}>} */
    const drawn = new Map();
    messages.forEach((message, index) => {
      const previous = messages[index - 1];
      const newDay = !previous || day(previous) !== day(message);
      if (newDay) nodes.push(this.#divider(day(message)));
      const compact = !newDay && belongsTo(previous, message);
      const known = this.#drawn.get(message.id);
      const fresh = !known || known.message !== message || known.compact !== compact;
      const element = fresh ? this.#draw(message, compact) : known.element;
      drawn.set(message.id, { message, compact, element });
      nodes.push(element);
    });
    this.#drawn = drawn;
    return nodes;
  }

  /**
   * @param {Message} message
   * @param {boolean} compact
   */
  #draw(message, compact) {
    if (!message.notice) return messageElement(message, this.app, { compact });
    const dismiss = () => {
      this.app.store.history.remove([message.id]);
      this.#sync();
    };
    return h(
      "div",
      { class: "notice", role: "alert", testid: "notice" },
      icon("alert"),
      h("span", {}, h("strong", {}, message.content), ` ${message.notice}`),
      h("button", { class: "text-button", type: "button", onClick: dismiss }, "Dismiss"),
    );
  }

  /** @param {string} name */
  #divider(name) {
    const known = /** @type {HTMLElement | null} */ (
      this.inner.querySelector(`.day[data-day="${CSS.escape(name)}"]`)
    );
    return (
      known ??
      h("div", { class: "day", role: "separator", data: { day: name } }, h("span", {}, name))
    );
  }

  /** A message that is taller than the view is shown from its beginning, once. */
  #showNewest() {
    const newest = this.app.store.history.messages.at(-1);
    const element = newest && this.elementOf(newest.id);
    const isLong = element && element.offsetHeight > this.scroller.clientHeight;
    if (!isLong || newest.id === this.#begun) return this.#keepPinned();
    this.#begun = newest.id;
    this.#pinned = false;
    return element.scrollIntoView({ block: "start" });
  }

  #keepPinned() {
    if (this.#pinned) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#pinned =
      scrollHeight - scrollTop - clientHeight < BOTTOM_PX && !this.app.store.history.hasNewer;
    if (this.#pinned) this.#missed = 0;
    if (scrollTop < LOAD_PX) void this.app.navigation.loadOlder();
    if (scrollHeight - scrollTop - clientHeight < LOAD_PX) void this.app.navigation.loadNewer();
    this.#showJumpButton();
  }

  #count() {
    if (!this.#pinned) this.#missed += 1;
    this.#showJumpButton();
  }

  #showJumpButton() {
    this.jumpButton.hidden = this.#pinned;
    const text = this.#missed ? `${this.#missed} new` : "Jump to present";
    if (this.jumpButton.textContent !== text)
      this.jumpButton.replaceChildren(text, icon("arrowDown"));
  }

  /**
   * @param {Event} event
   * @returns {{element: HTMLElement, message: Message} | null}
   */
  #under({ target }) {
    const element = /** @type {HTMLElement | null} */ (
      target instanceof Element ? target.closest(".message") : null
    );
    const drawn = element && this.#drawn.get(element.dataset.messageId ?? "");
    return drawn ? { element, message: drawn.message } : null;
  }

  /** @param {Event} event */
  #showToolbar(event) {
    const under = this.#under(event);
    if (!under || under.element.querySelector(".toolbar")) return;
    this.inner.querySelector(".toolbar")?.remove();
    under.element.append(toolbar(under.message, this.app));
  }

  /** @param {MouseEvent} event */
  #contextMenu(event) {
    const under = this.#under(event);
    const target = /** @type {Element} */ (event.target);
    if (!under || target.closest("textarea, a[href]")) return;
    event.preventDefault();
    const person = /** @type {HTMLElement | null} */ (target.closest("[data-user-id]"));
    const at =
      event.button === 2 ? { x: event.clientX, y: event.clientY } : { element: under.element };
    if (person?.dataset.userId) openUserMenu(person.dataset.userId, this.app, at);
    else openMessageMenu(under.message, this.app, at);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = /** @type {Element} */ (event.target);
    if (!step || !target.matches(".message, #message-scroller")) return;
    event.preventDefault();
    const elements = [...this.#drawn.values()].map(({ element }) => element);
    const at = elements.indexOf(/** @type {HTMLElement} */ (target));
    (at < 0 ? elements.at(-1) : elements[at + step])?.focus();
  }
}

/** @param {Message} message */
function day({ timestamp }) {
  return dayName(new Date(timestamp));
}

/**
 * True when the message continues the group of the one before.
 *
 * @param {Message} previous
 * @param {Message} message
 */
function belongsTo(previous, message) {
  return (
    !previous.notice &&
    !message.notice &&
    previous.author.id === message.author.id &&
    !hasOpening(message) &&
    isEphemeral(previous) === isEphemeral(message) &&
    Date.parse(message.timestamp) - Date.parse(previous.timestamp) < GROUP_MS
  );
}

/**
 * Makes the nodes the children of the parent, leaving those in place that already are.
 *
 * @param {HTMLElement} parent
 * @param {Node[]} nodes
 */
function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    const current = parent.childNodes[index];
    if (current !== node) parent.insertBefore(node, current ?? null);
  });
}
