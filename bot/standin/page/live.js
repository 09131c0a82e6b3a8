/** The WebSocket with live events; it comes back by itself after a drop. */

/** @typedef {import("./types.js").LiveEvent} LiveEvent */

const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 5000;

export class LiveSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  #timer = 0;

  /**
   * @param {() => string} url
   * @param {{onOpen: () => void, onDrop: () => void, onEvent: (event: LiveEvent) => void}} handlers
   */
  constructor(url, handlers) {
    this.url = url;
    this.handlers = handlers;
    addEventListener("online", () => this.#socket || this.connect());
  }

  /** Opens the socket, closing the one of whoever was shown before. */
  connect() {
    this.#forget();
    const socket = new WebSocket(this.url());
    this.#socket = socket;
    socket.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.handlers.onOpen();
    };
    socket.onmessage = ({ data }) => this.handlers.onEvent(JSON.parse(data));
    socket.onclose = () => {
      this.handlers.onDrop();
      this.#retryLater();
    };
  }

  #forget() {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #retryLater() {
    this.#socket = null;
    this.#timer = window.setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}
