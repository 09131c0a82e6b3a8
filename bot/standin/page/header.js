/** The top of the page: the channel, the bot's state, and what to try first. */

import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { channelIcon, channelName, nameOf } from "./names.js";

/** @typedef {import("./types.js").App} App */

/** Examples in the hint: anything between back-ticks, or a command up to the end of its clause. */
const EXAMPLE = /`([^`]+)`|(?<=^|\s)(\/[a-z][\w-]*(?: [^.;,·—()]+)?)/g;

/** @param {App} app */
export function showHeader(app) {
  const { store } = app;
  store.on("snapshot", () => {
    drawChannel(app);
    drawBot(app);
    drawHint(app);
  });
  store.on("channel", () => drawChannel(app));
  store.on("connection", () => {
    byId("connection-notice").hidden = store.online;
  });
  store.on("typing", () => drawStatus(app));
  store.on("channel", () => drawStatus(app));
}

/** @param {App} app */
function drawChannel({ store }) {
  const { channel, state } = store;
  if (!channel) return;
  const name = channelName(channel, state);
  byId("channel-icon").replaceChildren(icon(channelIcon(channel, state)));
  byId("channel-title").textContent = name;
  byId("channel-topic").textContent = channel.topic ?? "";
  byId("channel-topic").title = channel.topic ?? "";
  document.title = `${name} · ${state.guild.name}`;
}

/** @param {App} app */
function drawBot({ store }) {
  const { bot, bot_connected: connected } = store.state;
  const status = byId("bot-status");
  status.classList.toggle("off", !connected);
  status.replaceChildren(
    h("span", { class: "avatar avatar-bot avatar-small", "aria-hidden": "true" }),
    h("span", {}, `${nameOf(store.state, bot)} ${connected ? "is here" : "is away"}`),
  );
}

/** @param {App} app */
function drawHint(app) {
  byId("hint").replaceChildren(...hintNodes(app.store.state.hint, app));
}

/**
 * The hint with its commands made into buttons that fill the composer.
 *
 * @param {string} hint
 * @param {App} app
 * @returns {(Node | string)[]}
 */
function hintNodes(hint, app) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let at = 0;
  for (const match of hint.matchAll(EXAMPLE)) {
    const text = (match[1] ?? match[2]).trim();
    nodes.push(hint.slice(at, match.index), example(text, app));
    at = match.index + (match[1] ? match[0].length : text.length);
  }
  return [...nodes, hint.slice(at)];
}

/**
 * @param {string} text
 * @param {App} app
 */
function example(text, app) {
  if (!text.startsWith("/")) return h("strong", {}, text);
  const fill = () => app.composer.fill(text);
  return h(
    "button",
    { class: "example", type: "button", testid: "hint-example", onClick: fill },
    text,
  );
}

/** @param {App} app who is typing, and which commands are on their way */
export function drawStatus({ store, interactions }) {
  const { snapshot, channelId } = store;
  if (!snapshot) return;
  const typists = [...(store.typing.get(channelId ?? "")?.keys() ?? [])];
  const users = typists.map(
    (id) => snapshot.guild.members.find(({ user }) => user.id === id)?.user,
  );
  const names = users.flatMap((user) => (user ? nameOf(snapshot, user) : []));
  const waiting = interactions.waiting.map(
    (label) => `Sending ${label} to ${nameOf(snapshot, snapshot.bot)}…`,
  );
  const typing = names.length
    ? [`${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing…`]
    : [];
  const status = byId("status-line");
  const text = [...waiting, ...typing].join(" · ");
  status.classList.toggle("active", Boolean(text));
  status.textContent = text;
}
