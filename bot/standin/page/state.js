/**
 * Everything the page knows, and how live events change it.
 *
 * Views listen: `snapshot` (people, channels, commands), `channel` (another one is open),
 * `history` (messages of the open channel), `arrival` (a new one there), `unread`, `typing`, `connection`.
 */

import { History } from "./history.js";

/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").LiveEvent} LiveEvent */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Reaction} Reaction */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").User} User */

const TYPING_MS = 10000;

export class Store {
  /** @type {User[]} */
  people = [];
  /** @type {Snapshot | null} */
  snapshot = null;
  /** @type {string | null} the open channel */
  channelId = null;
  /** Messages of the open channel. */
  history = new History();
  /** @type {Map<string, number>} new messages by channel, for those that are not open */
  unread = new Map();
  /** @type {Map<string, Map<string, number>>} channel → person → timer */
  typing = new Map();
  online = false;

  #target = new EventTarget();

  /**
   * @param {string} name
   * @param {() => void} listener
   */
  on(name, listener) {
    this.#target.addEventListener(name, listener);
  }

  /** @param {string} name */
  emit(name) {
    this.#target.dispatchEvent(new Event(name));
  }

  /** The snapshot; only called by views, which are drawn when there is one. */
  get state() {
    if (!this.snapshot) throw new Error("The page was drawn before the first snapshot arrived");
    return this.snapshot;
  }

  /** @returns {Channel | undefined} */
  get channel() {
    return this.channelId ? this.channelById(this.channelId) : undefined;
  }

  /**
   * @param {string} id
   * @returns {Channel | undefined}
   */
  channelById(id) {
    const { guild, dms } = this.state;
    return [...guild.channels, ...guild.threads, ...dms].find((channel) => channel.id === id);
  }

  /** @param {Snapshot} snapshot */
  setSnapshot(snapshot) {
    this.snapshot = snapshot;
    this.emit("snapshot");
  }

  /** @param {boolean} online */
  setOnline(online) {
    this.online = online;
    this.emit("connection");
  }

  /** @param {LiveEvent} event */
  apply({ t, d }) {
    if (!this.snapshot) return;
    if (t === "STATE") this.setSnapshot(d);
    else if (t === "COMMANDS") this.setSnapshot({ ...this.snapshot, commands: d.commands });
    else if (t === "BOT_STATUS") this.setSnapshot({ ...this.snapshot, bot_connected: d.connected });
    else if (t === "TYPING_START") this.#startTyping(d.channel_id, d.user_id);
    else if (t === "MESSAGE_CREATE") this.#create(d);
    else if (d.channel_id === this.channelId) this.#changeOpenChannel(t, d);
  }

  /**
   * @param {string} name
   * @param {any} d
   */
  #changeOpenChannel(name, d) {
    if (name === "MESSAGE_UPDATE") this.history.update(d);
    else if (name === "MESSAGE_DELETE") this.history.remove([d.id]);
    else if (name === "MESSAGE_DELETE_BULK") this.history.remove(d.ids);
    else if (name.startsWith("MESSAGE_REACTION")) this.#react(name, d);
    else return;
    this.emit("history");
  }

  /** @param {Message} message */
  #create(message) {
    this.#stopTyping(message.channel_id, message.author.id);
    if (message.channel_id !== this.channelId) {
      if (message.author.id === this.state.me.id) return;
      this.unread.set(message.channel_id, (this.unread.get(message.channel_id) ?? 0) + 1);
      this.emit("unread");
      return;
    }
    this.emit("arrival");
    if (this.history.hasNewer) return;
    this.history.merge([message]);
    this.emit("history");
  }

  /**
   * @param {string} name
   * @param {{user_id: string, message_id: string, emoji: Reaction["emoji"]}} d
   */
  #react(name, d) {
    const message = this.history.get(d.message_id);
    if (!message) return;
    const mine = d.user_id === this.state.me.id;
    const step = name === "MESSAGE_REACTION_ADD" ? 1 : -1;
    const reactions =
      name === "MESSAGE_REACTION_REMOVE_ALL"
        ? []
        : withReaction(message.reactions ?? [], d.emoji, step, mine);
    this.history.update({ ...message, reactions });
  }

  /**
   * @param {string} channelId
   * @param {string} userId
   */
  #startTyping(channelId, userId) {
    if (userId === this.state.me.id) return;
    const typists = this.typing.get(channelId) ?? new Map();
    clearTimeout(typists.get(userId));
    typists.set(
      userId,
      window.setTimeout(() => this.#stopTyping(channelId, userId), TYPING_MS),
    );
    this.typing.set(channelId, typists);
    this.emit("typing");
  }

  /**
   * @param {string} channelId
   * @param {string} userId
   */
  #stopTyping(channelId, userId) {
    const typists = this.typing.get(channelId);
    if (!typists?.has(userId)) return;
    clearTimeout(typists.get(userId));
    typists.delete(userId);
    this.emit("typing");
  }
}

/**
 * @param {Reaction[]} reactions
 * @param {Reaction["emoji"]} emoji
 * @param {1 | -1} step
 * @param {boolean} mine
 * @returns {Reaction[]}
 */
function withReaction(reactions, emoji, step, mine) {
  const known = reactions.some((reaction) => reaction.emoji.name === emoji.name);
  const all = known ? reactions : [...reactions, { emoji, count: 0, me: false }];
  return all
    .map((reaction) =>
      reaction.emoji.name === emoji.name
        ? { ...reaction, count: reaction.count + step, me: mine ? step > 0 : reaction.me }
        : reaction,
    )
    .filter((reaction) => reaction.count > 0);
}
