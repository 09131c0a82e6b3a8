/** Commands, clicks and submits on their way to the bot, told apart by nonce. */

import { ApiError } from "./api.js";

/** @typedef {import("./types.js").LiveEvent} LiveEvent */
/** @typedef {import("./types.js").ModalRequest} ModalRequest */

/** The server gives up on the bot after 3 s; this is for a server that has gone as well. */
const ANSWER_TIMEOUT_MS = 10000;

/** @typedef {{settle: (error?: Error) => void, label: string | null}} Pending */

export class Interactions {
  /** @type {Map<string, Pending>} */
  #pending = new Map();
  #count = 0;

  /**
   * @param {import("./api.js").Api} api
   * @param {{onModal: (request: ModalRequest) => void, onChange: () => void}} handlers
   */
  constructor(api, handlers) {
    this.api = api;
    this.handlers = handlers;
  }

  /** What the person waits for, in words ("/search"). */
  get waiting() {
    return [...this.#pending.values()].flatMap(({ label }) => label ?? []);
  }

  /**
   * Sends an interaction.
   *
   * @param {string} verb slash, menu, click, select or submit
   * @param {Record<string, any>} body
   * @param {{files?: File[], label?: string}} [extra] `label` is shown while the person waits
   * @returns {Promise<{acknowledged: Promise<void>}>} settled when the server took it;
   *   `acknowledged` when the bot did, rejected with a sentence when it did not.
   */
  async send(verb, body, { files = [], label } = {}) {
    const nonce = `page-${Date.now()}-${this.#count++}`;
    const acknowledged = this.#expect(nonce, label ?? null);
    acknowledged.catch(() => {});
    try {
      await this.api.act(verb, { ...body, nonce }, files);
    } catch (error) {
      this.#pending.get(nonce)?.settle();
      throw error;
    }
    setTimeout(() => {
      this.#pending.get(nonce)?.settle(new ApiError("The bot has not answered in time."));
    }, ANSWER_TIMEOUT_MS);
    return { acknowledged };
  }

  /**
   * Sends an interaction and waits until the bot has acknowledged it.
   *
   * @param {string} verb
   * @param {Record<string, any>} body
   * @param {{files?: File[], label?: string}} [extra]
   */
  async run(verb, body, extra) {
    const { acknowledged } = await this.send(verb, body, extra);
    await acknowledged;
  }

  /**
   * Takes the events that belong to this page's own interactions.
   *
   * @param {LiveEvent} event
   */
  apply({ t, d }) {
    const pending = this.#pending.get(d.nonce);
    if (!pending) return;
    if (t === "INTERACTION_SUCCESS") pending.settle();
    if (t === "INTERACTION_FAILURE") pending.settle(new ApiError(d.reason));
    if (t === "INTERACTION_MODAL_CREATE") {
      pending.settle();
      this.handlers.onModal(d);
    }
  }

  /**
   * @param {string} nonce
   * @param {string | null} label
   * @returns {Promise<void>}
   */
  #expect(nonce, label) {
    return new Promise((resolve, reject) => {
      const settle = (/** @type {Error | undefined} */ error) => {
        this.#pending.delete(nonce);
        this.handlers.onChange();
        if (error) reject(error);
        else resolve();
      };
      this.#pending.set(nonce, { settle, label });
      this.handlers.onChange();
    });
  }
}
