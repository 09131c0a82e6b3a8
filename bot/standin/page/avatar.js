/** Faces without pictures: initials on a colour that stays with the person. */

import { cssColour, h } from "./dom.js";

/** @typedef {import("./types.js").User} User */

/**
 * @param {User} user
 * @param {string} name what the person is called here
 */
export function avatar(user, name) {
  if (user.bot) return h("span", { class: "avatar avatar-bot", "aria-hidden": "true" });
  const { accent_color: accent } = user;
  const face = accent ? cssColour(accent) : `hsl(${Number(BigInt(user.id) % 360n)} 55% 50%)`;
  const ink = accent && isLight(accent) ? "#20262d" : "#fff";
  return h(
    "span",
    { class: "avatar", "aria-hidden": "true", vars: { "--face": face, "--ink": ink } },
    initials(name),
  );
}

/**
 * True when dark letters read better on the colour; the weights are those of ITU-R BT.601 luma.
 *
 * @param {number} colour 0xRRGGBB
 */
function isLight(colour) {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  return 0.299 * red + 0.587 * green + 0.114 * blue > 160;
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
