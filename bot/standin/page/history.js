/** The stretch of one channel's messages that the page holds, oldest first. */

/** @typedef {import("./types.js").Message} Message */

/** Messages asked for at a time. */
export const PAGE_SIZE = 50;

const DISCORD_EPOCH_MS = 1420070400000n;

/**
 * @param {{id: string}} a
 * @param {{id: string}} b
 */
function byAge(a, b) {
  return BigInt(a.id) < BigInt(b.id) ? -1 : 1;
}

/** An id that sorts as if it had been given out now; for lines that only this page knows. */
export function localId() {
  return String((BigInt(Date.now()) - DISCORD_EPOCH_MS) << 22n);
}

export class History {
  /** @type {Message[]} */
  messages = [];
  hasOlder = false;
  hasNewer = false;

  /** @param {string} id */
  get(id) {
    return this.messages.find((message) => message.id === id);
  }

  /**
   * Starts over with these messages; local notices stay.
   *
   * @param {Message[]} messages
   * @param {{hasOlder: boolean, hasNewer: boolean}} edges
   */
  reset(messages, edges) {
    const notices = this.messages.filter((message) => message.notice);
    this.messages = [...messages, ...notices].sort(byAge);
    Object.assign(this, edges);
  }

  /**
   * Adds messages or replaces older versions of them.
   *
   * @param {Message[]} messages
   */
  merge(messages) {
    const byId = new Map(this.messages.map((message) => [message.id, message]));
    for (const message of messages) byId.set(message.id, message);
    this.messages = [...byId.values()].sort(byAge);
  }

  /** @param {Message} message */
  update(message) {
    if (this.get(message.id)) this.merge([message]);
  }

  /** @param {string[]} ids */
  remove(ids) {
    this.messages = this.messages
      .filter((message) => !ids.includes(message.id))
      .map((message) =>
        message.referenced_message && ids.includes(message.referenced_message.id)
          ? { ...message, referenced_message: null }
          : message,
      );
  }
}
