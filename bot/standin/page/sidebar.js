/** The server's channels, threads and direct messages. */

import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { ChannelType, channelIcon, channelName, isPrivate } from "./names.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Channel} Channel */

/** @param {App} app */
export function showSidebar(app) {
  const draw = () => drawSidebar(app);
  for (const event of ["snapshot", "channel", "unread"]) app.store.on(event, draw);
}

/** @param {App} app */
function drawSidebar(app) {
  const { guild, dms } = app.store.state;
  byId("server-name").textContent = guild.name;
  const tops = guild.channels.filter(({ type }) => type === ChannelType.TEXT).sort(byPosition);
  const categories = guild.channels
    .filter(({ type }) => type === ChannelType.CATEGORY)
    .sort(byPosition);
  const isCategory = (/** @type {string | null | undefined} */ id) =>
    categories.some((category) => category.id === id);
  byId("channels").replaceChildren(
    ...group(
      null,
      tops.filter(({ parent_id: parent }) => !isCategory(parent)),
      app,
    ),
    ...categories.flatMap(({ id, name }) =>
      group(
        name,
        tops.filter(({ parent_id: parent }) => parent === id),
        app,
      ),
    ),
    ...group("Direct messages", dms, app),
  );
}

/**
 * @param {Channel} a
 * @param {Channel} b
 */
function byPosition(a, b) {
  return (a.position ?? 0) - (b.position ?? 0);
}

/**
 * @param {string | null} title
 * @param {Channel[]} channels
 * @param {App} app
 * @returns {Node[]}
 */
function group(title, channels, app) {
  if (!channels.length) return [];
  const items = channels.flatMap((channel) => [
    channelItem(channel, app),
    ...threadItems(channel, app),
  ]);
  return [
    h(
      "section",
      { class: "channel-group", "aria-label": title },
      title && h("h2", {}, title),
      h(
        "ul",
        {},
        items.map((item) => h("li", {}, item)),
      ),
    ),
  ];
}

/**
 * @param {Channel} parent
 * @param {App} app
 */
function threadItems(parent, app) {
  return app.store.state.guild.threads
    .filter(({ parent_id: parentId }) => parentId === parent.id)
    .map((thread) => channelItem(thread, app, "thread"));
}

/**
 * @param {Channel} channel
 * @param {App} app
 * @param {string} [kind] "thread" is indented
 */
function channelItem(channel, app, kind = "") {
  const { store, navigation } = app;
  const name = channelName(channel, store.state);
  const current = channel.id === store.channelId;
  const unread = store.unread.get(channel.id) ?? 0;
  const open = () => {
    document.body.classList.remove("drawer-open");
    void navigation.open(channel.id);
  };
  return h(
    "button",
    {
      class: `channel ${kind} ${unread ? "unread" : ""}`,
      type: "button",
      "aria-current": current ? "page" : null,
      testid: "channel",
      data: { channelId: channel.id, channelName: name },
      onClick: open,
    },
    icon(channelIcon(channel, store.state)),
    h("span", { class: "channel-name" }, name),
    isPrivate(channel, store.state) && h("span", { class: "visually-hidden" }, "(private)"),
    channel.nsfw && h("span", { class: "nsfw", title: "Age-restricted channel" }, "NSFW"),
    unread > 0 &&
      h("span", { class: "unread-count", "aria-label": `${unread} new` }, String(unread)),
  );
}
