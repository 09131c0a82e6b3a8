/** The stand-in's HTTP face, see PAGE_PROTOCOL.md. */

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Snapshot} Snapshot */
/** @typedef {import("./types.js").User} User */

/** The server refused; the message is a sentence for the person. */
export class ApiError extends Error {}

export class Api {
  /** Whom the page acts as: the username that every request carries. */
  person = "";

  /** @returns {Promise<{people: User[], hint: string}>} */
  people() {
    return this.#get("/standin/people");
  }

  /** @returns {Promise<Snapshot>} */
  state() {
    return this.#get("/standin/state");
  }

  /**
   * Messages of a channel, oldest first.
   *
   * @param {string} channelId
   * @param {{limit: number, before?: string, after?: string, around?: string}} range
   * @returns {Promise<Message[]>}
   */
  async messages(channelId, range) {
    const newestFirst = await this.#get(`/standin/channels/${channelId}/messages`, range);
    return newestFirst.reverse();
  }

  /**
   * Does something as the person.
   *
   * @param {string} verb
   * @param {Record<string, any>} body
   * @param {File[]} [files]
   * @returns {Promise<any>}
   */
  act(verb, body, files = []) {
    return this.#fetch(this.#url(`/standin/${verb}`), {
      method: "POST",
      ...(files.length ? { body: multipart(body, files) } : json(body)),
    });
  }

  /** Where the person's live events come from. */
  liveUrl() {
    const url = new URL(this.#url("/standin/ws"), location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return url.href;
  }

  /**
   * @param {string} path
   * @param {Record<string, any>} [params]
   */
  #url(path, params = {}) {
    const query = new URLSearchParams(this.person ? { as: this.person } : {});
    for (const [name, value] of Object.entries(params)) query.set(name, String(value));
    return `${path}?${query}`;
  }

  /**
   * @param {string} path
   * @param {Record<string, any>} [params]
   */
  #get(path, params) {
    return this.#fetch(this.#url(path, params), {});
  }

  /**
   * @param {string} url
   * @param {RequestInit} init
   * @returns {Promise<any>}
   */
  async #fetch(url, init) {
    let response;
    try {
      response = await fetch(url, init);
    } catch {
      throw new ApiError("The stand-in cannot be reached. Is it still running?");
    }
    const body = await response.json().catch(() => null);
    if (!response.ok)
      throw new ApiError(body?.error ?? `The stand-in answered ${response.status}.`);
    return body;
  }
}

/** @param {Record<string, any>} body */
function json(body) {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/**
 * @param {Record<string, any>} body
 * @param {File[]} files
 */
function multipart(body, files) {
  const form = new FormData();
  form.set("payload_json", JSON.stringify(body));
  files.forEach((file, index) => form.set(`files[${index}]`, file, file.name));
  return form;
}
