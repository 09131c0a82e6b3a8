/** People, roles and channels as lists to choose from. */

import { avatar } from "./avatar.js";
import { cssColour, h } from "./dom.js";
import { icon } from "./icons.js";
import { ChannelType, channelIcon, nameOf } from "./names.js";

/** @typedef {import("./listbox.js").ListItem} ListItem */
/** @typedef {import("./types.js").Snapshot} Snapshot */

/** @param {Snapshot} state @returns {ListItem[]} */
export function peopleItems(state) {
  return state.guild.members.map(({ user }) => {
    const name = nameOf(state, user);
    return {
      value: user.id,
      label: name,
      description: `@${user.username}`,
      icon: avatar(user, name),
    };
  });
}

/** @param {Snapshot} state @returns {ListItem[]} */
export function roleItems(state) {
  return [...state.guild.roles]
    .sort((a, b) => b.position - a.position)
    .map(({ id, name, color }) => ({
      value: id,
      label: name,
      icon: h("span", { class: "role-dot", vars: color ? { "--role": cssColour(color) } : {} }),
    }));
}

/**
 * @param {Snapshot} state
 * @param {number[]} [types] all but categories when left out
 * @returns {ListItem[]}
 */
export function channelItems(state, types = []) {
  const { channels, threads } = state.guild;
  const categories = new Map(channels.map(({ id, name }) => [id, name]));
  return [...channels, ...threads]
    .filter(({ type }) => (types.length ? types.includes(type) : type !== ChannelType.CATEGORY))
    .sort((a, b) => (a.position ?? 99) - (b.position ?? 99))
    .map((channel) => ({
      value: channel.id,
      label: channel.name,
      description: categories.get(channel.parent_id ?? ""),
      icon: icon(channelIcon(channel, state)),
    }));
}

/**
 * Items whose label or description has the text in it, those that start with it first.
 *
 * @param {ListItem[]} items
 * @param {string} text
 */
export function matching(items, text) {
  const wanted = text.trim().toLowerCase().replace(/^[@#]/, "");
  const found = items.filter(({ label, description = "" }) =>
    `${label} ${description}`.toLowerCase().includes(wanted),
  );
  const rank = (/** @type {ListItem} */ { label }) =>
    label.toLowerCase().startsWith(wanted) ? 0 : 1;
  return found.sort((a, b) => rank(a) - rank(b));
}
