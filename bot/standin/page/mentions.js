/** `@name` and `#channel` as people type them, and as Discord stores them. */

import { channelItems, peopleItems, roleItems } from "./choices.js";

/** @typedef {import("./listbox.js").ListItem} ListItem */
/** @typedef {import("./types.js").Snapshot} Snapshot */

const EVERYONE = "@everyone";

/**
 * What may be mentioned, by the mark it is typed with.
 *
 * @param {Snapshot} state
 * @param {string} mark "@" or "#"
 * @returns {ListItem[]}
 */
export function mentionItems(state, mark) {
  if (mark === "#") return channelItems(state);
  return [...peopleItems(state), ...roleItems(state).filter(({ label }) => label !== EVERYONE)];
}

/**
 * Turns the names in a text into mentions; of the same name, a person's goes before a role's.
 *
 * @param {string} text
 * @param {Snapshot} state
 */
export function encodeMentions(text, state) {
  const marks = [
    ...channelItems(state).map(({ value, label }) => [`#${label}`, `<#${value}>`]),
    ...state.guild.roles.map(({ id, name }) => [`@${name}`, `<@&${id}>`]),
    ...state.guild.members.flatMap(({ user, nick }) =>
      [nick, user.global_name, user.username].map((name) => [`@${name}`, `<@${user.id}>`]),
    ),
  ].filter(([name]) => !["@null", EVERYONE, `@${EVERYONE}`].includes(name));
  const meaning = new Map(marks.map(([name, mark]) => [name.toLowerCase(), mark]));
  const names = [...meaning.keys()].sort((a, b) => b.length - a.length).map(escapePattern);
  const pattern = new RegExp(`(?<![\\w<])(?:${names.join("|")})(?![\\w-])`, "gi");
  return text.replace(pattern, (name) => meaning.get(name.toLowerCase()) ?? name);
}

/** @param {string} text */
function escapePattern(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
