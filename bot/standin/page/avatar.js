/** Faces without pictures: initials on a colour that stays with the person. */

import { cssColour, h } from "./dom.js";

/** @typedef {import("./types.js").User} User */

/**
 * @param {User} user
 * @param {string} name what the person is called here
 */
export function avatar(user, name) {
  if (user.bot) return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" });
  return h(
    "span",
    { class: "avatar", "aria-hidden": "true", vars: { "--face": faceColour(user) } },
    initials(name),
  );
}

/** @param {User} user */
function faceColour(user) {
  if (user.accent_color) return cssColour(user.accent_color);
  return `hsl(${Number(BigInt(user.id) % 360n)} 55% 55%)`;
}

/** @param {string} name */
function initials(name) {
  const words = name.trim().split(/[\s_.-]+/u);
  const letters = words.length > 1 ? [words[0], words[1]].map(first) : [first(name)];
  return letters.join("").toUpperCase();
}

/** @param {string} word */
function first(word) {
  return [...word.trim()][0] ?? "?";
}
