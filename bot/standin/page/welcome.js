/** The start of a channel. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { ChannelType, channelIcon, channelName, markedName } from "./names.js";

/** @param {import("./types.js").App} app */
export function welcome(app) {
  const { store } = app;
  const channel = store.channel;
  if (!channel) return h("div", { class: "welcome" });
  const isDm = channel.type === ChannelType.DM;
  const name = isDm ? channelName(channel, store.state) : markedName(channel, store.state);
  return h(
    "div",
    { class: "welcome", data: { channelId: channel.id } },
    h("div", { class: "welcome-icon" }, icon(channelIcon(channel, store.state))),
    h("h2", {}, isDm ? name : `Welcome to ${name}`),
    h(
      "p",
      {},
      isDm
        ? `This is the beginning of your conversation with ${name}.`
        : channel.topic || `This is the beginning of ${name}.`,
    ),
  );
}
