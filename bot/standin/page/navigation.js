/** Moving about: who is shown, which channel is open, which message is pointed at. */

import { ApiError } from "./api.js";
import { PAGE_SIZE } from "./history.js";
import { isWebLink, jumpTarget } from "./links.js";
import { ChannelType } from "./names.js";
import { toast } from "./toast.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./state.js").Store} Store */
/** @typedef {import("./types.js").Channel} Channel */

export class Navigation {
  #loading = false;
  /** The channel named in the page's address. */
  #wanted = location.hash.slice(1);

  /**
   * @param {Store} store
   * @param {Api} api
   * @param {{onPerson: () => void, onPoint: (messageId: string) => void}} handlers `onPerson` is
   *   called after another person was chosen, `onPoint` when a message is to be shown.
   */
  constructor(store, api, handlers) {
    this.store = store;
    this.api = api;
    this.handlers = handlers;
    store.on("snapshot", () => this.#leaveLostChannel());
  }

  /**
   * Acts as another person, in the same channel if they may see it.
   *
   * @param {string} username
   */
  actAs(username) {
    this.api.person = username;
    this.store.unread.clear();
    this.store.history.messages = [];
    this.#remember();
    this.handlers.onPerson();
  }

  /** Re-reads everything: at the start, for another person and after a dropped connection. */
  async refresh() {
    const person = this.api.person;
    const snapshot = await this.api.state();
    if (person !== this.api.person) return;
    const wanted = this.store.channelId ?? this.#wanted;
    this.store.setSnapshot(snapshot);
    const channel = this.store.channelById(wanted) ?? this.#firstChannel();
    if (channel) await this.#open(channel.id);
  }

  /** @param {string} channelId */
  async open(channelId) {
    if (channelId !== this.store.channelId) await this.#open(channelId);
  }

  /** Shows the newest messages of the open channel. */
  async toPresent() {
    if (this.store.channelId) await this.#open(this.store.channelId);
  }

  /**
   * Opens the channel and points at the message, fetching old messages if need be.
   *
   * @param {string} channelId
   * @param {string | null} messageId
   */
  async jumpTo(channelId, messageId) {
    if (!this.store.channelById(channelId)) {
      toast("You cannot see that channel.");
      return;
    }
    await this.open(channelId);
    if (!messageId) return;
    if (!this.store.history.get(messageId)) await this.#loadAround(channelId, messageId);
    if (this.store.history.get(messageId)) this.handlers.onPoint(messageId);
    else toast("That message is no longer there.");
  }

  /**
   * Follows a link: jump links inside the page, others in a new tab.
   *
   * @param {string} url
   */
  follow(url) {
    const target = jumpTarget(url);
    if (target) void this.jumpTo(target.channelId, target.messageId);
    else if (isWebLink(url)) window.open(url, "_blank", "noopener,noreferrer");
  }

  /** Loads the page of messages before the oldest one. */
  async loadOlder() {
    const [oldest] = this.store.history.messages;
    if (!this.store.history.hasOlder || !oldest) return;
    await this.#load({ before: oldest.id }, "hasOlder");
  }

  /** Loads the page of messages after the newest one, when an old stretch is shown. */
  async loadNewer() {
    const newest = this.store.history.messages.at(-1);
    if (!this.store.history.hasNewer || !newest) return;
    await this.#load({ after: newest.id }, "hasNewer");
  }

  /**
   * @param {{before: string} | {after: string}} range
   * @param {"hasOlder" | "hasNewer"} edge
   */
  async #load(range, edge) {
    const { channelId, history } = this.store;
    if (this.#loading || !channelId) return;
    this.#loading = true;
    try {
      const messages = await this.api.messages(channelId, { limit: PAGE_SIZE, ...range });
      if (channelId !== this.store.channelId) return;
      history[edge] = messages.length === PAGE_SIZE;
      history.merge(messages);
      this.store.emit("history");
    } catch (error) {
      tell(error);
    } finally {
      this.#loading = false;
    }
  }

  /**
   * @param {string} channelId
   * @param {string} messageId
   */
  async #loadAround(channelId, messageId) {
    try {
      const found = await this.api.messages(channelId, { limit: PAGE_SIZE, around: messageId });
      if (!found.some((message) => message.id === messageId)) return;
      this.store.history.reset(found, { hasOlder: true, hasNewer: true });
      this.store.emit("history");
    } catch (error) {
      tell(error);
    }
  }

  /** @param {string} channelId */
  async #open(channelId) {
    const person = this.api.person;
    const changed = channelId !== this.store.channelId;
    this.store.channelId = channelId;
    this.store.unread.delete(channelId);
    if (changed) {
      this.store.history.messages = [];
      this.store.history.hasOlder = this.store.history.hasNewer = false;
      this.store.emit("channel");
    }
    this.#remember();
    const { history } = this.store;
    const known = new Set(history.messages.map(({ id }) => id));
    try {
      const messages = await this.api.messages(channelId, { limit: PAGE_SIZE });
      if (channelId !== this.store.channelId || person !== this.api.person) return;
      const arrivedMeanwhile = history.messages.filter(({ id }) => !known.has(id));
      const hasOlder = messages.length === PAGE_SIZE;
      history.reset(messages, { hasOlder, hasNewer: false });
      history.merge(arrivedMeanwhile);
    } catch (error) {
      tell(error);
    }
    this.store.emit("history");
    this.store.emit("unread");
  }

  /** Goes elsewhere when the open channel is gone or may no longer be seen. */
  #leaveLostChannel() {
    const { channelId, channel } = this.store;
    const first = this.#firstChannel();
    if (channelId && !channel && first) void this.#open(first.id);
  }

  /** @returns {Channel | undefined} */
  #firstChannel() {
    const { guild, dms } = this.store.state;
    const texts = guild.channels.filter(({ type }) => type === ChannelType.TEXT);
    return texts.sort((a, b) => (a.position ?? 0) - (b.position ?? 0))[0] ?? dms[0];
  }

  /** Keeps person and channel in the address, so that two tabs can be two people. */
  #remember() {
    const query = new URLSearchParams({ as: this.api.person });
    history.replaceState(null, "", `?${query}#${this.store.channelId ?? this.#wanted}`);
  }
}

/** @param {unknown} error */
function tell(error) {
  if (!(error instanceof ApiError)) throw error;
  toast(error.message);
}
